// Ticket: one per record that was admitted. It counts, per sink, the messages that came of the record and can still
// reach that sink, and the outputs whose acknowledgement is outstanding. When nothing is left the record has ended:
// delivered, filtered, or failed; then, and only then, its position is done. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <forward_list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "graph/context.hpp"
#include "graph/failure.hpp"
#include "graph/payload.hpp"
#include "graph/record.hpp"
#include "graph/run/message.hpp"

namespace radflow {

class Bundle;     // graph/run/done_together.hpp
struct Gathered;  // graph/run/gathered.hpp
class Endings;
class Tickets;
struct RunState;

enum class Cut : int;  // graph/dead_letter.hpp

// What a message gives to a sink, kept until the sink's order lets it go.
struct Output {
  const Message* from = nullptr;
  int edge = 0;
  Payload payload;
};

class Ticket : public std::enable_shared_from_this<Ticket> {
 public:
  // `endings` is who ends the record. `charged` bytes of the graph's memory are the record's until then.
  Ticket(RunState& run, Endings& endings, Tickets& all, std::size_t source, Record&& record,
         std::int64_t charged);
  // A group's: `record` has the key, headers and position of its lowest member, and `identity` is the group's own.
  Ticket(RunState& run, Endings& endings, Tickets& all, std::size_t source, Record&& record,
         std::unique_ptr<Gathered> gathered, int region, Identity identity);
  ~Ticket();
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;

  Endings& endings() const { return endings_; }
  const Record& record() const { return record_; }
  std::size_t source() const { return source_; }
  std::chrono::steady_clock::time_point admitted() const { return admitted_; }
  // Bytes of the graph's memory that its record takes; what nodes make is charged apart (value_charge.hpp). For the
  // thread that ends the ticket.
  std::int64_t charged() const { return charged_; }
  // Of a group: what it was gathered from. Null for a record.
  const Gathered* gathered() const { return gathered_.get(); }
  const std::string& input_digest() const;

  // Takes bytes of the graph's memory for the node that is being called; false if they exceed it all.
  bool charge(std::int64_t bytes);

  // A message that a split makes of the record, besides `root`.
  Message& add_part(int region, Identity identity, std::vector<std::uint32_t> part);

  // A split made `parts` messages; `reachable` of each can reach a sink, by sink.
  void add_reachable(const std::vector<int>& reachable, int parts);
  // `count` messages can reach the sink no longer; true if they were the last ones.
  bool count_down(std::size_t sink, int count);

  // Keeps an output until the sink's order lets it go; take_outputs() gives them in order of part and edge.
  void keep(std::size_t sink, Output output);
  std::vector<Output> take_outputs(std::size_t sink);

  // Obligations keep a record from ending: one for each message that can reach a sink, which the output that comes
  // of it takes over until it is acknowledged, and one for each dead letter.
  void acquire(int count) {
    obligations_.fetch_add(static_cast<std::uint64_t>(count), std::memory_order_relaxed);
  }
  // What keeps the ticket from ending, after a release: nothing (the caller ends the ticket), or groups alone (the
  // caller parks it).
  enum class Left { Something, Groups, Nothing };
  Left release(int count = 1) {
    return left(obligations_.fetch_sub(static_cast<std::uint64_t>(count), std::memory_order_acq_rel) -
                static_cast<std::uint64_t>(count));
  }
  // A group takes over one obligation, and gives it back when it has ended.
  Left give_to_group() {
    return left(obligations_.fetch_add(one_in_group, std::memory_order_acq_rel) + one_in_group);
  }
  Left take_from_group() {
    return left(obligations_.fetch_sub(one_in_group + 1, std::memory_order_acq_rel) - one_in_group - 1);
  }

  // Gives the record's bytes back, of which the digest and the size stay: all that is left of it waits in groups.
  // False if that was done before, or if the ticket is about to end.
  bool park();
  // Nothing is parked any more; for the thread that ends the ticket. True if it was parked.
  bool end_parking();
  bool is_parked() const;
  // Of the record's value, whether it is still here or not.
  std::size_t value_bytes() const { return value_bytes_; }

  void add_failure(Failure failure);
  bool failed() const { return !failures_.empty(); }  // for the thread that ends the ticket
  std::vector<Failure> failures() const;
  void stop_graph() { stop_ = true; }
  bool stops_graph() const { return stop_; }
  // The source gave its partition up before all that came of it was sent.
  void revoke() { revoked_ = true; }
  bool revoked() const { return revoked_; }
  // An open group was given up, and its members with it: they are not done and computed again.
  void drop() { dropped_ = true; }
  bool dropped() const { return dropped_; }

  // Answers whoever asks where a record is: the node last called for one of its messages,
  // and what its sinks lack.
  void at_node(std::size_t node) { last_node_.store(static_cast<int>(node), std::memory_order_relaxed); }
  int last_node() const { return last_node_.load(std::memory_order_relaxed); }
  enum class AtSinkState { Through, Computing, WaitsForItsTurn, WaitsForAcknowledgement };
  AtSinkState at_sink(std::size_t sink) const;
  void submitted(std::size_t sink) { at_sink_[sink].unacknowledged.fetch_add(1, std::memory_order_relaxed); }
  void acknowledged(std::size_t sink) {
    at_sink_[sink].unacknowledged.fetch_sub(1, std::memory_order_relaxed);
  }

  // Where the record is on its way out; only the thread that released the last obligation moves it.
  enum class Phase { Alive, DeadLetter, Ended };

 private:
  struct AtSink {
    std::atomic<int> live{0};
    std::atomic<int> unacknowledged{0};
    std::vector<Output> outputs;  // under mutex
  };

  RunState& run_;
  Endings& endings_;
  Tickets& all_;
  const std::size_t source_;
  Record record_;  // but for park() it never changes
  const std::chrono::steady_clock::time_point admitted_ = std::chrono::steady_clock::now();
  const std::size_t value_bytes_;
  std::int64_t charged_;
  const std::unique_ptr<Gathered> gathered_;
  // Obligations in the lower half, in the upper one how many of them groups have: one number, so that whoever
  // releases one sees both as they were at that moment.
  static constexpr std::uint64_t one_in_group = std::uint64_t{1} << 32;
  static Left left(std::uint64_t obligations) {
    const std::uint64_t all = obligations & (one_in_group - 1);
    return all == 0 ? Left::Nothing : all == obligations >> 32 ? Left::Groups : Left::Something;
  }
  std::atomic<std::uint64_t> obligations_{0};
  std::atomic<int> last_node_{-1};
  std::atomic<bool> stop_{false}, revoked_{false}, dropped_{false};
  std::vector<AtSink> at_sink_;
  std::vector<Failure> failures_;                                        // under mutex
  std::forward_list<Message> parts_;                                     // under mutex
  enum class Parking { Open, Parked, Closed } parking_ = Parking::Open;  // under mutex
  mutable std::once_flag digested_;
  mutable std::string digest_;

 public:
  Phase phase = Phase::Alive;
  std::optional<Error> dead_letter_error;  // under mutex
  Cut cut{};                               // what is left out of its dead letter
  std::shared_ptr<Bundle> bundle;  // what becomes done together with it; null: it alone. See DoneTogether
  mutable std::mutex mutex;
  Message root;  // the message that the record itself is

 private:
  friend class Tickets;
  Ticket* previous_ = nullptr;  // links of the source's tickets, for Tickets
  Ticket* next_ = nullptr;
};

}  // namespace radflow
