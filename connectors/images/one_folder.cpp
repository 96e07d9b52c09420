// Two sinks that put files of the same names into one folder would replace each other's. So are two refused that take
// from exclusive outputs of a `route`: whether a record can reach both no check can tell in general, and one sink that
// takes both is as short and tells in each file's name where it comes from.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "graph/build.hpp"
#include "graph/plan_check.hpp"

namespace radflow {
namespace {

// "choose another folder, or ..."
std::string way_out(const SinkPlan& first, const SinkPlan& second) {
  std::vector<std::string> from = first.info.from;
  for (const std::string& node : second.info.from)
    if (std::ranges::find(from, node) == from.end()) from.push_back(node);
  if (from.size() == 1) return fmt::format("both take '{}': leave one of them out", from.front());
  return fmt::format(
      "choose another folder, or let one sink take all: `from: [{}]` puts the node's name into the file's",
      fmt::join(from, ", "));
}

std::vector<Diagnostic> sinks_that_meet(const Plan& plan) {
  std::vector<Diagnostic> found;
  std::map<std::pair<std::string, std::string>, const SinkPlan*> first;
  for (const SinkPlan& sink : plan.sinks) {
    if (!sink.spec || sink.spec->name != "images" || !sink.sound) continue;
    std::error_code ignored;
    const auto folder =
        std::filesystem::weakly_canonical(sink.info.path(sink.param_text("path")) + "/", ignored);
    const auto [known, fresh] = first.emplace(std::pair{folder.string(), sink.param_text("format")}, &sink);
    if (fresh) continue;
    found.push_back(diagnose(
        sink, ParamError{"path",
                         fmt::format("'{}' writes files of the same names into '{}'; {}", known->second->name,
                                     sink.param_text("path"), way_out(*known->second, sink))}));
  }
  return found;
}

const PlanCheck registered{sinks_that_meet};

}  // namespace
}  // namespace radflow
