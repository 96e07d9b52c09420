// Quantiles are as near as the sketch says, and never beyond what was seen.
#include "graph/duration_sketch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>

#include "graph/run/counters.hpp"

namespace radflow {
namespace {

// Each duration counts: none is sampled.
DurationSketch sketch_of(const std::vector<std::uint64_t>& durations) {
  DurationSketch sketch;
  sketch.counts.resize(DurationSketch::bucket_count);
  for (const std::uint64_t ns : durations) {
    ++sketch.counts[DurationSketch::bucket(ns)];
    sketch.min_ns = std::min(sketch.min_ns, ns);
    sketch.max_ns = std::max(sketch.max_ns, ns);
  }
  return sketch;
}

TEST(DurationSketch, QuantilesAreWithinTheErrorItStates) {
  std::mt19937_64 random{1};
  for (const double spread : {0.01, 1.0, 4.0}) {
    std::lognormal_distribution<double> duration{15, spread};
    std::vector<std::uint64_t> all;
    for (int i = 0; i < 5000; ++i) all.push_back(static_cast<std::uint64_t>(duration(random)));
    const DurationSketch sketch = sketch_of(all);
    std::ranges::sort(all);
    for (const double q : {0.001, 0.01, 0.5, 0.9, 0.99, 1.0}) {
      const auto true_ns = static_cast<double>(all[static_cast<std::size_t>(std::ceil(q * 5000)) - 1]);
      EXPECT_NEAR(sketch.quantile(q), true_ns * 1e-9, true_ns * 1e-9 * DurationSketch::error + 1e-12) << q;
    }
  }
}

TEST(DurationSketch, BucketsRiseWithoutAGap) {
  std::size_t before = 0;
  for (std::uint64_t ns = 0; ns < 100'000; ++ns) {
    const std::size_t bucket = DurationSketch::bucket(ns);
    ASSERT_TRUE(bucket == before || bucket == before + 1) << ns;
    before = bucket;
  }
  EXPECT_EQ(DurationSketch::bucket((std::uint64_t{1} << 47) - 1), DurationSketch::bucket_count - 1);
  EXPECT_EQ(DurationSketch::bucket(UINT64_MAX), DurationSketch::bucket_count - 1);
}

TEST(DurationSketch, NothingIsBeyondWhatWasSeen) {
  // 13.2 ms were once said to be 17.5 ms at the median.
  for (const std::uint64_t one :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{13'200'000}, std::uint64_t{1} << 50})
    for (const double q : {0.0, 0.5, 0.99, 1.0})
      EXPECT_EQ(sketch_of({one}).quantile(q), static_cast<double>(one) * 1e-9) << one;
  const DurationSketch two = sketch_of({1'000'000, 1'000'001});
  EXPECT_EQ(two.quantile(0), 1'000'000 * 1e-9);
  EXPECT_EQ(two.quantile(1), 1'000'001 * 1e-9);
  // Both stand in a bucket whose middle is less than the smaller one.
  const DurationSketch high = sketch_of({1'015'806, 1'015'807, 1'015'807});
  EXPECT_EQ(DurationSketch::bucket(1'015'806), DurationSketch::bucket(999'424));
  EXPECT_GE(high.quantile(0.5), 1'015'806 * 1e-9);
}

TEST(DurationSketch, ThoseOfSeveralSinksAddUp) {
  DurationSketch sum;
  EXPECT_EQ(sum.quantile(0.5), 0);
  sum.add(DurationSketch{});
  EXPECT_EQ(sum.count(), 0u);
  sum.add(sketch_of({100, 200}));
  sum.add(sketch_of({1'000'000}));
  EXPECT_EQ(sum.count(), 3u);
  EXPECT_EQ(sum.quantile(0), 100 * 1e-9);
  EXPECT_NEAR(sum.quantile(0.5), 200e-9, 200e-9 * DurationSketch::error);
  EXPECT_EQ(sum.quantile(1), 1'000'000 * 1e-9);
}

}  // namespace
}  // namespace radflow
