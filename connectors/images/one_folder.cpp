// Two sinks that put files of the same names into one folder would replace each other's.
#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "graph/build.hpp"
#include "graph/plan_check.hpp"

namespace radflow {
namespace {

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
        sink, ParamError{"path", fmt::format("'{}' writes files of the same names into '{}'; choose another "
                                             "folder, or let one sink take both: `from: [NODE, NODE]` puts "
                                             "the node's name into the file's",
                                             known->second->name, sink.param_text("path"))}));
  }
  return found;
}

const PlanCheck registered{sinks_that_meet};

}  // namespace
}  // namespace radflow
