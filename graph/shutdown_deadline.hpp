// ShutdownDeadline: until when a pipeline has to have ended, and what it still waits for. It outlives the pipeline: to
// end may be just what that does not do. Thread-safe.
#pragma once

#include <chrono>
#include <mutex>
#include <set>
#include <string>

namespace radflow {

class ShutdownDeadline {
 public:
  using Clock = std::chrono::steady_clock;

  // The earliest counts, until it is put off.
  void due(Clock::time_point last);
  void put_off();
  bool overdue() const;

  // Counts as waited for while it lives.
  class Wait {
   public:
    Wait(ShutdownDeadline& ending, std::string what);
    ~Wait();
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;

   private:
    ShutdownDeadline& ending_;
    std::multiset<std::string>::iterator at_;
  };
  // "source frames, sink results".
  std::string waits_for() const;

 private:
  mutable std::mutex mutex_;
  Clock::time_point due_ = Clock::time_point::max();
  std::multiset<std::string> waits_;
};

}  // namespace radflow
