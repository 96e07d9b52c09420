// Message: one message on its way through one region: the values its nodes have made so far and what is
// left to do. Values that are made and used up within one call of one stage lie with the worker instead,
// whose cache has them; else several stages may work on one message at the same time; each slot is written
// by one node and read only by stages that come after it. It belongs to its ticket.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "graph/context.hpp"
#include "graph/payload.hpp"

namespace radflow {

struct RunState;
class Ticket;

struct Slot {
  enum class State : std::uint8_t { Empty, Value, Filtered, Failed };
  State state = State::Empty;
  std::uint8_t attempts = 0;  // failed calls of the node that fills it
  Payload payload;
};

// What leaves by one of several outputs; Filtered: nothing does.
inline Slot::State state_of(const Payload& value) {
  return value ? Slot::State::Value : Slot::State::Filtered;
}

class Message final : public Context {
 public:
  Message(const RunState& run, Ticket& ticket, int region, Identity identity,
          std::vector<std::uint32_t> part);
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;

  const Record& record() const override;
  const Identity& identity() const override { return identity_; }
  const GraphInfo& graph() const override;
  const std::string& input_digest() const override;
  std::span<const Position> members() const override;
  std::int64_t elapsed_us() const override;
  std::optional<Error> charge(std::size_t bytes) const override;
  void warn(Error warning) const override;

  // What the message started with goes to the first slots, where the nodes of its region look for it.
  void put_first_values(Slot* to);

  Ticket& ticket;
  const int region;
  // What is written for every message, on one cache line.
  std::atomic<int> stages_left{0};
  std::shared_ptr<Ticket> self;           // keeps it alive while stages are left
  Payload payload;                        // what it started with, until its stage takes it
  std::vector<Payload> others;            // what came with it by the other outputs of a split, likewise
  const std::vector<std::uint32_t> part;  // identity indices from the record down; empty at the root
  // Its values, if they outlive one call of a stage.
  const std::unique_ptr<Slot[]> slots;
  // Predecessors that have not ended, by position of the stage in its region. Unused if there is one stage.
  const std::unique_ptr<std::atomic<int>[]> waiting_for;

 private:
  const RunState& run_;
  const Identity identity_;
};

}  // namespace radflow
