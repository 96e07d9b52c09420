#include "graph/run/counters.hpp"

#include <algorithm>
#include <numeric>

namespace radflow {
namespace {

std::size_t bucket(std::chrono::nanoseconds duration) {
  const double seconds = std::chrono::duration<double>{duration}.count();
  return static_cast<std::size_t>(std::ranges::lower_bound(DurationHistogram::bounds, seconds) -
                                  DurationHistogram::bounds.begin());
}

}  // namespace

std::size_t SharedCount::share() {
  static std::atomic<std::size_t> threads{0};
  thread_local const std::size_t mine = threads.fetch_add(1, std::memory_order_relaxed) % share_count;
  return mine;
}

std::uint64_t SharedCount::get() const {
  return std::accumulate(shares_.begin(), shares_.end(), std::uint64_t{},
                         [](std::uint64_t sum, const Share& share) { return sum + share.count.load(); });
}

std::uint64_t DurationHistogram::count() const {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{});
}

double DurationHistogram::quantile(double q) const {
  const double wanted = q * static_cast<double>(count());
  double before = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto here = static_cast<double>(counts[i]);
    if (here > 0 && before + here >= wanted) {
      if (i == bounds.size()) return bounds.back();
      const double low = i == 0 ? 0 : bounds[i - 1];
      return low + (bounds[i] - low) * (wanted - before) / here;
    }
    before += here;
  }
  return 0;
}

void SharedHistogram::observe(std::chrono::nanoseconds duration) {
  const bool was_brief = brief_.load(std::memory_order_relaxed);
  const bool brief = duration < std::chrono::milliseconds{1};
  if (brief != was_brief) brief_.store(brief, std::memory_order_relaxed);
  const std::uint64_t stands_for = was_brief ? sampled_one_in : 1;
  counts_[bucket(duration)].fetch_add(stands_for, std::memory_order_relaxed);
  sum_ns_.fetch_add(duration.count() * static_cast<std::int64_t>(stands_for), std::memory_order_relaxed);
  const auto ns = static_cast<std::uint64_t>(std::max<std::int64_t>(0, duration.count()));
  for (auto least = min_ns_.load(std::memory_order_relaxed);
       ns < least && !min_ns_.compare_exchange_weak(least, ns, std::memory_order_relaxed);) {
  }
  for (auto most = max_ns_.load(std::memory_order_relaxed);
       ns > most && !max_ns_.compare_exchange_weak(most, ns, std::memory_order_relaxed);) {
  }
  // After the extremes: a snapshot never has a duration beyond them.
  fine_[DurationSketch::bucket(ns)].fetch_add(stands_for, std::memory_order_release);
}

DurationSketch SharedHistogram::sketch() const {
  DurationSketch sketch;
  sketch.counts.resize(fine_.size());
  for (std::size_t i = 0; i < fine_.size(); ++i) sketch.counts[i] = fine_[i].load(std::memory_order_acquire);
  sketch.min_ns = min_ns_.load(std::memory_order_relaxed);
  sketch.max_ns = max_ns_.load(std::memory_order_relaxed);
  if (sketch.count() == 0) return {};
  return sketch;
}

DurationHistogram SharedHistogram::snapshot() const {
  DurationHistogram histogram;
  for (std::size_t i = 0; i < counts_.size(); ++i)
    histogram.counts[i] = counts_[i].load(std::memory_order_relaxed);
  histogram.sum = static_cast<double>(sum_ns_.load(std::memory_order_relaxed)) * 1e-9;
  return histogram;
}

void NodeCounters::observe(std::chrono::nanoseconds duration) {
  const std::uint64_t stands_for = heavy_ ? 1 : sampled_one_in;
  heavy_ = duration > std::chrono::microseconds{5};
  counts_[bucket(duration)].add(stands_for);
  sum_ns_.add(static_cast<std::uint64_t>(duration.count()) * stands_for);
}

void NodeCounters::add_to(NodeStats& stats) const {
  stats.calls += calls.get();
  stats.results += results.get();
  stats.filtered += filtered.get();
  for (std::size_t i = 0; i < counts_.size(); ++i) stats.duration.counts[i] += counts_[i].get();
  stats.duration.sum += static_cast<double>(sum_ns_.get()) * 1e-9;
}

void FailureCounters::add(const std::string& node, const std::string& reason) {
  const std::lock_guard lock{mutex_};
  ++counts_[node][reason];
}

std::vector<std::pair<std::string, std::uint64_t>> FailureCounters::of(const std::string& node) const {
  const std::lock_guard lock{mutex_};
  const auto found = counts_.find(node);
  if (found == counts_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

}  // namespace radflow
