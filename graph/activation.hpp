// Activation: one message on its way through one region: the values its nodes have made so far and what is
// left to do. Several stages may work on one activation at the same time; each slot is written by one node
// and read only by stages that come after it.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <vector>

#include "graph/context.hpp"
#include "graph/payload.hpp"
#include "graph/ticket.hpp"

namespace radflow {

struct Slot {
  enum class State : std::uint8_t { Empty, Value, Filtered, Failed };
  State state = State::Empty;
  std::uint8_t attempts = 0;  // failed calls of the node that fills it
  Payload payload;
};

class Activation final : public Context, public std::enable_shared_from_this<Activation> {
 public:
  Activation(Run& run, std::shared_ptr<Ticket> ticket, int region, Identity identity,
             std::vector<std::uint32_t> part);

  const Record& record() const override { return ticket->record(); }
  const Identity& identity() const override { return identity_; }
  const GraphInfo& graph() const override;
  const std::string& input_digest() const override { return ticket->input_digest(); }
  std::int64_t elapsed_us() const override {
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                                 ticket->admitted())
        .count();
  }
  std::optional<Error> charge(std::size_t bytes) const override;

  const std::shared_ptr<Ticket> ticket;
  const int region;
  const std::vector<std::uint32_t> part;  // identity indices from the record down; empty at the root
  const std::unique_ptr<Slot[]> slots;
  // By position of the stage in its region: predecessors that have not ended. Unused if there is one stage.
  const std::unique_ptr<std::atomic<int>[]> waiting_for;
  std::atomic<int> stages_left;
  std::shared_ptr<Activation> self;  // keeps it alive while stages are left

 private:
  Run& run_;
  const Identity identity_;
};

}  // namespace radflow
