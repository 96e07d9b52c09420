// Calls a node so that whatever it throws becomes a failed message: an exception that left a oneTBB body would cancel
// the whole graph. A value that the node did not declare becomes one too: the next node would read it as another type.
#pragma once

#include <span>

#include "graph/node_body.hpp"
#include "graph/spec.hpp"

namespace radflow {

// `outputs`: the node's ports with the types that are known; none are known to a caller without a plan.
Outcome guarded_call(NodeBody& body, std::span<const Payload* const> inputs, const Context& context,
                     std::span<const PortSpec> outputs);

}  // namespace radflow
