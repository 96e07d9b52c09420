// OrderGate: restores, in front of a sink or of a node that gathers, the order in which records were admitted. An id
// stands for what has to stay in order: a key or a partition. A record enters the gate when it is admitted. It
// completes when no message of it can reach the sink any more. It is let out once every record that entered earlier
// under the same id has completed; a record that ended without a result lets its successors go.
//
// Thread-safe; no thread waits. Ids are hashes: where those of two keys are equal, both are kept in one order that
// neither needed.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "graph/run/ticket.hpp"

namespace radflow {

class OrderGate {
 public:
  using LetOut = std::function<void(Ticket&)>;
  explicit OrderGate(LetOut let_out) : let_out_{std::move(let_out)} {}

  // To be called in the order of admission, by one thread at a time for each id.
  void enter(std::uint64_t id, std::shared_ptr<Ticket> ticket);
  // Lets out every record whose turn has come, one after the other. If another thread is letting out records of this
  // id, it takes these over, and the call returns at once.
  void complete(std::uint64_t id, const Ticket& ticket);
  // The record that is let out next under this id, or is being let out; null: there is none. It may have ended since,
  // so the pointer may be compared and not followed.
  const void* first(std::uint64_t id);
  // Gives up every record that waits, and calls `drop` with each while it still exists. To be called when nothing runs
  // any more.
  void clear(const std::function<void(Ticket&)>& drop);

 private:
  struct Waiting {
    std::shared_ptr<Ticket> ticket;
    bool complete = false;
  };
  struct Queue {
    std::vector<Waiting> tickets;
    std::size_t head = 0;
    bool draining = false;
  };
  struct alignas(64) Shard {
    std::mutex mutex;
    std::unordered_map<std::uint64_t, Queue> queues;
  };

  Shard& shard(std::uint64_t id) { return shards_[id % shards_.size()]; }

  LetOut let_out_;
  std::array<Shard, 16> shards_;
};

}  // namespace radflow
