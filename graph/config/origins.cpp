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
  const bool key_is_unique = plan.sources.size() == 1 && plan.sources.front().spec->key_is_unique;
  for (NodePlan& node : plan.nodes) {
    node.info.from.clear();
    for (const InputPlan& input : node.inputs) node.info.from.push_back(origin(input, plan));
  }
  for (SinkPlan& sink : plan.sinks) {
    sink.info.key_is_unique = key_is_unique;
    sink.info.from.clear();
    for (const InputPlan& input : sink.inputs) sink.info.from.push_back(origin(input, plan));
  }
}

}  // namespace radflow::detail
