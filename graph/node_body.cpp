#include "graph/node_body.hpp"

#include <filesystem>

namespace radflow {

std::string BuildInfo::path(const std::string& in_yaml) const {
  return (std::filesystem::path{folder} / in_yaml).lexically_normal().string();
}

}  // namespace radflow
