#include "graph/duration_sketch.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace radflow {
namespace {

// In the middle of what falls into the bucket.
double middle_ns(std::size_t bucket) {
  constexpr std::size_t first = std::size_t{1} << DurationSketch::bits;
  if (bucket < 2 * first) return static_cast<double>(bucket);  // each holds one whole number of nanoseconds
  const std::size_t shift = bucket / first - 1;
  const std::size_t lowest = (bucket % first + first) << shift;
  return static_cast<double>(lowest) + static_cast<double>((std::size_t{1} << shift) - 1) / 2;
}

}  // namespace

std::uint64_t DurationSketch::count() const {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{});
}

void DurationSketch::add(const DurationSketch& other) {
  if (other.counts.empty()) return;
  counts.resize(bucket_count);
  std::ranges::transform(counts, other.counts, counts.begin(), std::plus{});
  min_ns = std::min(min_ns, other.min_ns);
  max_ns = std::max(max_ns, other.max_ns);
}

double DurationSketch::quantile(double q) const {
  const auto all = static_cast<double>(count());
  const double wanted = std::max(1.0, std::ceil(q * all));
  if (all == 0) return 0;
  if (wanted >= all) return static_cast<double>(max_ns) * 1e-9;  // known exactly, as the shortest is
  if (wanted <= 1) return static_cast<double>(min_ns) * 1e-9;
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    before += counts[i];
    if (static_cast<double>(before) >= wanted)
      return std::clamp(middle_ns(i), static_cast<double>(min_ns), static_cast<double>(max_ns)) * 1e-9;
  }
  return static_cast<double>(max_ns) * 1e-9;
}

}  // namespace radflow
