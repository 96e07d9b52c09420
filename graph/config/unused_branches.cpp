// Every branch ends at a sink if every node's output is taken by something.
#include <fmt/format.h>

#include <algorithm>

#include "graph/config/draft.hpp"

namespace radflow::detail {

void check_used(Plan& plan) {
  std::vector<bool> used(plan.nodes.size());
  // An input that names nothing may have meant any node; a graph without sinks is reported as such.
  bool unsure = std::ranges::all_of(plan.sinks, &SinkPlan::errors);
  const auto take = [&](const auto& taker) {
    for (const InputPlan& input : taker.inputs)
      if (input.node >= 0)
        used[static_cast<std::size_t>(input.node)] = true;
      else
        unsure |= input.node == unknown_node;
    unsure |= !taker.spec;
  };
  std::ranges::for_each(plan.nodes, take);
  std::ranges::for_each(plan.sinks, take);
  for (std::size_t i = 0; i < used.size() && !unsure; ++i)
    if (!used[i])
      plan.warnings.push_back(
          {plan.nodes[i].mark,
           fmt::format(
               "nothing takes the output of '{0}': neither it nor what only it takes is computed; add "
               "`from: {0}` to a sink or a node, or remove it",
               plan.nodes[i].name)});
}

}  // namespace radflow::detail
