// Calls a node so that whatever it throws becomes a failed message: an exception that left a oneTBB body would cancel
// the whole graph. A value that the node did not declare becomes one too: the next node would read it as another type.
#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "graph/node_body.hpp"
#include "graph/spec.hpp"

namespace radflow {

// `outputs`: the node's ports with the types that are known; none are known to a caller without a plan.
Outcome guarded_call(NodeBody& body, std::span<const Payload* const> inputs, const Context& context,
                     std::span<const PortSpec> outputs);

// The same of a call for several messages, with an outcome for each. If that call fails, `again` is called and then each
// message has a call of its own, so that only the one fails that was the cause.
std::vector<Outcome> guarded_call(NodeBody& body, std::span<const BatchMember> members,
                                  std::span<const PortSpec> outputs, const std::function<void()>& again);

// What an exception says.
std::string text_of(const std::exception_ptr& exception);

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
