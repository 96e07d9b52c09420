// What a node declares of itself beside ports and parameters: the reasons of its errors and warnings, counters and gauges of
// its own. SpecBuilder's errors(), warnings(), counter() and gauge() take them.
#pragma once

#include <string>
#include <string_view>

namespace radflow {

// A reason of a node's errors or warnings (Error::reason), a metric label, with a sentence for a person.
struct ReasonSpec {
  std::string_view name;
  std::string_view sentence;
};

// Reasons that a message may fail for in any node; a node does not declare them.
inline constexpr ReasonSpec errors_of_any_node[] = {
    {"exception", "The node threw, which is a mistake in the node."},
    {"out_of_memory", "The node could not allocate what it needed."},
    {"wrong_output", "The node gave a value that it had not declared, which is a mistake in the node."}};

// And in any node that gathers; it does not declare them either.
inline constexpr ReasonSpec errors_of_groups[] = {
    {"incomplete_group", "The group ended and was not complete; `group` says when and what becomes of it."},
    {"other_partition", "The group of this key is gathered from another partition."}};

// The error of Context::charge, for nodes that call it.
inline constexpr ReasonSpec too_large{"too_large",
                                      "The node would need more bytes than the graph's `memory`."};

// A counter or gauge that a node keeps itself, see graph/node_metrics.hpp.
struct MetricSpec {
  enum class Kind { Counter, Gauge };
  Kind kind = Kind::Counter;
  std::string name;
  std::string sentence;
  std::string label = {};  // of a counter: it counts each value of this label by itself
};

std::string exported_name(const MetricSpec& metric);  // "radflow_node_edges_total"

}  // namespace radflow
