// Backoff: how long to wait before something is tried again: the first pause, then twice as long from time to time up
// to the longest. Not thread-safe.
#pragma once

#include <algorithm>
#include <chrono>

namespace radflow::kafka {

class Backoff {
 public:
  using Pause = std::chrono::milliseconds;
  Backoff(Pause first, Pause longest) : first_{first}, longest_{longest}, next_{first} {}

  // The pause before the next try.
  Pause next() {
    const Pause pause = next_;
    next_ = std::min(2 * next_, longest_);
    return pause;
  }
  // It worked.
  void reset() { next_ = first_; }

 private:
  Pause first_, longest_, next_;
};

}  // namespace radflow::kafka
