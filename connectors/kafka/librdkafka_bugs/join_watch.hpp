// JoinWatch: whether a consumer is just joining its group. librdkafka (2.0.2, its issue 4059) takes a commit
// that meets a new generation for the loss of its assignment, and the broker answers nothing on a connection
// until the join is answered: a commit that is sent while joining ends all work in flight. So none is sent
// until then.
#pragma once

#include <atomic>
#include <chrono>

#include "connectors/kafka/librdkafka/handle.hpp"

namespace radflow::kafka {

class JoinWatch {
 public:
  // Before the client is made. Its threads use the watch until they have ended, later than the member if a record
  // keeps the client.
  void attach(rd_kafka_conf_t& conf);

  // From the request to join until the answer to the one that follows it, for the assignment. Thread-safe.
  bool joining() const { return joining_ || Clock::now() < expected_until_.load(); }

  // Partitions are given up to others: a request to join follows, within moments or not at all.
  void expect() { expected_until_ = Clock::now() + longest_until_join; }

  // A request to join was answered, ever. Thread-safe.
  bool answered() const { return answered_; }

  // How many requests for offsets of partitions the client has sent so far. It sends one itself whenever the
  // offset it reads from lies outside of its partition. Thread-safe.
  const std::atomic<std::uint64_t>& offsets_asked() const { return offsets_asked_; }

  // For the client's threads.
  void on_request(int api);
  void on_response(int api);

 private:
  using Clock = std::chrono::steady_clock;
  // Where no request to join follows, commits are held back for no longer than this: two of the turns in which they are
  // due.
  static constexpr std::chrono::seconds longest_until_join{2};
  std::atomic<std::uint64_t> offsets_asked_{0};
  std::atomic<bool> joining_{false}, answered_{false};
  std::atomic<Clock::time_point> expected_until_{Clock::time_point{}};
};

}  // namespace radflow::kafka
