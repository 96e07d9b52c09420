// Sinks that write to one file share it, and so must agree on what becomes of it.
#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "graph/build.hpp"
#include "graph/plan_check.hpp"

namespace radflow {
namespace {

// The file, in a form that two names of it have in common; "" of other sinks.
std::string file(const SinkPlan& sink) {
  if (sink.spec->name == "stdout") return "standard output";
  if (sink.spec->name != "ndjson") return "";
  std::error_code ignored;
  return std::filesystem::weakly_canonical(sink.info.path(sink.param_text("path")), ignored).string();
}

bool says_if_exists(const SinkPlan& sink) {
  for (const auto& [param, mark] : sink.param_marks)
    if (param == "if_exists") return true;
  return false;
}

std::vector<Diagnostic> different_sinks(const Plan& plan) {
  std::vector<Diagnostic> found;
  std::map<std::string, const SinkPlan*> first;
  for (const SinkPlan& sink : plan.sinks) {
    if (!sink.spec || !sink.sound) continue;
    const std::string path = file(sink);
    if (path.empty()) continue;
    const auto [known, fresh] = first.emplace(path, &sink);
    if (fresh) continue;
    const SinkPlan& other = *known->second;
    if (sink.info.retry != other.info.retry)
      found.push_back(
          diagnose(sink, ParamError{"retry", fmt::format("'{}' writes to {} too: give both the same `retry`",
                                                         other.name, path)}));
    // The first one opens the file. Whoever says nothing leaves it to that one.
    if (says_if_exists(sink) && sink.param_text("if_exists") != other.param_text("if_exists"))
      found.push_back(diagnose(
          sink, ParamError{"if_exists", fmt::format("'{}' writes to {} too and says {}: say the same of both",
                                                    other.name, path, other.param_text("if_exists"))}));
  }
  return found;
}

const PlanCheck registered{different_sinks};

}  // namespace
}  // namespace radflow
