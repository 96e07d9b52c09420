#include "graph/node_body.hpp"

#include <filesystem>

namespace radflow {

std::vector<Outcome> NodeBody::call_all(std::span<const BatchMember> members) {
  std::vector<Outcome> outcomes;
  outcomes.reserve(members.size());
  for (const BatchMember& member : members) outcomes.push_back(call(member.inputs, *member.context));
  return outcomes;
}

std::string BuildInfo::path(const std::string& in_yaml) const {
  return (std::filesystem::path{folder} / in_yaml).lexically_normal().string();
}

}  // namespace radflow
