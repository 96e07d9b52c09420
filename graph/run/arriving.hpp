// What arrives at a node: the values that it is called for, or why it is not called.
#pragma once

#include <span>

#include "graph/run/layout.hpp"
#include "graph/run/message.hpp"

namespace radflow {

// Fills `inputs`, one for each port of the node; null where an optional one gets nothing. Value: the node is called. Failed
// or Filtered: a value that it needs is missing for this reason.
Slot::State arriving(const Layout::Node& node, const Slot* slots, std::span<const Payload*> inputs);

}  // namespace radflow
