// The engine on graphs of lambdas: nothing lost, nothing twice, joins by identity. Their order: order_test.cpp.
#include "graph/pipeline.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "tests/graph/functions.hpp"

namespace radflow::testing {
namespace {

TEST(Pipeline, EveryRecordOfAChainArrivesOnceInOrderAndIsDone) {
  TestGraph graph;
  graph.source(records(500, 7)).node("a", {""}, offset).node("b", {"a"}, add(1)).node("c", {"b"}, add(1));
  graph.sink("out", {"c"}).errors();
  ASSERT_TRUE(graph.run());
  const auto kept = graph.kept("out");
  ASSERT_EQ(kept.size(), 500u);
  for (const auto& one : kept) EXPECT_EQ(one.number, one.offset + 2);
  expect_in_order_per_key(kept);
  EXPECT_EQ(graph.done(), all(500));
  const PipelineStats stats = graph.pipeline->stats();
  EXPECT_EQ(stats.records_delivered, 500u);
  EXPECT_EQ(stats.records_abandoned, 0u);
  EXPECT_EQ(stats.bytes_in_flight, 0);
  EXPECT_EQ(stats.nodes[1].calls, 500u);
  EXPECT_EQ(stats.stages.size(), 1u) << "a chain is one stage";
}

TEST(Pipeline, ABranchThatNobodyTakesIsNotComputed) {
  TestGraph graph;
  std::atomic<int> calls{0};
  const Function counts = [&](auto inputs, const Context& context) {
    ++calls;
    return inputs[0]->template get<Record>() ? offset(inputs, context) : failed("unused");
  };
  graph.source(records(20, 7)).node("only", {""}, counts).node("end", {"only"}, counts);
  graph.node("a", {""}, offset).node("b", {"a"}, add(1)).sink("out", {"b"}).errors();
  ASSERT_TRUE(graph.run());
  EXPECT_EQ(graph.kept("out").size(), 20u);
  EXPECT_EQ(graph.kept("errors").size(), 0u);
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(graph.pipeline->stats().nodes.size(), 2u);
}

TEST(Pipeline, RunsWithAnyNumberOfWorkers) {
  for (const int workers : {1, 2, 5}) {
    SCOPED_TRACE(workers);
    TestGraph graph;
    graph.plan.workers = workers;
    graph.source(records(300, 7)).node("a", {""}, offset).node("b", {"a"}, add(1)).sink("out", {"b"});
    ASSERT_TRUE(graph.run());
    EXPECT_EQ(graph.done(), all(300));
    EXPECT_EQ(graph.kept("out").size(), 300u);
  }
}

TEST(Pipeline, JoinsMeetByIdentityThoughBranchesOvertakeEachOther) {
  TestGraph graph;
  graph.source(records(400, 5)).node("a", {""}, offset);
  graph.node("left", {"a"}, add(1), {.concurrency = 2}).node("right", {"a"}, add(2), {.concurrency = 1});
  graph.node("plain", {"a"}, add(3));
  graph.node("join", {"left", "right", "plain"},
             [](std::span<const Payload* const> in, const Context& context) {
               const std::int64_t offset = context.record().position.offset;
               EXPECT_EQ(number(in[0]), offset + 1);
               EXPECT_EQ(number(in[1]), offset + 2);
               EXPECT_EQ(number(in[2]), offset + 3);
               return value(number(in[0]) + number(in[1]) + number(in[2]));
             });
  graph.sink("out", {"join"});
  ASSERT_TRUE(graph.run());
  EXPECT_EQ(graph.kept("out").size(), 400u);
  expect_in_order_per_key(graph.kept("out"));
  EXPECT_EQ(graph.pipeline->stats().stages.size(), 4u);
}

TEST(Pipeline, ANodeNeverRunsMoreOftenAtOnceThanItsConcurrency) {
  std::atomic<int> inside{0}, most{0};
  TestGraph graph;
  graph.source(records(200)).node("a", {""}, offset);
  graph.node("one", {"a"},
             [&](std::span<const Payload* const> in, const Context&) {
               most = std::max(most.load(), ++inside);
               jitter(number(in[0]));
               --inside;
               return value(number(in[0]));
             },
             {.concurrency = 1});
  graph.sink("out", {"one"});
  ASSERT_TRUE(graph.run());
  EXPECT_EQ(most, 1);
}

TEST(Pipeline, RecordsGoStraightThroughAGraphWithoutNodes) {
  TestGraph graph;
  graph.source(records(100, 4)).sink("out", {""});
  ASSERT_TRUE(graph.run());
  EXPECT_EQ(graph.kept("out").size(), 100u);
  expect_in_order_per_key(graph.kept("out"));
}

// Whatever way a record ends, its bytes are freed then.
TEST(Pipeline, NothingOfARecordOutlivesItsEnd) {
  for (const bool nodes : {false, true}) {
    const auto bytes = std::make_shared<const std::string>("bytes");
    std::vector<Record> all = records(60, 4);
    for (Record& record : all) record.value = Bytes::view(bytes, bytes->data(), bytes->size());
    TestGraph graph;
    graph.source(all);
    if (nodes) {
      graph.node("a", {""}, [](auto in, const Context& context) {
        const std::int64_t at = offset(in, context).value.template as<Number>().value;
        return at % 5 == 1 ? filtered() : at % 5 == 2 ? failed("no") : value(at);
      });
      graph.node("split", {"a"}, parts, {.arity = Arity::Many})
          .node("b", {"split"}, add(0), {.concurrency = 1});
      graph.sink("parts", {"b"}).sink("out", {"a"}).errors();
    } else {
      graph.sink("out", {""}).errors();
    }
    all.clear();
    ASSERT_TRUE(graph.run());
    graph.script->forget();
    EXPECT_EQ(bytes.use_count(), 1 + 60) << "this one, and those of the test's own plan";
  }
}

}  // namespace
}  // namespace radflow::testing
