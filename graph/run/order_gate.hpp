// OrderGate: restores at a sink the order in which records were admitted, per key or per partition. A record
// enters when it is admitted and completes when no message of it can reach the sink any more; it is let out
// once all that entered before it under the same id have completed. A record that ends without a result lets
// its successors go. Thread-safe; nothing waits. Ids are hashes: a collision costs order between two keys
// that needed none.
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

  // In order of admission: per id from one thread at a time.
  void enter(std::uint64_t id, std::shared_ptr<Ticket> ticket);
  // Lets out, one after the other, all whose turn has come; on this thread or on the one that is at it
  // already.
  void complete(std::uint64_t id, const Ticket& ticket);
  // The one that is let out next under this id, or is being so; null: there is none. It may have ended since: only
  // to be compared.
  const void* first(std::uint64_t id);
  // Gives up all that waits: calls `drop` with each, which stays whole meanwhile. Only when nothing runs any
  // more.
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
