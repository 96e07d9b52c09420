// Nodes that are called for several messages at once, in a graph that runs.
#include <gmock/gmock.h>

#include <numeric>

#include "tests/graph/batch_graph.hpp"

namespace radflow::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Le;

constexpr std::int64_t for_ever = 10'000;  // ms: longer than any test takes

class Batches : public ::testing::Test {
 protected:
  // `count` records of seven keys, a node that doubles their offsets, a sink.
  void graph_of(int count, BatchPlan batch, NodeOptions options = {}) {
    graph.source(records(count, 7)).node("a", {""}, offset);
    doubles(graph, "double", "a", wanted, batch, std::move(options)).sink("out", {"double"}).errors();
  }
  std::map<std::int64_t, std::int64_t> results() {
    std::map<std::int64_t, std::int64_t> numbers;
    for (const auto& one : graph.kept("out")) numbers[one.offset] = one.number;
    return numbers;
  }
  void expect_doubled(int count) {
    std::map<std::int64_t, std::int64_t> expected;
    for (int i = 0; i < count; ++i) expected[i] = 2 * i;
    EXPECT_EQ(results(), expected);
  }
  static std::size_t sum(const std::vector<std::size_t>& sizes) {
    return std::accumulate(sizes.begin(), sizes.end(), std::size_t{0});
  }

  const std::shared_ptr<Doubling> wanted = std::make_shared<Doubling>();
  TestGraph graph;
};

TEST_F(Batches, ShareCallsAndKeepTheOrderOfEachKey) {
  wanted->member = [](std::int64_t number, const Context& context) {
    EXPECT_EQ(context.record().position.offset, number) << "the context of another message";
    jitter(number);
  };
  graph_of(1000, {8, for_ever});
  const auto begin = steady_clock::now();
  ASSERT_TRUE(graph.run());
  EXPECT_LT(steady_clock::now() - begin, milliseconds{for_ever / 2}) << "the end of input waits for nobody";
  expect_doubled(1000);
  expect_in_order_per_key(graph.kept("out"));
  EXPECT_EQ(graph.done(), all(1000));
  EXPECT_THAT(wanted->calls(), Each(Le(8U)));
  EXPECT_EQ(sum(wanted->calls()), 1000U);
  EXPECT_LE(wanted->calls().size(), 150U) << "125 full batches, and what the end of input left over";
  const PipelineStats stats = graph.pipeline->stats();
  EXPECT_EQ(stats.nodes[1].calls, 1000U);
  EXPECT_EQ(stats.nodes[1].results, 1000U);
  ASSERT_EQ(stats.batches.size(), 1U);
  EXPECT_EQ(stats.batches[0].node, "double");
  EXPECT_EQ(stats.batches[0].messages, 1000U);
  EXPECT_GE(stats.batches[0].sizes[3], 110U) << "calls of five to eight";
  EXPECT_EQ(stats.bytes_in_flight, 0);
}

TEST_F(Batches, WithoutTheKeyEachMessageHasACallOfItsOwn) {
  graph_of(100, {});
  graph.plan.nodes[1].batch.reset();
  ASSERT_TRUE(graph.run());
  expect_doubled(100);
  EXPECT_THAT(wanted->calls(), Each(1U));
  EXPECT_TRUE(graph.pipeline->stats().batches.empty());
}

TEST_F(Batches, AnExceptionFailsOnlyItsCause) {
  wanted->member = [](std::int64_t number, const Context& context) {
    context.warn({"seen", "as the test wants"});
    if (number % 10 == 3) throw std::runtime_error{"three"};
  };
  graph_of(100, {8, 50}, {.warnings = {{"seen", "It was seen."}}});
  ASSERT_TRUE(graph.run());
  EXPECT_EQ(results().size(), 90U);
  EXPECT_EQ(graph.kept("errors").size(), 10U);
  for (const auto& letter : graph.kept("errors")) {
    EXPECT_EQ(letter.offset % 10, 3);
    EXPECT_THAT(letter.error, HasSubstr("three"));
  }
  const NodeStats node = graph.pipeline->stats().nodes[1];
  EXPECT_THAT(node.failed, ElementsAre(std::pair{"exception", 10U}));
  EXPECT_EQ(node.calls, 100U);
  ASSERT_EQ(node.warnings.size(), 1U);
  EXPECT_EQ(node.warnings[0].count, 100U) << "those of the call that failed do not count";
}

TEST_F(Batches, AnErrorIsThatOfItsMessage) {
  wanted->result = [](std::int64_t number) -> Result<Number> {
    if (number == 5) return Error{"five", "as the test wants"};
    return Number{2 * number};
  };
  graph_of(20, {4, 50}, {.errors = {{"five", "It is five."}}});
  ASSERT_TRUE(graph.run());
  EXPECT_EQ(results().size(), 19U);
  ASSERT_EQ(graph.kept("errors").size(), 1U);
  EXPECT_EQ(graph.kept("errors")[0].offset, 5);
  EXPECT_EQ(sum(wanted->calls()), 20U) << "nobody is called again for it";
}

TEST_F(Batches, TooFewResultsAreNobodysResults) {
  wanted->too_few = 1;
  graph_of(20, {4, 50});
  ASSERT_TRUE(graph.run());
  expect_doubled(20);
}

TEST_F(Batches, AFailureThatMayPassIsCalledAgainInAnotherBatch) {
  std::atomic<int> failed{0};
  wanted->result = [&](std::int64_t number) -> Result<Number> {
    if (number == 5 && ++failed <= 2) return Error{"away", "as the test wants", true};
    return Number{2 * number};
  };
  graph_of(20, {4, 5}, {.retry = Retry{3, 1}, .errors = {{"away", "It may pass."}}});
  ASSERT_TRUE(graph.run());
  expect_doubled(20);
  EXPECT_EQ(graph.pipeline->stats().calls_retried, 2U);
}

TEST_F(Batches, AreHandedOverWhenTheFirstHasWaited) {
  std::vector<Record> sent = records(4, 1);
  sent[3].headers.push_back({"wait", ""});
  graph.source(sent).node("a", {""}, offset);
  doubles(graph, "double", "a", wanted, {16, 200}).sink("out", {"double"}).errors();
  const auto begin = steady_clock::now();
  graph.start();
  while (graph.kept("out").size() < 3) std::this_thread::sleep_for(milliseconds{1});
  EXPECT_GE(steady_clock::now() - begin, milliseconds{199});
  EXPECT_THAT(wanted->calls(), ElementsAre(3U));
  graph.script->go_on = true;
  EXPECT_TRUE(graph.pipeline->wait());
  expect_doubled(4);
}

TEST_F(Batches, AStopHandsOverAtOnce) {
  std::vector<Record> sent = records(4, 1);
  sent[3].headers.push_back({"wait", ""});
  graph.source(sent).node("a", {""}, offset);
  doubles(graph, "double", "a", wanted, {16, for_ever}).sink("out", {"double"}).errors();
  graph.start();
  while (graph.pipeline->stats().stages.at(1).queued < 3) std::this_thread::sleep_for(milliseconds{1});
  EXPECT_TRUE(wanted->calls().empty());
  const auto begin = steady_clock::now();
  graph.pipeline->stop();
  EXPECT_TRUE(graph.pipeline->wait());
  EXPECT_LT(steady_clock::now() - begin, milliseconds{for_ever / 2});
  expect_doubled(3);
  EXPECT_EQ(graph.done(), all(3));
}

TEST_F(Batches, AGraphThatIsDestroyedDropsWhatWaits) {
  std::vector<Record> sent = records(4, 1);
  sent[3].headers.push_back({"wait", ""});
  graph.source(sent).node("a", {""}, offset);
  doubles(graph, "double", "a", wanted, {16, for_ever}).sink("out", {"double"}).errors();
  graph.start();
  while (graph.pipeline->stats().stages.at(1).queued < 3) std::this_thread::sleep_for(milliseconds{1});
  graph.pipeline.reset();
  EXPECT_TRUE(wanted->calls().empty());
}

// The memory has room for two records: no batch is ever full, and the graph goes on.
TEST_F(Batches, LargerThanTheMemoryOnlyWait) {
  graph.plan.memory_bytes = 250'000;
  graph.source(records(12, 3, 100'000)).node("a", {""}, offset);
  doubles(graph, "double", "a", wanted, {16, 5}).sink("out", {"double"}).errors();
  ASSERT_TRUE(graph.run());
  expect_doubled(12);
  EXPECT_THAT(wanted->calls(), Each(Le(2U)));
  EXPECT_EQ(graph.pipeline->stats().bytes_in_flight, 0);
}

// What may be in computation, 16 messages a worker, is less than the batch.
TEST_F(Batches, LargerThanWhatIsInComputationOtherwiseAreFull) {
  graph.plan.workers = 1;
  graph_of(200, {100, for_ever});
  ASSERT_TRUE(graph.run());
  expect_doubled(200);
  EXPECT_EQ(wanted->calls().front(), 100U);
  EXPECT_EQ(sum(wanted->calls()), 200U) << "the end of input may have cut the second one";
}

TEST_F(Batches, WhatIsFilteredOrFailedBeforeJoinsNoBatch) {
  graph.source(records(30, 7)).node("a", {""}, [](auto in, const Context& context) {
    const Outcome at = offset(in, context);
    const std::int64_t n = number(&at.value);
    return n % 3 == 1 ? filtered() : n % 3 == 2 ? failed("odd") : value(n);
  });
  doubles(graph, "double", "a", wanted, {5, for_ever})
      .node("b", {"double"}, add(1))
      .sink("out", {"b"})
      .errors();
  ASSERT_TRUE(graph.run());
  EXPECT_EQ(results().size(), 10U);
  EXPECT_EQ(graph.kept("errors").size(), 10U);
  EXPECT_EQ(sum(wanted->calls()), 10U);
  EXPECT_LE(wanted->calls().size(), 4U) << "two full ones, which the end of input may have cut";
}

// Two such nodes on two branches of a split, and a join of what they give.
TEST_F(Batches, MeetInJoins) {
  graph.source(records(60, 7)).node("a", {""}, offset).node("split", {"a"}, parts, {.arity = Arity::Many});
  doubles(graph, "left", "split", wanted, {4, 20});
  doubles(graph, "right", "split", wanted, {3, 20}, {.concurrency = 1});
  graph
      .node("join", {"left", "right"},
            [](std::span<const Payload* const> in, const Context&) {
              EXPECT_EQ(number(in[0]), number(in[1]));
              return value(number(in[0]) + number(in[1]));
            })
      .sink("out", {"join"});
  ASSERT_TRUE(graph.run());
  EXPECT_EQ(graph.kept("out").size(), 90U);
  for (const auto& one : graph.kept("out")) EXPECT_EQ(one.number, 4 * (10 * one.offset + one.part));
}

}  // namespace
}  // namespace radflow::testing
