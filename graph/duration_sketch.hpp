// DurationSketch: how often which duration was seen, fine enough for quantiles: each is wrong by at most 1.6 %, and
// never less or more than what was seen. The buckets are HdrHistogram's, 32 to a power of two. For Prometheus, whose
// buckets are few and fixed, there is DurationHistogram.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace radflow {

struct DurationSketch {
  static constexpr int bits = 5;  // so many bits below the highest one of a duration tell its bucket
  static constexpr double error = 1.0 / (2 << bits);  // half a bucket, relative to the quantile
  static constexpr int largest_power = 47;  // 2^47 ns are 39 hours; what is longer counts as so much

  static constexpr std::size_t bucket(std::uint64_t ns) {
    if (ns < (1U << bits)) return ns;
    if (ns >> largest_power) return bucket((std::uint64_t{1} << largest_power) - 1);
    const int shift = std::bit_width(ns) - 1 - bits;
    return (static_cast<std::size_t>(shift) << bits) + (ns >> shift);
  }
  static constexpr std::size_t bucket_count = (std::size_t{largest_power - bits + 1} << bits);

  std::vector<std::uint64_t> counts;  // bucket_count of them, or none if nothing was seen
  std::uint64_t min_ns = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t max_ns = 0;

  std::uint64_t count() const;
  void add(const DurationSketch& other);
  // The smallest duration that a share `q` of all do not exceed, in seconds; 0 if nothing was seen.
  double quantile(double q) const;
};

}  // namespace radflow
