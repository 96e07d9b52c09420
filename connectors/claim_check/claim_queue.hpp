// ClaimQueue: an Intake in front of the graph's that fetches what claims lead to (see address.hpp) before they
// are admitted. The source hands its records to this queue instead and calls serve() often; it is never held up
// by a fetch: a few threads fetch at the same time, records wait in a queue for those before them in their
// partition, the records of other partitions pass.
//
//   Memory: the bytes of every record in the queue are reserved in the graph's budget before they are
//   allocated, in order within a partition. So whatever waits for memory waits for records that will end:
//   what holds some has nothing before it that lacks some, and what needs more than it holds (a mask and a value) gives
//   that back before it waits. What is wrong with the claim is refused, in its
//   turn. What is wrong with the surroundings is tried again until it works (100 ms, doubled up to 5 s): the
//   frontier stands still meanwhile, a warning says so. A record whose partition is given up is forgotten.
//
// All members are for the source's thread; it ends with the source's run().
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "connectors/claim_check/address.hpp"
#include "connectors/claim_check/fetch.hpp"
#include "graph/connector.hpp"

namespace radflow {

// What a source is told of claims. Shared with threads that ask whether it is ready.
struct ClaimCheck {
  ClaimAllowList allow;
  FetchLimits limits;
  int parallel = 4;
  std::atomic<int> failing{0};  // claims that cannot be fetched for now

  std::string not_ready() const {
    return failing == 0 ? "" : std::to_string(failing) + " claims cannot be fetched, the log says why";
  }
};

class ClaimQueue final : public Intake {
 public:
  // `holds`: whether the source still answers for a position. `what` names the source in messages.
  ClaimQueue(ClaimCheck& rules, std::string what, Intake& graph, std::function<bool(const Position&)> holds);
  // Ends all fetches; records that are not admitted are forgotten.
  ~ClaimQueue();

  Admission admit(Record& record) override;
  Admission refuse(Record& record, Error error, std::int64_t reserved) override;
  void wait(std::chrono::milliseconds longest) override;
  bool gathering() const override { return graph_.gathering(); }

  // The graph's budget, for a source that fetches something itself.
  bool reserve(std::int64_t bytes) override { return graph_.reserve(bytes); }
  void give_back(std::int64_t bytes) override { graph_.give_back(bytes); }

  // Hands on what was fetched.
  void serve();
  bool empty() const;
  // Of the records in the queue.
  std::vector<Position> positions() const;

 private:
  struct Entry {
    Record record;
    std::optional<Claim> value, mask;  // to be fetched
    std::optional<Error> error;
    std::int64_t reserved = 0;  // taken of the graph's budget
    bool has_memory = false;    // all that it needs of it
    enum class State { Waiting, Fetching, Ready } state = State::Ready;
    bool dropped = false;
  };

  // What of a record has been fetched.
  struct Fetched {
    std::optional<Bytes> value, mask;
  };
  // Whether more than this is needed.
  enum class Needs { All, More };

  Admission put(Record& record, std::optional<Claim> value, std::optional<Claim> mask,
                std::optional<Error> error);
  void fetch(const std::stop_token& stop);
  void fetch(Entry& entry, ClaimFetcher& fetcher, const std::stop_token& stop);
  // Whether nobody waits for the entry any more.
  bool ended(const Entry& entry, const std::stop_token& stop);
  std::optional<Error> fetch_once(Entry& entry, ClaimFetcher& fetcher, Fetched& fetched,
                                  const std::stop_token& stop);
  bool room(Entry& entry, std::int64_t bytes, Needs needs, Fetched& fetched, const std::stop_token& stop);
  bool has_turn(const Position& position, const Entry* entry) const;
  void warn(const Claim& claim, const Error& error);

  static constexpr std::size_t most = 64;
  ClaimCheck& rules_;
  const std::string what_;
  Intake& graph_;
  const std::function<bool(const Position&)> holds_;

  mutable std::mutex mutex_;  // of what follows
  std::condition_variable_any changed_;
  std::deque<std::shared_ptr<Entry>> queue_;
  int waiting_for_room_ = 0;
  std::map<std::string, std::chrono::steady_clock::time_point> warned_;  // by prefix
  bool full_here_ = false;                                               // what wait() waits for
  std::vector<std::jthread> threads_;
};

}  // namespace radflow
