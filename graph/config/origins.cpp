// What a sink that names what it writes, and a node that tells its inputs apart, have to know: where these come from.
#include <algorithm>

#include "graph/config/draft.hpp"

namespace radflow::detail {

std::string origin(const InputPlan& input, const Plan& plan) {
  if (input.node < 0) return "sources";
  const NodePlan& node = plan.nodes[static_cast<std::size_t>(input.node)];
  if (node.spec->outputs.size() == 1 || (node.spec->first_is_main && input.port == 0)) return node.name;
  return node.name + "." + node.spec->outputs[static_cast<std::size_t>(input.port)].name;
}

void tell_origins(Plan& plan) {
  // How many splits are in front of each node's outputs, at most.
  std::vector<int> splits(plan.nodes.size());
  const auto splits_before = [&](const std::vector<InputPlan>& inputs) {
    int most = 0;
    for (const InputPlan& input : inputs)
      if (input.node >= 0) most = std::max(most, splits[static_cast<std::size_t>(input.node)]);
    return most;
  };
  for (std::size_t i = 0; i < plan.nodes.size(); ++i)
    splits[i] = splits_before(plan.nodes[i].inputs) + (plan.nodes[i].spec->arity == Arity::Many ? 1 : 0);
  const bool key_is_unique = plan.sources.size() == 1 && plan.sources.front().spec->key_is_unique;
  for (NodePlan& node : plan.nodes) {
    node.info.from.clear();
    for (const InputPlan& input : node.inputs) node.info.from.push_back(origin(input, plan));
  }
  for (SinkPlan& sink : plan.sinks) {
    sink.info.key_is_unique = key_is_unique;
    sink.info.has_tiles = splits_before(sink.inputs) > 1;
    sink.info.from.clear();
    for (const InputPlan& input : sink.inputs) sink.info.from.push_back(origin(input, plan));
  }
}

}  // namespace radflow::detail
