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

// What is known of the values that leave nodes, which are looked at in topological order.
class Hearsay {
 public:
  explicit Hearsay(const Plan& plan) : known_(plan.nodes.size()) {}

  Known at(const InputPlan& input) const {
    return input.node < 0
               ? Known{}
               : known_[static_cast<std::size_t>(input.node)][static_cast<std::size_t>(input.port)];
  }
  // At each input of the node.
  std::vector<Known> at_inputs(const NodePlan& node) const {
    std::vector<Known> known;
    for (const InputPlan& input : node.inputs) {
      if (const auto port = static_cast<std::size_t>(input.taker); port > known.size())
        known.resize(port);  // inputs before it that are not wired
      known.push_back(at(input));
    }
    return known;
  }
  // What the node keeps of its first input.
  void keep(std::size_t n, const NodePlan& node, const std::vector<Known>& inputs) {
    known_[n].resize(node.spec->outputs.size());
    const bool keeps_all =
        node.spec->kept_facts.empty() && (!node.spec->outputs.front().type || node.spec->keeps_known);
    if (!inputs.empty())
      std::ranges::fill(known_[n], keeps_all ? inputs.front() : inputs.front().only(node.spec->kept_facts));
  }
  // What it says itself.
  void add(std::size_t n, const NodeBody& body) {
    for (std::size_t port = 0; port < known_[n].size(); ++port)
      known_[n][port].update(body.known(static_cast<int>(port)));
  }

 private:
  std::vector<std::vector<Known>> known_;  // one per node and output
};

// Nodes that are sound, in topological order: each hears what nodes before it make known.
Bodies build(const Plan& plan, Purpose purpose, const std::shared_ptr<Resources>& resources,
             std::vector<Diagnostic>& found) {
  Bodies bodies(plan.nodes.size());
  Hearsay hearsay{plan};
  for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
    const NodePlan& node = plan.nodes[n];
    if (!node.spec) continue;
    BuildInfo info = node.info;
    info.metrics = std::make_shared<NodeMetrics>(*node.spec);
    info.resources = resources;
    info.workers = std::max(1, plan.workers);
    info.emits_incomplete = node.group.incomplete == GroupPlan::Incomplete::Emit;
    info.known = hearsay.at_inputs(node);
    hearsay.keep(n, node, info.known);
    // A node that may do without a model, and is given none, is there already.
    const bool made_later =
        purpose == Purpose::Train && std::ranges::any_of(node.spec->params, [&](const ParamSpec& param) {
          const bool absent = param.shape.optional && !param.at(node.params.get());
          return !absent && any_field({param}, [](const ParamSpec& one) { return one.limits().trained; });
        });
    if (!node.sound || made_later) continue;
    attempt(node, found, [&] {
      const int instances =
          node.spec->exclusive ? std::min(info.workers, node.concurrency.value_or(info.workers)) : 1;
      for (int i = 0; i < instances; ++i) bodies[n].push_back(node.spec->make_node(node.params.get(), info));
      hearsay.add(n, *bodies[n].front());
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
                      std::vector<std::unique_ptr<Sink>>& sinks, const std::shared_ptr<Resources>& resources,
                      const std::vector<std::vector<Known>>& known) {
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
  for (std::size_t s = 0; s < plan.sinks.size(); ++s) {
    const SinkPlan& sink = plan.sinks[s];
    BuildInfo of_sink = info(sink);
    if (s < known.size()) of_sink.known = known[s];
    attempt(sink, found, [&] { sinks.push_back(sink.spec->make_sink(sink.params.get(), of_sink)); });
  }
  if (!found.empty()) throw ConfigError{std::move(found)};
}

std::vector<std::vector<Known>> known_at_sinks(const Plan& plan, const Bodies& nodes) {
  Hearsay hearsay{plan};
  for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
    if (!plan.nodes[n].spec) continue;
    hearsay.keep(n, plan.nodes[n], hearsay.at_inputs(plan.nodes[n]));
    if (!nodes[n].empty()) hearsay.add(n, *nodes[n].front());
  }
  std::vector<std::vector<Known>> known(plan.sinks.size());
  for (std::size_t s = 0; s < plan.sinks.size(); ++s)
    for (const InputPlan& input : plan.sinks[s].inputs) known[s].push_back(hearsay.at(input));
  return known;
}

}  // namespace radflow
