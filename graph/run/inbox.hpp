// Inbox: the messages that wait for a stage, oldest first. Thread-safe.
#pragma once

#include <oneapi/tbb/spin_mutex.h>

#include <cstddef>
#include <deque>
#include <span>

namespace radflow {

class Message;

class Inbox {
 public:
  // True if nobody has been called to empty it: the caller calls a worker.
  bool push(Message* message);

  // Fills `into` with the oldest messages. If there are more, the caller calls the next worker.
  struct Taken {
    std::size_t count = 0;
    bool more = false;
  };
  Taken take(std::span<Message*> into);

  std::size_t size() const;

 private:
  mutable oneapi::tbb::spin_mutex mutex_;  // held for less than a sleep costs
  std::deque<Message*> messages_;          // under mutex_
  bool called_ = false;                    // under mutex_: a worker is on its way
};

}  // namespace radflow
