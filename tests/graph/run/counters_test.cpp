// What is sampled counts for what it stands for.
#include "graph/run/counters.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace radflow {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t brief = 6400, slow = 100;

void expect_true_to(const DurationHistogram& histogram, std::chrono::duration<double> of_brief) {
  EXPECT_NEAR(static_cast<double>(histogram.count()), brief + slow, 2 * sampled_one_in);
  EXPECT_LT(histogram.quantile(0.5), 5e-3);
  EXPECT_NEAR(histogram.sum, brief * of_brief.count() + slow * 5e-3,
              2 * sampled_one_in * (of_brief.count() + 5e-3));
}

TEST(Counters, ALatencyThatIsSampledCountsForThoseThatAreNot) {
  SharedHistogram latencies;
  for (std::uint64_t i = 0; i < brief + slow; ++i)
    if (latencies.sample(i)) latencies.observe(i < brief ? 800us : 5ms);
  expect_true_to(latencies.snapshot(), 800us);
}

TEST(Counters, ASketchIsOfTheSameDurations) {
  SharedHistogram latencies;
  EXPECT_EQ(latencies.sketch().quantile(0.5), 0);
  for (std::uint64_t i = 0; i < brief + slow; ++i)
    if (latencies.sample(i)) latencies.observe(i < brief ? 800us : 5ms);
  const DurationSketch sketch = latencies.sketch();
  EXPECT_EQ(sketch.count(), latencies.snapshot().count());
  EXPECT_NEAR(sketch.quantile(0.5), 800e-6, 800e-6 * DurationSketch::error);
  EXPECT_EQ(sketch.quantile(1), 5e-3) << "the longest is known exactly";
}

TEST(Counters, ACallThatIsSampledCountsForThoseThatAreNot) {
  NodeCounters counters;
  for (std::uint64_t i = 0; i < brief + slow; ++i) {
    if (counters.sample()) counters.observe(i < brief ? 2us : 5ms);
    counters.calls.add();
  }
  NodeStats stats;
  counters.add_to(stats);
  expect_true_to(stats.duration, 2us);
}

TEST(Counters, ASharedCountMissesNothingThatOneOfManyThreadsAdds) {
  SharedCount count;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 12; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) count.add();
      });
  }
  EXPECT_EQ(count.get(), 12'000u);
}

}  // namespace
}  // namespace radflow
