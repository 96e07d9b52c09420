// Endings: how a record ends. Outputs go to sinks in their order, acknowledgements come back, failures become one dead
// letter, the position is done. The rules:
//   - a failed message ends what could have come of it and leaves its siblings alone;
//   - a record is done when nothing of it lives and every sink has acknowledged, dead letters included;
//   - what came of a group ends on the group's own ticket, and only then do its members end: if it failed, each of them
//     is a dead letter.
// Runs on workers and on the sinks' own threads; never waits. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "graph/dead_letter.hpp"
#include "graph/run/counters.hpp"
#include "graph/run/done_together.hpp"
#include "graph/run/gathered.hpp"
#include "graph/run/order_gate.hpp"
#include "graph/run/records.hpp"
#include "graph/run/run_state.hpp"
#include "graph/run/ticket.hpp"
#include "graph/run/warnings.hpp"

namespace radflow {

class Endings {
 public:
  Endings(RunState& run, Records& records);

  // Who takes what comes to a node that gathers, of a partition one at a time and in order: with the obligation of
  // each. Before anything runs.
  using Gather = std::function<void(std::size_t group, const Output& member)>;
  void hand_members_to(Gather gather) { gather_ = std::move(gather); }

  // A record, or a group, takes its place in the order of each sink that it can reach. A record from
  // its source's thread.
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

  // A group has taken over one obligation of the ticket; it has ended and gives it back; whoever it was handed to gives
  // it back at once.
  void give_to_group(Ticket& ticket) { settle(ticket, ticket.give_to_group()); }
  void give_back(const GroupMember& member) { settle(*member.ticket, member.ticket->take_from_group()); }
  void let_go(Ticket& ticket) { release(ticket); }
  DoneTogether& together() { return together_; }
  // The record that waits longest to be handed to a node that gathers, of its partition. It may have ended since: only
  // to be compared.
  const void* first_waiting(std::size_t group, std::size_t source, std::int32_t partition) const;
  // Records and groups of which all that is left waits in groups.
  std::int64_t parked() const { return parked_.load(); }
  // Groups whose message is on its way.
  void group_starts() {
    groups_in_flight_.fetch_add(1);
    changes_.fetch_add(1);
  }
  void group_gone() {
    groups_in_flight_.fetch_sub(1);
    changes_.fetch_add(1);
  }
  std::int64_t groups_in_flight() const { return groups_in_flight_.load(); }
  // Changes with each of these numbers.
  std::uint64_t changes() const { return changes_.load(); }

  // After the sinks have ended: nothing runs any more.
  void clear();
  void add_to(PipelineStats& stats) const;

 private:
  struct SinkCounters {
    SharedCount submitted, acknowledged, rejected;
    SharedHistogram latency;
  };

  std::uint64_t order_id(const Ticket& ticket, std::size_t destination) const;
  bool revoked(Ticket& ticket) const;
  void submit(std::size_t sink, const Output& output);
  template <typename Call>
  void hand_over(std::size_t sink, const Call& call);
  Acknowledge acknowledgement(Ticket& ticket, std::size_t sink, std::shared_ptr<const void> charge);
  void acknowledged(Ticket& ticket, std::size_t sink, std::optional<Error> error);
  void gave_up(const Ticket& ticket, std::size_t sink, const Error& error);
  void count_down(Ticket& ticket, std::size_t sink, int count);
  void release(Ticket& ticket, int count = 1) { settle(ticket, ticket.release(count)); }
  void settle(Ticket& ticket, Ticket::Left left);
  void end(Ticket& ticket);
  void end_group(Ticket& ticket);
  void group_is_through(const Ticket& ticket);
  void say_stopped(const Ticket& ticket);
  void dead_letter(Ticket& ticket, Cut cut);
  void finish(Ticket& ticket, bool done);

  RunState& run_;
  Records& records_;
  std::vector<std::size_t> error_sinks_;
  std::vector<std::unique_ptr<OrderGate>> gates_;  // one per destination; null: unordered
  Gather gather_;
  DoneTogether together_;
  std::atomic<std::int64_t> parked_{0}, groups_in_flight_{0};
  std::atomic<std::uint64_t> changes_{0};
  std::vector<SinkCounters> counters_;  // one per sink
  FailureCounters failures_;            // the key is a sink
  WarningCounters first_failures_;      // the key is a sink; each has the position of the first
};

}  // namespace radflow
