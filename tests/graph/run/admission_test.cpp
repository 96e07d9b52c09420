// What is in flight, and when it is done: memory, and sinks that acknowledge late.
#include "graph/pipeline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "tests/graph/functions.hpp"

namespace radflow::testing {
namespace {

using ::testing::HasSubstr;

TEST(Pipeline, NothingIsDoneBeforeTheSinkAcknowledges) {
  TestGraph graph;
  graph.source(records(4)).node("a", {""}, offset).sink("out", {"a"});
  graph.build();
  graph.sinks.at("out")->hold(true);
  graph.start();
  while (graph.kept("out").size() < 4) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds{50});
  EXPECT_TRUE(graph.done().empty());
  EXPECT_EQ(graph.pipeline->stats().records_in_flight, 4);
  graph.sinks.at("out")->hold(false);
  EXPECT_TRUE(graph.pipeline->wait());
  EXPECT_EQ(graph.done(), all(4));
}

TEST(Pipeline, MemoryStaysWithinTheBudgetWhenTheSinkStalls) {
  TestGraph graph;
  graph.plan.memory_bytes = 100'000;
  graph.source(records(500, 0, 9'000)).node("a", {""}, offset).sink("out", {"a"}, Order::None);
  graph.build();
  graph.sinks.at("out")->hold(true);
  graph.start();
  std::this_thread::sleep_for(std::chrono::milliseconds{100});
  EXPECT_LE(graph.pipeline->stats().bytes_in_flight, 100'000);
  EXPECT_GT(graph.pipeline->stats().records_in_flight, 5);
  graph.sinks.at("out")->hold(false);
  EXPECT_TRUE(graph.pipeline->wait());
  EXPECT_EQ(graph.done(), all(500));
  EXPECT_EQ(graph.pipeline->stats().bytes_in_flight, 0);
}

TEST(Pipeline, ARecordLargerThanTheMemoryIsAdmittedAlone) {
  TestGraph graph;
  graph.plan.memory_bytes = 10'000;
  graph.source(records(5, 0, 50'000)).node("a", {""}, offset).sink("out", {"a"});
  ASSERT_TRUE(graph.run());
  EXPECT_EQ(graph.done(), all(5));
}

TEST(Pipeline, AChargeLargerThanTheMemoryIsAnErrorAndOthersAreGivenBack) {
  TestGraph graph;
  graph.plan.memory_bytes = 1'000'000;
  graph.source(records(2)).node("a", {""}, [](auto in, const Context& context) {
    if (auto error = context.charge(context.record().position.offset == 0 ? 2'000'000 : 500'000))
      return failed(error->reason);
    return offset(in, context);
  });
  graph.sink("out", {"a"}).errors();
  ASSERT_TRUE(graph.run());
  EXPECT_EQ(graph.kept("out").size(), 1u);
  EXPECT_THAT(graph.kept("errors").at(0).error, HasSubstr("too_large"));
  EXPECT_EQ(graph.pipeline->stats().bytes_in_flight, 0);
}

}  // namespace
}  // namespace radflow::testing
