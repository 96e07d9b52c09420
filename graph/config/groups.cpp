// What a graph's nodes that gather must be: a record reaches one of them, and what comes behind it may reach another.
#include <fmt/format.h>

#include <algorithm>

#include "graph/config/draft.hpp"

namespace radflow::detail {

void check_groups(const Plan& plan, Findings& found) {
  // By node: the node that gathered what arrives at it; -1: records as they came.
  std::vector<int> gathered(plan.nodes.size(), InputPlan::from_sources);
  for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
    const NodePlan& node = plan.nodes[n];
    if (!node.spec) continue;
    int from = InputPlan::from_sources;
    for (const InputPlan& input : node.inputs) {
      if (input.node < 0) continue;
      const auto before = static_cast<std::size_t>(input.node);
      const bool gathers = plan.nodes[before].spec && plan.nodes[before].spec->arity == Arity::Gathered;
      from = gathers ? input.node : gathered[before];
    }
    gathered[n] = from;
    if (node.spec->arity != Arity::Gathered) continue;
    if (plan.delivery == Delivery::ExactlyOnce)
      found.add(node.mark,
                fmt::format("'{}' gathers messages of many records, which exactly_once cannot commit "
                            "together yet; use `delivery: at_least_once`",
                            node.name));
    for (std::size_t other = 0; other < n; ++other) {
      const Spec* spec = plan.nodes[other].spec;
      if (!spec || spec->arity != Arity::Gathered || gathered[other] != from) continue;
      found.add(
          node.mark,
          fmt::format(
              "'{}' and '{}' both gather {}: what is committed of one record could not wait for both; "
              "make two graphs of it, or put one behind the other",
              plan.nodes[other].name, node.name,
              from < 0 ? "records as they come"
                       : fmt::format("what '{}' gives", plan.nodes[static_cast<std::size_t>(from)].name)));
      break;
    }
  }
}

}  // namespace radflow::detail
