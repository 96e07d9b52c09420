#include "graph/unused.hpp"

#include <algorithm>

namespace radflow {
namespace {

std::size_t index(const InputPlan& input) { return static_cast<std::size_t>(input.node); }

}  // namespace

std::vector<bool> needed_nodes(const Plan& plan) {
  std::vector<bool> needed(plan.nodes.size());
  const auto need = [&](const auto& taker) {
    for (const InputPlan& input : taker.inputs)
      if (input.node >= 0) needed[index(input)] = true;
  };
  std::ranges::for_each(plan.sinks, need);
  for (std::size_t node = needed.size(); node-- > 0;)  // whoever takes an output comes later
    if (needed[node]) need(plan.nodes[node]);
  return needed;
}

Plan without_unused(Plan plan) {
  const std::vector<bool> needed = needed_nodes(plan);
  std::vector<int> place(needed.size());
  std::vector<NodePlan> kept;
  for (std::size_t node = 0; node < needed.size(); ++node) {
    if (!needed[node]) continue;
    place[node] = static_cast<int>(kept.size());
    kept.push_back(std::move(plan.nodes[node]));
  }
  plan.nodes = std::move(kept);
  const auto follow = [&](auto& taker) {
    for (InputPlan& input : taker.inputs)
      if (input.node >= 0) input.node = place[index(input)];
  };
  std::ranges::for_each(plan.nodes, follow);
  std::ranges::for_each(plan.sinks, follow);
  return plan;
}

}  // namespace radflow
