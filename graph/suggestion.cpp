#include "graph/suggestion.hpp"

#include <fmt/format.h>

#include "graph/value.hpp"

namespace radflow {

std::string suggestion(std::string_view name, const std::vector<std::string>& known) {
  const std::string near = nearest(name, known);
  return near.empty() ? "" : fmt::format("; did you mean '{}'?", near);
}

}  // namespace radflow
