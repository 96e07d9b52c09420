// IdleClock: how long the members of a partition could have come. It stands still while they could not: while the
// source is paused or away, while the graph has no room, and while a record that was read waits for its turn. Not
// thread-safe; the time is given, so that tests need no waiting.
#pragma once

#include <algorithm>
#include <chrono>

namespace radflow {

class IdleClock {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  // More than this never passes between two ticks: if it did, the process itself stood still.
  explicit IdleClock(Duration longest_step) : longest_step_{longest_step} {}

  // Called again and again. `may_come`: the next member could come now.
  void tick(Time now, bool may_come) {
    if (may_come && could_come_) passed_ += std::min(now - last_, longest_step_);
    could_come_ = may_come;
    last_ = now;
  }
  Duration passed() const { return passed_; }

 private:
  Duration longest_step_;
  Duration passed_{0};
  Time last_{};
  bool could_come_ = false;
};

}  // namespace radflow
