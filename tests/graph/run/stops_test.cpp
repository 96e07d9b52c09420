// Graphs that are told to stop, and records that stay where they are.
#include "graph/pipeline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "tests/comes_true.hpp"
#include "tests/graph/functions.hpp"

namespace radflow::testing {
namespace {

using ::testing::HasSubstr;

TEST(Pipeline, AStopDrainsWhatWasAdmitted) {
  TestGraph graph;
  graph.source(records(100'000, 3)).node("a", {""}, offset).node("b", {"a"}, add(0)).sink("out", {"b"});
  graph.start();
  while (graph.kept("out").size() < 50) std::this_thread::yield();
  graph.pipeline->stop();
  EXPECT_TRUE(graph.pipeline->wait());
  const std::size_t kept = graph.kept("out").size();
  EXPECT_LT(kept, 100'000u);
  EXPECT_EQ(graph.done(), all(static_cast<std::int64_t>(kept)));
  EXPECT_TRUE(graph.pipeline->cut_short());
}

TEST(Pipeline, AStopAfterTheInputsEndCutsNothingShort) {
  TestGraph graph;
  graph.source(records(50, 3)).node("a", {""}, offset).sink("out", {"a"});
  graph.start();
  EXPECT_TRUE(graph.pipeline->wait());
  graph.pipeline->stop();
  EXPECT_FALSE(graph.pipeline->cut_short());
}

TEST(Pipeline, WhatHasNotEndedWhenTheDrainIsOverIsNotDone) {
  TestGraph graph;
  graph.plan.drain_ms = 100;
  std::atomic<bool> held = false;  // no output before the sink holds it
  const auto wait_then_offset = [&](std::span<const Payload* const> in, const Context& context) {
    held.wait(false);
    return offset(in, context);
  };
  graph.source(records(6)).node("a", {""}, wait_then_offset).sink("out", {"a"});
  graph.build();
  graph.sinks.at("out")->hold(true);
  graph.start();
  held = true;
  held.notify_all();
  while (graph.kept("out").size() < 6) std::this_thread::yield();
  graph.pipeline->stop();
  EXPECT_FALSE(graph.pipeline->wait());
  EXPECT_EQ(graph.done().size(), 0u);
  graph.pipeline.reset();
}

// A record that goes to a sink as it came waits there for what is still computed of it, and keeps itself.
TEST(Pipeline, ARecordThatWasGivenUpIsFreed) {
  const auto bytes = std::make_shared<const std::string>("bytes");
  std::vector<Record> one = records(1);
  one[0].value = Bytes::view(bytes, bytes->data(), bytes->size());
  TestGraph graph;
  graph.plan.drain_ms = 50;
  std::atomic<int> calls = 0;
  graph.source(one);
  graph.node("remote", {""}, [&](auto, const Context&) { return ++calls, failed("unavailable", true); },
             {.retry = Retry{.times = 2, .backoff_ms = 600'000}});
  graph.sink("out", {"", "remote"}).sink("other", {"", "remote"}).errors();
  one.clear();
  graph.start();
  while (calls == 0) std::this_thread::yield();
  graph.pipeline->stop();
  EXPECT_FALSE(graph.pipeline->wait());
  graph.pipeline.reset();
  EXPECT_EQ(bytes.use_count(), 1 + 1) << "this one, and that of the test's own plan";
}

// The graph stood still and said nothing. A record that a sink has thrown away never ends, so nothing waits for it.
class ASinkThatThrows : public ::testing::Test {
 protected:
  void expect_that_it_stops(TestGraph& graph, const std::string& why) {
    using namespace std::chrono_literals;
    graph.plan.drain_ms = 600'000;
    graph.start();
    EXPECT_TRUE(comes_true(20s, [&] { return graph.pipeline->failure().has_value(); }));
    EXPECT_EQ(graph.pipeline->failure().value_or(""), why);
    EXPECT_FALSE(graph.pipeline->wait());
    for (const std::int64_t offset : graph.done()) EXPECT_NE(offset, 5);
  }
  static std::optional<Error> throws_at_5(const KeepingSink::Kept& kept) {
    if (kept.offset == 5) throw std::runtime_error{"as the test wants"};
    return std::nullopt;
  }
};

TEST_F(ASinkThatThrows, StopsTheGraphInWhateverOrderItTakesOutputs) {
  for (const Order order : {Order::None, Order::Key, Order::Partition}) {
    TestGraph graph;
    graph.source(records(50, 3)).node("a", {""}, offset).node("b", {"a"}, add(0), {.concurrency = 1});
    graph.sink("out", {"b"}, order, throws_at_5).errors();
    expect_that_it_stops(graph, "sink out failed: as the test wants");
  }
}

// The dead letter is sent by the thread that acknowledges, which an exception would end.
TEST_F(ASinkThatThrows, StopsTheGraphAsTheOneForDeadLetters) {
  TestGraph graph;
  graph.source(records(50, 3)).node("a", {""}, offset);
  graph.sink("out", {"a"}, Order::None, [](const KeepingSink::Kept&) { return Error{"refused", "all"}; });
  graph.errors(throws_at_5);
  expect_that_it_stops(graph, "sink errors failed: as the test wants");
}

TEST(Pipeline, AStallNamesTheRecordAndWhatItWaitsFor) {
  TestGraph graph;
  graph.source(records(3, 1)).node("a", {""}, offset).sink("out", {"a"});
  graph.pipeline = std::make_unique<Pipeline>(graph.plan);
  graph.sinks.at("out")->hold(true);
  graph.script->report_pending = true;
  graph.pipeline->start();
  while (graph.kept("out").size() < 3) std::this_thread::yield();
  const auto stalls = graph.pipeline->stats().stalls;
  ASSERT_EQ(stalls.size(), 1u);
  EXPECT_EQ(stalls[0].offset, 0);
  EXPECT_EQ(stalls[0].node, "out");
  EXPECT_EQ(stalls[0].where, "sink 'out' has not acknowledged its result");
  EXPECT_THAT(stalls[0].key_digest, HasSubstr("xxh3:"));
  graph.sinks.at("out")->hold(false);
  EXPECT_TRUE(graph.pipeline->wait());
  EXPECT_TRUE(graph.pipeline->stats().stalls.empty());
}

TEST(Pipeline, AStallInANodeNamesTheNode) {
  std::atomic<bool> go{false};
  TestGraph graph;
  graph.source(records(2, 1)).node("a", {""}, offset).node("slow", {"a"}, [&](auto in, const Context&) {
    while (number(in[0]) == 0 && !go) std::this_thread::yield();
    return value(number(in[0]));
  });
  graph.sink("out", {"slow"});
  graph.start();
  graph.script->report_pending = true;
  std::vector<Stall> stalls;
  while (stalls.empty() || stalls[0].node != "slow") stalls = graph.pipeline->stats().stalls;
  EXPECT_EQ(stalls[0].offset, 0);
  EXPECT_EQ(stalls[0].where, "node 'slow' was called last and has not led to a result");
  go = true;
  EXPECT_TRUE(graph.pipeline->wait());
}

}  // namespace
}  // namespace radflow::testing
