// Stages: what workers do. A worker takes a message through the nodes of a stage and hands it to the next stage. It
// splits messages, calls a node again whose failure may pass, and gives results to the sinks. Messages wait for workers;
// a worker waits for nothing.
#pragma once

#include <oneapi/tbb/cache_aligned_allocator.h>

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "graph/run/batch_queue.hpp"
#include "graph/run/endings.hpp"
#include "graph/run/instances.hpp"
#include "graph/run/node_reports.hpp"
#include "graph/run/stage_timer.hpp"
#include "graph/run/workers.hpp"

namespace radflow {

class Stages {
 public:
  Stages(RunState& run, Endings& endings);

  // A message begins its way through its region. `payload` is the value that the region starts with; a part of a split
  // with several outputs has `others` besides. Any thread.
  void start(std::shared_ptr<Ticket> ticket, Message& message, Payload payload,
             std::vector<Payload> others = {});

  // Says that a node has failed on a message, or on a part of it.
  void fail(std::size_t node, const Message& message, std::vector<std::uint32_t> part,
            const Identity& identity, Error error);

  // Waits until no worker has a message any more. To be called when no more messages are started.
  void wait() { workers_->wait(); }
  // From here on no message waits for others to share a call with.
  void end_batches();
  // Calls at once the nodes that wait to be called again.
  void end_retries() { retries_.close(); }
  // Ends the workers and the nodes.
  void close();
  void add_to(PipelineStats& stats) const;

 private:
  // What one worker needs to run one node, in one place of memory.
  struct Step {
    NodeBody* body = nullptr;  // null: one of `instances` is taken for each call
    Instances* instances = nullptr;
    const Layout::Node* node = nullptr;
    NodeCounters counters;
  };
  // An array that one worker writes; it shares no cache line with another worker's.
  template <typename T>
  using Own = std::vector<T, oneapi::tbb::cache_aligned_allocator<T>>;
  struct alignas(64) WorkerState {
    Own<Step> steps;             // one for each node
    Own<Slot> slots;             // values of the message at hand, unless its region keeps them
    Own<const Payload*> inputs;  // inputs of the call at hand
  };

  std::size_t first_node(std::size_t stage) const {
    return static_cast<std::size_t>(run_.layout.stages[stage].nodes.front());
  }
  std::unique_ptr<BatchQueue> batch_queue(std::size_t stage);
  // Hands a message to a stage, at once or in a batch.
  void put(std::size_t stage, Message& message);
  void run_stage(std::size_t stage, Message& message, WorkerState& worker);
  void run_batch(std::size_t stage, WorkerState& worker);
  std::vector<bool> call_batch(std::size_t node, const std::vector<Message*>& messages, WorkerState& worker,
                               std::size_t stage);
  void end_stage(std::size_t stage, Message& message, Slot* slots);
  // Returns false if the message comes back later, because the node is to be called again.
  bool run_node(std::size_t node, Message& message, Slot* slots, WorkerState& worker, std::size_t stage);
  bool take_outcome(std::size_t node, Message& message, Slot* slots, Step& step, Outcome& outcome,
                    std::size_t stage);
  void report_warnings(std::size_t node);
  bool retry_later(std::size_t node, Slot& slot, Message& message, std::size_t stage);
  void split(std::size_t node, Message& message, std::vector<Outcome::Piece> pieces);
  void end_slot(std::size_t node, Message& message, Slot* slots, Slot::State state);
  void deliver(Message& message, int slot, Slot::State state, const Payload& payload);

  RunState& run_;
  Endings& endings_;
  std::vector<std::unique_ptr<Instances>> instances_;  // one for each node; null unless the node is exclusive
  std::vector<WorkerState> states_;                    // one for each worker
  NodeReports reports_;
  SharedCount retried_;
  std::vector<std::shared_ptr<NodeMetrics>> metrics_;  // one for each node; null where it has no metrics
  std::vector<std::unique_ptr<BatchQueue>> batches_;   // one for each stage; null where messages do not wait
  std::unique_ptr<Workers> workers_;
  StageTimer batch_timer_;
  StageTimer retries_;
};

}  // namespace radflow
