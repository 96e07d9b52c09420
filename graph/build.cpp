#include "graph/build.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>

#include "graph/plan_check.hpp"

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

// Nodes that are sound, in topological order: each hears what nodes before it make known.
Bodies build(const Plan& plan, Purpose purpose, const std::shared_ptr<Resources>& resources,
             std::vector<Diagnostic>& found) {
  Bodies bodies(plan.nodes.size());
  std::vector<std::vector<Known>> known(plan.nodes.size());  // one per node and output
  const auto heard = [&](const InputPlan& input) {
    return input.node < 0 ? Known{}
                          : known[static_cast<std::size_t>(input.node)][static_cast<std::size_t>(input.port)];
  };
  for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
    const NodePlan& node = plan.nodes[n];
    if (!node.spec) continue;
    known[n].resize(node.spec->outputs.size());
    BuildInfo info = node.info;
    info.metrics = std::make_shared<NodeMetrics>(*node.spec);
    info.resources = resources;
    info.workers = std::max(1, plan.workers);
    for (const InputPlan& input : node.inputs) {
      if (const auto port = static_cast<std::size_t>(input.taker); port > info.known.size())
        info.known.resize(port);  // inputs before it that are not wired
      info.known.push_back(heard(input));
    }
    const bool keeps_all =
        node.spec->kept_facts.empty() && (!node.spec->outputs.front().type || node.spec->keeps_known);
    if (!info.known.empty())
      std::ranges::fill(known[n],
                        keeps_all ? info.known.front() : info.known.front().only(node.spec->kept_facts));
    const bool made_later =
        purpose == Purpose::Train &&
        any_field(node.spec->params, [](const ParamSpec& param) { return param.limits().trained; });
    if (!node.sound || made_later) continue;
    attempt(node, found, [&] {
      const int instances =
          node.spec->exclusive ? std::min(info.workers, node.concurrency.value_or(info.workers)) : 1;
      for (int i = 0; i < instances; ++i) bodies[n].push_back(node.spec->make_node(node.params.get(), info));
      for (std::size_t port = 0; port < known[n].size(); ++port)
        known[n][port].update(bodies[n].front()->known(static_cast<int>(port)));
    });
  }
  return bodies;
}

// Only the properties of an unsound connector are looked at: its parameters are no longer what the file says.
void check(const ComponentPlan& connector, std::vector<Diagnostic>& found) {
  if (!connector.spec || !connector.spec->check) return;
  attempt(connector, found, [&] {
    for (const ParamError& wrong : connector.spec->check(connector.params.get(), connector.info))
      if (connector.sound || connector.spec->takes_property(wrong.param))
        found.push_back(diagnose(connector, wrong));
  });
}

void check_connectors(const Plan& plan, std::vector<Diagnostic>& found) {
  for (const ComponentPlan& source : plan.sources) check(source, found);
  for (const SinkPlan& sink : plan.sinks) check(sink, found);
  for (const PlanCheck::Find find : PlanCheck::all())
    std::ranges::move(find(plan), std::back_inserter(found));
}

}  // namespace

Diagnostic diagnose(const ComponentPlan& component, const std::exception& error) {
  Mark mark = component.mark;
  std::string place = component.name;
  if (const auto* wrong = dynamic_cast<const ParamError*>(&error); wrong && !wrong->param.empty()) {
    // A property of the shared block is said in one wording, whichever component finds it.
    if (component.spec->takes_property(wrong->param)) place = component.spec->name;
    place += "." + wrong->param;
    for (const auto& [param, at] : component.param_marks)
      if (param == wrong->param) mark = at;
  }
  return {mark, place + ": " + error.what()};
}

Bodies build_nodes(const Plan& plan, const std::shared_ptr<Resources>& resources) {
  std::vector<Diagnostic> found;
  Bodies bodies = build(plan, Purpose::Run, resources, found);
  if (found.empty()) return bodies;
  check_connectors(plan, found);
  throw ConfigError{std::move(found)};
}

void check_connectors(const Plan& plan) {
  std::vector<Diagnostic> found;
  check_connectors(plan, found);
  if (!found.empty()) throw ConfigError{std::move(found)};
}

std::vector<Diagnostic> refusals(const Plan& plan, Purpose purpose) {
  std::vector<Diagnostic> found;
  build(plan, purpose, std::make_shared<Resources>(), found);
  check_connectors(plan, found);
  return found;
}

void build_connectors(const Plan& plan, std::vector<std::unique_ptr<Source>>& sources,
                      std::vector<std::unique_ptr<Sink>>& sinks,
                      const std::shared_ptr<Resources>& resources) {
  check_connectors(plan);
  std::vector<Diagnostic> found;
  const auto info = [&](const ComponentPlan& connector) {
    BuildInfo info = connector.info;
    info.resources = resources;
    return info;
  };
  for (const ComponentPlan& source : plan.sources)
    attempt(source, found,
            [&] { sources.push_back(source.spec->make_source(source.params.get(), info(source))); });
  std::map<std::string, std::int32_t> topics;
  for (const auto& source : sources)
    for (const PartitionStatus& at : source->partitions())
      if (const std::int32_t others = topics[at.topic]++; others > 0) source->stand_in(others);
  for (const SinkPlan& sink : plan.sinks)
    attempt(sink, found, [&] { sinks.push_back(sink.spec->make_sink(sink.params.get(), info(sink))); });
  if (!found.empty()) throw ConfigError{std::move(found)};
}

}  // namespace radflow
