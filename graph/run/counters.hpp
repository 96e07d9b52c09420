// Counters of a running pipeline. Counts are exact; a node's duration is measured at every call while it
// takes more than a few microseconds, else at one in 64, which then counts for all of them, and so is the
// latency of records while it is less than a millisecond: a clock read costs 24 ns. Each worker counts its
// calls by itself, so counting costs no shared cache line; snapshots add up.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "graph/stats.hpp"

namespace radflow {

constexpr std::uint64_t sampled_one_in = 64;  // applies to calls that are brief

// Written by one thread, read by any.
class Count {
 public:
  void add(std::uint64_t n = 1) { value_.store(get() + n, std::memory_order_relaxed); }
  std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// Written and read by any thread. A thread writes to one of eight shares: a counter that two cores write to
// costs more than a trivial node.
class SharedCount {
 public:
  // What the calling thread's share was before. Sequentially consistent, as get() is: of two threads that add
  // and then get, one at least sees both.
  std::uint64_t add() { return shares_[share()].count.fetch_add(1); }
  std::uint64_t get() const;

 private:
  static constexpr std::size_t share_count = 8;
  struct alignas(64) Share {
    std::atomic<std::uint64_t> count{0};
  };
  static std::size_t share();

  std::array<Share, share_count> shares_;
};

// A histogram and a sketch that any thread may write.
class SharedHistogram {
 public:
  // Whether to measure the `nth` duration.
  bool sample(std::uint64_t nth) const {
    return !brief_.load(std::memory_order_relaxed) || nth % sampled_one_in == 0;
  }
  void observe(std::chrono::nanoseconds duration);
  DurationHistogram snapshot() const;
  DurationSketch sketch() const;

 private:
  std::atomic<bool> brief_{false};
  std::array<std::atomic<std::uint64_t>, DurationHistogram::bounds.size() + 1> counts_{};
  std::atomic<std::int64_t> sum_ns_{0};
  std::array<std::atomic<std::uint64_t>, DurationSketch::bucket_count> fine_{};
  std::atomic<std::uint64_t> min_ns_{std::numeric_limits<std::uint64_t>::max()};
  std::atomic<std::uint64_t> max_ns_{0};
};

class NodeCounters {
 public:
  Count calls, results, filtered;

  // Whether to measure the call that comes next.
  bool sample() const { return heavy_ || calls.get() % sampled_one_in == 0; }
  void observe(std::chrono::nanoseconds duration);
  // The same of a call that was measured without asking.
  void observe_whole(std::chrono::nanoseconds duration) {
    heavy_ = true;
    observe(duration);
  }
  void add_to(NodeStats& stats) const;

 private:
  bool heavy_ = true;
  std::array<Count, DurationHistogram::bounds.size() + 1> counts_{};
  Count sum_ns_;
};

// Failures by node and reason; rare, so a map under a mutex.
class FailureCounters {
 public:
  void add(const std::string& node, const std::string& reason);
  std::vector<std::pair<std::string, std::uint64_t>> of(const std::string& node) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::map<std::string, std::uint64_t>> counts_;
};

}  // namespace radflow
