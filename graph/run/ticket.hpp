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
  ~Ticket();
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;

  Endings& endings() const { return endings_; }
  const Record& record() const { return record_; }
  std::size_t source() const { return source_; }
  std::chrono::steady_clock::time_point admitted() const { return admitted_; }
  // Bytes of the graph's memory that its record takes; what nodes make is charged apart (value_charge.hpp).
  std::int64_t charged() const { return charged_; }
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
  void acquire(int count) { obligations_.fetch_add(count, std::memory_order_relaxed); }
  // True if this was the last one: the caller ends the ticket.
  bool release(int count = 1) { return obligations_.fetch_sub(count, std::memory_order_acq_rel) == count; }

  void add_failure(Failure failure);
  bool failed() const { return !failures_.empty(); }  // for the thread that ends the ticket
  std::vector<Failure> failures() const;
  void stop_graph() { stop_ = true; }
  bool stops_graph() const { return stop_; }
  // The source gave its partition up before all that came of it was sent.
  void revoke() { revoked_ = true; }
  bool revoked() const { return revoked_; }

  // For whoever asks where a record is: the node last called for one of its messages, and what its sinks
  // lack.
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
  const Record record_;
  const std::chrono::steady_clock::time_point admitted_ = std::chrono::steady_clock::now();
  const std::int64_t charged_;
  std::atomic<int> obligations_{0};
  std::atomic<int> last_node_{-1};
  std::atomic<bool> stop_{false}, revoked_{false};
  std::vector<AtSink> at_sink_;
  std::vector<Failure> failures_;     // under mutex
  std::forward_list<Message> parts_;  // under mutex
  mutable std::once_flag digested_;
  mutable std::string digest_;

 public:
  Phase phase = Phase::Alive;
  std::optional<Error> dead_letter_error;  // under mutex
  Cut cut{};                               // what is left out of its dead letter
  mutable std::mutex mutex;
  Message root;  // the message that the record itself is

 private:
  friend class Tickets;
  Ticket* previous_ = nullptr;  // links of the source's tickets, for Tickets
  Ticket* next_ = nullptr;
};

}  // namespace radflow
