// Run: a plan in motion, from admission to the end of each record. The rules it keeps:
//   - only a source's thread waits (in Intake::wait); workers, acknowledgements and endings never do;
//   - a failed message takes its units with it and leaves its siblings alone;
//   - a record is done when nothing of it lives and every sink has acknowledged, dead letters included;
//   - a record that is destroyed before it has ended is never done, and is counted as a defect.
#pragma once

#include <oneapi/tbb/cache_aligned_allocator.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "graph/build.hpp"
#include "graph/connector.hpp"
#include "graph/ending.hpp"
#include "graph/plan.hpp"
#include "graph/run/activation.hpp"
#include "graph/run/budget.hpp"
#include "graph/run/counters.hpp"
#include "graph/run/flow.hpp"
#include "graph/run/layout.hpp"
#include "graph/run/order_gate.hpp"
#include "graph/run/retry_timer.hpp"
#include "graph/run/ticket.hpp"
#include "graph/run/ticket_pool.hpp"
#include "graph/run/warnings.hpp"

namespace radflow {

class Run {
 public:
  // Messages in computation, per worker: enough to keep it busy, few enough that a restart repeats little.
  // More of those that are brief: waking the source costs more than their work.
  static constexpr Budget::Caps computing_per_worker{.of_long = 4, .of_brief = 256};

  // Builds every component; throws ConfigError with all that cannot be built. `failed` is called once, on any
  // thread, when the graph has to stop by itself.
  Run(Plan plan, std::function<void()> failed);
  ~Run();

  // From a source's own thread: takes the record if there is room.
  Admission admit(std::size_t source, Record& record, std::int64_t reserved = 0);
  // The same for a record that cannot be processed.
  Admission refuse(std::size_t source, Record& record, Error error, std::int64_t reserved);
  void wait_for_room(std::chrono::milliseconds longest) { budget.wait(longest); }

  // Stops the graph: the first message is kept.
  void fail(std::string message);
  std::optional<std::string> failure() const;

  // Until every admitted record has ended, or `deadline`. True if all have.
  bool drain(std::chrono::steady_clock::time_point deadline);
  // From now on messages are dropped unprocessed; their records never end and are not committed.
  void discard() { discard_ = true; }
  // Ends the workers, the sinks and the sources; nothing is called after this.
  void close();

  PipelineStats stats() const;

  const Plan plan;
  const Layout layout;
  Budget budget;
  mutable std::deque<TicketPool> tickets;  // by source
  std::vector<std::unique_ptr<Source>> sources;
  std::vector<std::unique_ptr<Sink>> sinks;
  const std::shared_ptr<Ending> ending = std::make_shared<Ending>();

  // As people are told of it.
  std::string source_name(std::size_t i) const { return "source " + plan.sources[i].name; }
  std::string sink_name(std::size_t i) const { return "sink " + plan.sinks[i].name; }

  // For tickets and activations.
  bool closing() const { return discard_; }
  void count_abandoned() { abandoned_.add(); }

 private:
  struct alignas(64) SourceCounters {
    Count records, bytes;
  };
  struct SinkCounters {
    SharedCount submitted, acknowledged, rejected;
    SharedHistogram latency;
  };

  // All that one worker needs to run one node, in one place.
  struct Step {
    NodeBody* body = nullptr;
    const Layout::Node* node = nullptr;
    NodeCounters counters;
  };
  // What a worker writes, on cache lines of its own.
  template <typename T>
  using Own = std::vector<T, oneapi::tbb::cache_aligned_allocator<T>>;
  struct alignas(64) Worker {
    Own<Step> steps;             // by node
    Own<Slot> slots;             // of the message at hand, unless its region keeps them
    Own<const Payload*> inputs;  // of the call at hand
  };

  std::shared_ptr<Ticket> let_in(std::size_t source, Record& record, std::int64_t reserved);
  void start(std::shared_ptr<Ticket> ticket, Activation& message, Payload payload);
  void run_stage(std::size_t stage, std::span<Activation* const> messages, Worker& worker);
  void run_stage(std::size_t stage, Activation& message, Worker& worker);
  // False if the message has to come back later.
  bool run_node(std::size_t node, Activation& message, Slot* slots, Worker& worker, std::size_t stage);
  bool retry_later(std::size_t node, Slot& slot, Activation& message, std::size_t stage);
  void adapt_queue(std::size_t stage, std::chrono::nanoseconds stage_duration);
  void split(std::size_t node, Activation& message, std::vector<Outcome::Piece> pieces);
  void end_slot(std::size_t node, Activation& message, Slot* slots, Slot::State state);
  void fail_message(std::size_t node, const Activation& message, std::vector<std::uint32_t> part,
                    const Identity& identity, Error error);

  void deliver(Activation& message, int slot, Slot::State state, const Payload& payload);
  void deliver(Activation& message, const Layout::Delivery& delivery, Slot::State state,
               const Payload& payload);
  void submit(std::size_t sink, const Output& output);
  bool revoked(Ticket& ticket) const;
  // Nothing comes of units: at one sink, or at every sink that could be reached.
  void end_units(Ticket& ticket, std::size_t sink, int count);
  void end_units(Ticket& ticket, const std::vector<int>& units);
  // The same without their obligations: those of units that gave an output are its own now.
  void count_down(Ticket& ticket, std::size_t sink, int count);
  void let_go(Ticket& ticket, int count = 1);
  void acknowledged(Ticket& ticket, std::size_t sink, std::optional<Error> error);
  void gave_up(const Ticket& ticket, std::size_t sink, const Error& error);

  void end(Ticket& ticket);
  void dead_letter(Ticket& ticket, Cut cut);
  void finish(Ticket& ticket, bool done);
  std::vector<Stall> stalls(const std::vector<SourceStats>& at) const;
  void explain(const Ticket& ticket, Stall& stall) const;
  std::uint64_t in_flight() const;
  std::uint64_t order_id(const Ticket& ticket, Order order) const;

  std::function<void()> failed_;
  std::vector<std::size_t> error_sinks_;
  Bodies bodies_;
  std::vector<std::unique_ptr<OrderGate>> gates_;  // by sink; null: unordered
  std::vector<Worker> workers_;
  std::vector<SourceCounters> source_counters_;
  std::vector<SinkCounters> sink_counters_;
  FailureCounters failures_, refused_;  // by node or sink; by source
  WarningCounters warnings_;
  WarningCounters first_failures_;  // the key is a node or sink; each has the position of the first
  SharedCount delivered_, failed_records_, revoked_records_, abandoned_, retried_;
  std::atomic<bool> draining_{false};
  std::atomic<bool> discard_{false};
  mutable std::mutex mutex_;
  std::condition_variable drained_;
  std::optional<std::string> failure_;  // under mutex_
  std::unique_ptr<Flow> flow_;
  RetryTimer retries_;
};

}  // namespace radflow
