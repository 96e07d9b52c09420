// Stages: what workers do. They take a message through the nodes of a stage and on to the next one, split it, try a
// node again whose failure passes, and give what comes of a message to the sinks. A message waits for a worker in its
// stage; no worker waits for anything.
#pragma once

#include <oneapi/tbb/cache_aligned_allocator.h>

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "graph/run/endings.hpp"
#include "graph/run/instances.hpp"
#include "graph/run/node_reports.hpp"
#include "graph/run/retry_timer.hpp"
#include "graph/run/workers.hpp"

namespace radflow {

class Stages {
 public:
  Stages(RunState& run, Endings& endings);

  // A message begins its way through its region, with the value that the region starts with. Any thread.
  void start(std::shared_ptr<Ticket> ticket, Message& message, Payload payload,
             std::vector<Payload> others = {});

  // A node has failed on a message, or on a part of it.
  void fail(std::size_t node, const Message& message, std::vector<std::uint32_t> part,
            const Identity& identity, Error error);

  // Until no worker is on its way out of a message any more. Of no use while messages are started.
  void wait() { workers_->wait(); }
  // Takes up at once whatever waits to be tried again.
  void end_retries() { retries_.close(); }
  // Ends the workers and the nodes.
  void close();
  void add_to(PipelineStats& stats) const;

 private:
  // All that one worker needs to run one node, in one place.
  struct Step {
    NodeBody* body = nullptr;  // null: one of `instances`
    Instances* instances = nullptr;
    const Layout::Node* node = nullptr;
    NodeCounters counters;
  };
  // What a worker writes, on cache lines of its own.
  template <typename T>
  using Own = std::vector<T, oneapi::tbb::cache_aligned_allocator<T>>;
  struct alignas(64) WorkerState {
    Own<Step> steps;             // one per node
    Own<Slot> slots;             // the values of the message at hand, unless its region keeps them
    Own<const Payload*> inputs;  // what goes into the call at hand
  };

  void run_stage(std::size_t stage, Message& message, WorkerState& worker);
  // False if the message has to come back later.
  bool run_node(std::size_t node, Message& message, Slot* slots, WorkerState& worker, std::size_t stage);
  bool retry_later(std::size_t node, Slot& slot, Message& message, std::size_t stage);
  void split(std::size_t node, Message& message, std::vector<Outcome::Piece> pieces);
  void end_slot(std::size_t node, Message& message, Slot* slots, Slot::State state);
  void deliver(Message& message, int slot, Slot::State state, const Payload& payload);

  RunState& run_;
  Endings& endings_;
  std::vector<std::unique_ptr<Instances>> instances_;  // one per node, null unless it is exclusive
  std::vector<WorkerState> states_;                    // one per worker
  NodeReports reports_;
  SharedCount retried_;
  std::vector<std::shared_ptr<NodeMetrics>> metrics_;  // one per node, null where it has none
  std::unique_ptr<Workers> workers_;
  RetryTimer retries_;
};

}  // namespace radflow
