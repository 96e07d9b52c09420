// BatchQueue: the messages that wait at a stage whose node is called for several at once. A worker that is to call the
// node takes a batch: as many messages as `size`, or fewer if the first of them has waited for `wait`, or if the queue is
// closed. Each call that is due is promised once, by `ready`; until a worker keeps the promise, later messages may still
// join its batch. Thread-safe.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include "graph/batch.hpp"
#include "graph/stats.hpp"

namespace radflow {

class Message;

class BatchQueue {
 public:
  struct Calls {
    std::function<void()> ready;                           // a worker is to call take()
    std::function<void(std::chrono::milliseconds)> later;  // due() is to be called after that time
  };
  BatchQueue(BatchPlan plan, Calls calls) : plan_{plan}, calls_{std::move(calls)} {}

  void add(Message* message);
  // A time that `later` was told has passed.
  void due();
  // The input has ended, or the graph stops: from here on no message waits for others.
  void close();

  // The messages of one call; none if earlier calls took all of them.
  std::vector<Message*> take();
  std::int64_t waiting() const;

  // A call of the node for `size` messages was made.
  void called(std::size_t size);
  BatchStats stats(std::string node) const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Waiting {
    Message* message;
    Clock::time_point since;
  };
  // The first message for which no call is promised.
  std::size_t first_unpromised() const;
  bool promise_if_due(Clock::time_point now);

  const BatchPlan plan_;
  const Calls calls_;
  mutable std::mutex mutex_;
  std::deque<Waiting> waiting_;  // under mutex_
  std::size_t promised_ = 0;     // under mutex_: calls of ready() that take() has not answered
  bool timed_ = false;           // under mutex_: due() will be called
  bool closed_ = false;          // under mutex_
  BatchStats::Sizes sizes_{};    // under mutex_
  std::uint64_t messages_ = 0;   // under mutex_
};

}  // namespace radflow
