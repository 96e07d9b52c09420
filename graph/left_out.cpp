#include "graph/left_out.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace radflow {
namespace {

std::vector<LeftOut>& families() {
  static std::vector<LeftOut> list;
  return list;
}

std::string message(const LeftOut& left_out) {
  if (left_out.packages.empty())
    return fmt::format("this radflow was built without {} (RADFLOW_WITHOUT)", left_out.family);
  return fmt::format(
      "this radflow was built without {}, which needs {}: {} and build it again", left_out.family,
      left_out.packages,
      left_out.remedy.empty() ? "install what config/debian-packages.txt lists" : left_out.remedy);
}

}  // namespace

RegisterLeftOut::RegisterLeftOut(LeftOut family) { families().push_back(std::move(family)); }

const std::vector<LeftOut>& families_left_out() { return families(); }

std::string family_left_out(std::string_view family) {
  const auto known = std::ranges::find(families(), family, &LeftOut::family);
  return known == families().end() ? "" : message(*known);
}

std::string node_left_out(std::string_view type) {
  for (const LeftOut& left_out : families())
    if (std::ranges::find(left_out.nodes, type) != left_out.nodes.end()) return message(left_out);
  return "";
}

std::string choice_left_out(std::string_view name) {
  for (const LeftOut& left_out : families())
    if (std::ranges::find(left_out.choices, name) != left_out.choices.end()) return message(left_out);
  return "";
}

}  // namespace radflow
