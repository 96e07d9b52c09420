// What nodes make counts against the graph's memory while it lives: each value carries a charge of its size, which goes
// with the last payload that holds the value. A node that asks for memory before it allocates (Context::charge) has
// paid for what it then returns.
#pragma once

#include <cstdint>
#include <span>

#include "graph/node_body.hpp"
#include "graph/run/budget.hpp"

namespace radflow {

// Smaller values are part of what every record counts for besides its bytes.
constexpr std::size_t least_charged_value = 1024;

class Message;

// What the node that this thread is calling has asked for and no value has taken over yet.
struct AskedBytes {
  std::int64_t all = 0;
  const Message* message =
      nullptr;  // the last for which it asked; a call for several asks for one after the other
  std::int64_t of_message = 0;
};
AskedBytes& asked_bytes();

// After a call: the values of `outcome` take over what the node asked for, more is taken where they are larger, the rest
// is given back. A value that came in and is passed on stays charged once. A value that is larger than all of the
// memory becomes the error "too_large". On the thread of the call.
void charge_values(Outcome& outcome, std::span<const Payload* const> inputs, Budget& budget);
// The same after a call for several messages, which may have asked for all of them at once.
void charge_values(std::span<Outcome> outcomes, std::span<const BatchMember> members, Budget& budget);
// Gives back what a call has asked for that is made again.
void forget_asked(Budget& budget);

}  // namespace radflow
