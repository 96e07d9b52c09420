// Budget: what may be in flight. Bytes bound the memory, the cap on messages in computation bounds the queues
// and what a restart repeats. All members may be called from any thread; only sources wait.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace radflow {

class Budget {
 public:
  Budget(std::int64_t limit_bytes, int most_computing)
      : limit_{limit_bytes}, most_computing_{most_computing} {}

  // Takes `bytes` and one message in computation if both fit.
  // A record larger than everything is let in alone.
  bool try_admit(std::int64_t bytes);
  // The same bytes in two steps, for a record that is fetched between them: reserve() takes them before they
  // are allocated, try_admit_reserved() only waits for computation; it settles what the record came to.
  bool reserve(std::int64_t bytes);
  bool try_admit_reserved(std::int64_t bytes, std::int64_t reserved);
  // Takes bytes without asking: a decoded object overshoots by itself at most.
  // False if it is larger than the limit.
  bool charge(std::int64_t bytes);

  void add_computing(int messages) { computing_.fetch_add(messages, std::memory_order_relaxed); }
  void end_computing();
  void release(std::int64_t bytes);

  // Waits until there may be room or `longest` has passed.
  void wait(std::chrono::milliseconds longest);
  // Ends every wait, now and later.
  void close();

  std::int64_t limit() const { return limit_; }
  std::int64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  bool may_compute();
  bool may_have_room() const;
  void wake_if_room();
  void wake();

  const std::int64_t limit_;
  const int most_computing_;
  alignas(64) std::atomic<std::int64_t> bytes_{0};
  alignas(64) std::atomic<int> computing_{0};
  alignas(64) std::atomic<int> waiting_{0};
  // Bytes that the last refused reserve() asked for; 0: refused by the limit on messages in computation.
  std::atomic<std::int64_t> short_of_{0};
  std::atomic<bool> closed_{false};
  std::mutex mutex_;
  std::condition_variable room_;
};

}  // namespace radflow
