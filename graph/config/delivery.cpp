// Who may take part in `delivery: exactly_once`: connectors that can put what they read and
// write into one transaction.
#include <fmt/format.h>

#include <algorithm>

#include "graph/config/draft.hpp"

namespace radflow::detail {
namespace {

void check_takes_part(const ComponentPlan& connector, Findings& found) {
  if (!connector.spec || connector.spec->transactional) return;
  const ComponentKind kind = connector.spec->kind;
  std::string able;
  for (const Spec* spec : Registry::instance().all(kind))
    if (spec->transactional) able += (able.empty() ? "" : ", ") + spec->name;
  found.add(connector.mark,
            fmt::format("the {} '{}' cannot take part in exactly_once: it knows no transactions, unlike {}; "
                        "use `delivery: at_least_once`, or a graph of its own that reads the topic",
                        kind_name(kind), connector.spec->name, able));
}

}  // namespace

void check_delivery(const Plan& plan, Findings& found) {
  if (plan.delivery != Delivery::ExactlyOnce) return;
  for (const ComponentPlan& source : plan.sources) check_takes_part(source, found);
  for (const SinkPlan& sink : plan.sinks) check_takes_part(sink, found);
  // One group, one generation: what a transaction commits belongs to one member.
  if (plan.sources.size() > 1)
    found.add(plan.sources[1].mark,
              "a graph with exactly_once has one source; name all topics in it: `topics: [a, b]`");
}

}  // namespace radflow::detail
