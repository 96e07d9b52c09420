// Endings: how a record ends. Outputs go to sinks in their order, acknowledgements come back, failures become one dead
// letter, the position is done. The rules:
//   - a failed message ends what could have come of it and leaves its siblings alone;
//   - a record is done when nothing of it lives and every sink has acknowledged, dead letters included.
// Runs on workers and on the sinks' own threads; never waits. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "graph/dead_letter.hpp"
#include "graph/run/counters.hpp"
#include "graph/run/order_gate.hpp"
#include "graph/run/records.hpp"
#include "graph/run/run_state.hpp"
#include "graph/run/ticket.hpp"
#include "graph/run/warnings.hpp"

namespace radflow {

class Endings {
 public:
  Endings(RunState& run, Records& records);

  // A record takes its place in the order of each sink that it can reach. From its source's thread.
  void enter(const std::shared_ptr<Ticket>& ticket);

  // A value has come to a sink.
  void deliver(Message& message, const Layout::Delivery& delivery, const Payload& payload);
  // `count` messages of the record will not come to the sink.
  void nothing_comes(Ticket& ticket, std::size_t sink, int count = 1);
  // The same for what a region's message could have led to, by sink.
  void nothing_comes(Ticket& ticket, const std::vector<int>& reachable);

  // A failure of the record: it goes to the dead letters, or stops the graph if that is asked for or no sink takes
  // dead letters.
  void fail(Ticket& ticket, Failure failure, bool stop = false);

  // After the sinks have ended: nothing runs any more.
  void clear();
  void add_to(PipelineStats& stats) const;

 private:
  struct SinkCounters {
    SharedCount submitted, acknowledged, rejected;
    SharedHistogram latency;
  };

  std::uint64_t order_id(const Ticket& ticket, Order order) const;
  bool revoked(Ticket& ticket) const;
  void submit(std::size_t sink, const Output& output);
  Acknowledge acknowledgement(Ticket& ticket, std::size_t sink, std::shared_ptr<const void> charge);
  void acknowledged(Ticket& ticket, std::size_t sink, std::optional<Error> error);
  void gave_up(const Ticket& ticket, std::size_t sink, const Error& error);
  void count_down(Ticket& ticket, std::size_t sink, int count);
  void release(Ticket& ticket, int count = 1);
  void end(Ticket& ticket);
  void dead_letter(Ticket& ticket, Cut cut);
  void finish(Ticket& ticket, bool done);

  RunState& run_;
  Records& records_;
  std::vector<std::size_t> error_sinks_;
  std::vector<std::unique_ptr<OrderGate>> gates_;  // one per sink; null: unordered
  std::vector<SinkCounters> counters_;             // one per sink
  FailureCounters failures_;                       // the key is a sink
  WarningCounters first_failures_;                 // the key is a sink; each has the position of the first
};

}  // namespace radflow
