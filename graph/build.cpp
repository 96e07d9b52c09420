#include "graph/build.hpp"

#include <algorithm>
#include <functional>

#include "graph/shared.hpp"

namespace radflow {
namespace {

// Runs `build` for a component and keeps what it refuses.
void attempt(const ComponentPlan& component, std::vector<Diagnostic>& found,
             const std::function<void()>& build) {
  try {
    build();
  } catch (const std::exception& error) {
    found.push_back(diagnose(component, error));
  }
}

}  // namespace

Diagnostic diagnose(const ComponentPlan& component, const std::exception& error) {
  Mark mark = component.mark;
  std::string place = component.name;
  if (const auto* wrong = dynamic_cast<const ParamError*>(&error); wrong && !wrong->param.empty()) {
    place += "." + wrong->param;
    for (const auto& [param, at] : component.param_marks)
      if (param == wrong->param) mark = at;
  }
  return {mark, place + ": " + error.what()};
}

Bodies build_nodes(const Plan& plan) {
  Bodies bodies(plan.nodes.size());
  std::vector<Diagnostic> found;
  for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
    const NodePlan& node = plan.nodes[n];
    attempt(node, found, [&] {
      const int instances = node.spec->exclusive ? std::max(1, plan.workers) : 1;
      for (int i = 0; i < instances; ++i)
        bodies[n].push_back(node.spec->make_node(node.params.get(), node.info));
    });
  }
  if (!found.empty()) throw ConfigError{std::move(found)};
  return bodies;
}

void build_connectors(const Plan& plan, std::vector<std::unique_ptr<Source>>& sources,
                      std::vector<std::unique_ptr<Sink>>& sinks) {
  std::vector<Diagnostic> found;
  const auto shared = std::make_shared<Shared>();
  const auto info = [&](const ComponentPlan& connector) {
    BuildInfo info = connector.info;
    info.shared = shared;
    return info;
  };
  for (const ComponentPlan& source : plan.sources)
    attempt(source, found,
            [&] { sources.push_back(source.spec->make_source(source.params.get(), info(source))); });
  for (const SinkPlan& sink : plan.sinks)
    attempt(sink, found, [&] { sinks.push_back(sink.spec->make_sink(sink.params.get(), info(sink))); });
  if (!found.empty()) throw ConfigError{std::move(found)};
}

}  // namespace radflow
