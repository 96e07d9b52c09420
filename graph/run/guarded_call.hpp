// Calls a node so that whatever it throws becomes a failed message: an exception that left a oneTBB body would cancel
// the whole graph. A value that the node did not declare becomes one too: the next node would read it as another type.
#pragma once

#include <functional>
#include <optional>
#include <span>

#include "graph/node_body.hpp"
#include "graph/spec.hpp"

namespace radflow {

// `outputs`: the node's ports with the types that are known; none are known to a caller without a plan.
Outcome guarded_call(NodeBody& body, std::span<const Payload* const> inputs, const Context& context,
                     std::span<const PortSpec> outputs);

// What `call` threw, as the error of a message.
std::optional<Error> guarded_call(const std::function<void()>& call);

// The same of a call that gives a result.
template <typename T>
T guarded(const std::function<T()>& call) {
  std::optional<T> result;
  if (std::optional<Error> error = guarded_call([&] { result.emplace(call()); })) return *std::move(error);
  return *std::move(result);
}

}  // namespace radflow
