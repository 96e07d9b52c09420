// Calls a node so that whatever it throws becomes a failed message: an exception that left a oneTBB body would cancel
// the whole graph. A node that waits for oneTBB itself is not given another message meanwhile: its worker is in the
// midst of this one.
#pragma once

#include <span>

#include "graph/node_body.hpp"

namespace radflow {

Outcome guarded_call(NodeBody& body, std::span<const Payload* const> inputs, const Context& context);

}  // namespace radflow
