// `memory` bounds what nodes make: it is charged by its size while it lives.
#include <gtest/gtest.h>

#include "tests/graph/functions.hpp"
#include "tests/graph/test_graph.hpp"

namespace radflow::testing {
namespace {

using ::testing::HasSubstr;

struct Blob {
  static constexpr std::string_view payload_name = "test_blob";
  std::size_t size = 0;  // the bytes that it says it has
  std::size_t bytes() const { return size; }
};

Function blob(std::size_t size, std::size_t asked = 0) {
  return [=](std::span<const Payload* const>, const Context& context) {
    if (asked > 0)
      if (auto error = context.charge(asked)) return Outcome::failed(*error);
    return Outcome::of(Payload::of(Blob{size}));
  };
}
Outcome pass(std::span<const Payload* const> in, const Context&) { return Outcome::of(*in[0]); }

void start_with_held_sink(TestGraph& graph) {
  graph.pipeline = std::make_unique<Pipeline>(graph.plan);
  graph.sinks.at("out")->hold(true);
  graph.pipeline->start();
}

class Memory : public ::testing::Test {
 protected:
  // What is in flight while the node behind `make` (and `passes` that pass on what they get) is called.
  std::int64_t in_flight(const Function& make, int passes = 0) {
    TestGraph graph;
    std::int64_t seen = -1;
    std::atomic<bool> started = false;
    graph.source(records(1)).node("make", {""}, make);
    std::string last = "make";
    for (int i = 0; i < passes; ++i) {
      const std::string name = "pass" + std::to_string(i);
      graph.node(name, {last}, pass);
      last = name;
    }
    graph.node("look", {last}, [&](auto, const Context&) {
      started.wait(false);
      seen = graph.pipeline->stats().bytes_in_flight;
      return value(0);
    });
    graph.sink("out", {"look"}).errors().start();
    started = true;
    started.notify_all();
    EXPECT_TRUE(graph.pipeline->wait());
    EXPECT_EQ(graph.kept("out").size(), 1U);
    EXPECT_EQ(graph.pipeline->stats().bytes_in_flight, 0);
    return seen;
  }
};

constexpr double record = 1032;  // what one counts for

TEST_F(Memory, CountsWhatANodeReturnsWhileItLives) {
  EXPECT_NEAR(static_cast<double>(in_flight(blob(300'000))), 300'000 + record, 100);
}

TEST_F(Memory, WhatWasAskedForIsUsedUpByWhatComes) {
  EXPECT_NEAR(static_cast<double>(in_flight(blob(300'000, 300'000))), 300'000 + record, 100);
  EXPECT_NEAR(static_cast<double>(in_flight(blob(300'000, 100'000))), 300'000 + record, 100);
  EXPECT_NEAR(static_cast<double>(in_flight(blob(300'000, 500'000))), 300'000 + record, 100)
      << "the rest is given back when the node has returned";
}

TEST_F(Memory, WhatIsPassedOnCountsOnce) {
  EXPECT_NEAR(static_cast<double>(in_flight(blob(300'000), 3)), 300'000 + record, 100);
  EXPECT_NEAR(static_cast<double>(in_flight(pass, 2)), record, 100) << "the record is charged already";
}

TEST_F(Memory, WhatANodeAskedForIsGivenBackWhereItFails) {
  TestGraph graph;
  graph.source(records(3)).node("a", {""}, [](auto, const Context& context) -> Outcome {
    if (context.charge(400'000)) return value(0);
    if (context.record().position.offset == 1) throw std::runtime_error{"no"};
    return failed("no");
  });
  graph.sink("out", {"a"}).errors();
  EXPECT_TRUE(graph.run());
  EXPECT_EQ(graph.kept("errors").size(), 3U);
  EXPECT_EQ(graph.pipeline->stats().bytes_in_flight, 0);
}

TEST_F(Memory, PartsShareWhatTheirSplitAskedFor) {
  TestGraph graph;
  graph.source(records(1))
      .node("split", {""},
            [](auto, const Context& context) -> Outcome {
              if (auto error = context.charge(300'000)) return Outcome::failed(*error);
              std::vector<Outcome::Piece> pieces;
              for (std::uint32_t i = 0; i < 3; ++i)
                pieces.push_back({Payload::of(Blob{100'000}), {i, 3, {}}});
              return Outcome::split(std::move(pieces));
            },
            {.arity = Arity::Many});
  graph.node("pass", {"split"}, pass).sink("out", {"pass"});
  start_with_held_sink(graph);
  while (graph.kept("out").size() < 3) std::this_thread::yield();
  EXPECT_LE(graph.pipeline->stats().bytes_in_flight, 310'000);
  graph.sinks.at("out")->hold(false);
  EXPECT_TRUE(graph.pipeline->wait());
  EXPECT_EQ(graph.pipeline->stats().bytes_in_flight, 0);
}

// What inflates does not say how large it becomes.
TEST_F(Memory, ALittleAgainAndAgainIsNoMoreThanAllOfIt) {
  TestGraph graph;
  graph.plan.memory_bytes = 200'000;
  const Function grows = [](auto in, const Context& context) {
    for (int i = 0; i < (in[0]->template as<Record>().position.offset == 0 ? 3 : 4); ++i)
      if (auto error = context.charge(60'000)) return Outcome::failed(*error);
    return Outcome::of(Payload::of(Blob{60'000}));
  };
  graph.source(records(2)).node("grows", {""}, grows).sink("out", {"grows"}).errors();
  EXPECT_TRUE(graph.run());
  EXPECT_EQ(graph.kept("out").size(), 1U);
  ASSERT_EQ(graph.kept("errors").size(), 1U);
  EXPECT_THAT(graph.kept("errors")[0].error, HasSubstr("needs 240000 bytes"));
  EXPECT_EQ(graph.pipeline->stats().bytes_in_flight, 0);
}

TEST_F(Memory, WhatIsLargerThanAllOfItIsADeadLetterThatNamesTheNode) {
  TestGraph graph;
  graph.plan.memory_bytes = 200'000;
  graph.source(records(2)).node("huge", {""}, blob(200'001)).sink("out", {"huge"}).errors();
  EXPECT_TRUE(graph.run());
  EXPECT_TRUE(graph.kept("out").empty());
  ASSERT_EQ(graph.kept("errors").size(), 2U);
  EXPECT_THAT(graph.kept("errors")[0].error, HasSubstr("too_large"));
  EXPECT_THAT(graph.kept("errors")[0].error, HasSubstr("huge"));
  EXPECT_THAT(graph.kept("errors")[0].error, HasSubstr("200001 bytes"));
  EXPECT_EQ(graph.pipeline->stats().bytes_in_flight, 0);
}

// However small the records are, what waits at a sink is bounded.
TEST_F(Memory, WhatWaitsAtASinkHoldsTheSourceUp) {
  TestGraph graph;
  graph.plan.memory_bytes = 1'000'000;
  graph.source(records(100)).node("make", {""}, blob(100'000)).sink("out", {"make"});
  start_with_held_sink(graph);
  while (graph.kept("out").size() < 8) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds{50});
  // Each message in computation may overshoot once: at most 16 for each of 2 workers.
  EXPECT_GE(graph.pipeline->stats().bytes_in_flight, 800'000);
  EXPECT_LE(graph.pipeline->stats().bytes_in_flight, 1'000'000 + 32 * 101'032);
  EXPECT_LT(graph.kept("out").size(), 50U);
  graph.sinks.at("out")->hold(false);
  EXPECT_TRUE(graph.pipeline->wait());
  EXPECT_EQ(graph.kept("out").size(), 100U)
      << "though the test's sink keeps all values: only the graph's count";
  EXPECT_EQ(graph.pipeline->stats().bytes_in_flight, 0);
}

}  // namespace
}  // namespace radflow::testing
