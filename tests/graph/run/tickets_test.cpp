// Looking at tickets while records end.
#include "graph/run/tickets.hpp"

#include <oneapi/tbb/parallel_for.h>

#include "tests/graph/functions.hpp"

namespace radflow::testing {
namespace {

TEST(Tickets, ARecordMayBeLookedForWhileOthersComeAndGo) {
  TestGraph graph;
  graph.source(records(3000, 3)).node("a", {""}, offset).sink("out", {"a"}, Order::None);
  graph.start();
  graph.script->report_pending = true;
  std::jthread looking{[&](const std::stop_token& stop) {
    while (!stop.stop_requested())
      for (const Stall& stall : graph.pipeline->stats().stalls) EXPECT_NE(stall.where, "");
  }};
  EXPECT_TRUE(graph.pipeline->wait());
  looking.request_stop();
  EXPECT_EQ(graph.done(), all(3000));
  EXPECT_EQ(graph.pipeline->stats().records_abandoned, 0u);
}

// Values lie with the worker: one that is in the midst of a message must not be given another.
TEST(Tickets, ANodeThatWaitsForOneTbbIsNotGivenOtherMessagesMeanwhile) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "ThreadSanitizer cannot see how Debian's oneTBB orders the tasks of parallel_for";
#endif
  TestGraph graph;
  graph.plan.workers = 4;
  graph.source(records(2000)).node("a", {""}, offset);
  // Those that the same task hands over are no different.
  graph.node("split", {"a"}, parts, {.arity = Arity::Many}).node("part", {"split"}, add(0));
  graph.node("parallel", {"a"}, [](auto in, const Context&) {
    std::atomic<std::int64_t> sum{0};
    oneapi::tbb::parallel_for(0, 64, [&](int) {
      jitter(number(in[0]));
      sum += number(in[0]);
    });
    return value(sum / 64);
  });
  graph.node("both", {"a", "parallel"}, [](auto in, const Context&) {
    return value(number(in[0]) == number(in[1]) ? number(in[0]) : -1);
  });
  graph.sink("out", {"both"}, Order::Partition).sink("parts", {"part"}, Order::None);
  ASSERT_TRUE(graph.run());
  std::vector<std::int64_t> numbers;
  for (const auto& kept : graph.kept("out")) numbers.push_back(kept.number);
  EXPECT_EQ(numbers, all(2000));
}

}  // namespace
}  // namespace radflow::testing
