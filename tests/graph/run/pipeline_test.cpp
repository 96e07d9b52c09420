// The engine on graphs of lambdas: nothing lost, nothing twice, joins by identity, failures, backpressure.
// Their order: order_test.cpp.
#include "graph/pipeline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "tests/graph/functions.hpp"

namespace radflow::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

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

TEST(Pipeline, OneDeadLetterPerRecordListsEveryFailure) {
  TestGraph graph;
  graph.source(records(40, 2)).node("a", {""}, offset).node("split", {"a"}, parts, {.arity = Arity::Many});
  graph.node("odd", {"split"}, [](std::span<const Payload* const> in, const Context&) {
    return number(in[0]) % 2 ? failed("odd") : value(number(in[0]));
  });
  graph.sink("out", {"odd"}).errors();
  ASSERT_TRUE(graph.run());
  // Parts 0, 2 are even, part 1 is odd: records with 2 and 3 parts fail once each.
  EXPECT_EQ(graph.kept("out").size(), 10u * (0 + 1 + 1 + 2));
  const auto letters = graph.kept("errors");
  ASSERT_EQ(letters.size(), 20u);
  for (const auto& letter : letters) {
    EXPECT_EQ(letter.text, "xxxxxxxx") << "the original bytes";
    EXPECT_THAT(letter.error, HasSubstr(R"("node":"odd","type":"odd","reason":"odd")"));
    EXPECT_THAT(letter.error, HasSubstr(R"("frame":2)"));
  }
  EXPECT_EQ(graph.done(), all(40));
  EXPECT_EQ(graph.pipeline->stats().records_failed, 20u);
}

TEST(Pipeline, AnExceptionCostsOneMessageAndNotTheGraph) {
  TestGraph graph;
  graph.source(records(50)).node("a", {""}, offset);
  graph.node("throws", {"a"}, [](std::span<const Payload* const> in, const Context&) -> Outcome {
    if (number(in[0]) == 10) throw std::runtime_error{"bad frame"};
    if (number(in[0]) == 20) throw 42;
    return value(number(in[0]));
  });
  graph.sink("out", {"throws"}).errors();
  ASSERT_TRUE(graph.run());
  EXPECT_EQ(graph.kept("out").size(), 48u);
  const auto letters = graph.kept("errors");
  ASSERT_EQ(letters.size(), 2u);
  EXPECT_THAT(letters[0].error + letters[1].error, HasSubstr("bad frame"));
}

TEST(Pipeline, WithoutADeadLetterSinkAFailureStopsTheGraphAndIsNotDone) {
  TestGraph graph;
  graph.source(records(1000)).node("a", {""}, [](std::span<const Payload* const> in, const Context& context) {
    return context.record().position.offset == 5 ? failed("broken") : offset(in, context);
  });
  graph.sink("out", {"a"});
  EXPECT_FALSE(graph.run());
  ASSERT_TRUE(graph.pipeline->failure());
  EXPECT_THAT(*graph.pipeline->failure(), HasSubstr("topic:0:5"));
  EXPECT_THAT(graph.done(), ::testing::Not(::testing::Contains(5)));
}

TEST(Pipeline, WhatASourceRefusesIsADeadLetterInItsTurn) {
  TestGraph graph;
  auto some = records(30, 3);
  some[7].headers.push_back({"refuse", "not_found"});
  graph.source(some).node("a", {""}, offset);
  graph.sink("out", {"a"}).sink("raw", {""}).errors();
  ASSERT_TRUE(graph.run());
  EXPECT_EQ(graph.kept("out").size(), 29u);
  EXPECT_EQ(graph.kept("raw").size(), 29u);
  expect_in_order_per_key(graph.kept("out"));
  const auto letters = graph.kept("errors");
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].offset, 7);
  EXPECT_THAT(letters[0].error, HasSubstr(R"("node":"script","type":"script","reason":"not_found")"));
  EXPECT_EQ(graph.done(), all(30));
  const PipelineStats stats = graph.pipeline->stats();
  EXPECT_EQ(stats.bytes_in_flight, 0);
  EXPECT_THAT(stats.sources[0].refused, ElementsAre(std::pair<std::string, std::uint64_t>{"not_found", 1}));
}

TEST(Pipeline, WhatASourceRefusesStopsTheGraphWithoutADeadLetterSink) {
  TestGraph graph;
  auto some = records(30);
  some[7].headers.push_back({"refuse", "not_found"});
  graph.source(some).node("a", {""}, offset).sink("out", {"a"});
  EXPECT_FALSE(graph.run());
  EXPECT_THAT(graph.pipeline->failure().value_or(""), HasSubstr("script failed at topic:0:7"));
  EXPECT_THAT(graph.done(), ::testing::Not(::testing::Contains(7)));
}

TEST(Pipeline, TheDeadLetterOfAClaimedRecordIsTheRecordAsItCame) {
  TestGraph graph;
  auto some = records(3);
  for (Record& record : some) record.claimed = true;
  graph.source(some).node("a", {""}, [](auto, const Context&) { return failed("always"); });
  graph.sink("out", {"a"}).errors();
  ASSERT_TRUE(graph.run());
  const auto letters = graph.kept("errors");
  ASSERT_EQ(letters.size(), 3u);
  EXPECT_EQ(letters[0].text, "") << "the value was fetched";
  EXPECT_THAT(letters[0].error, HasSubstr(R"("size":8)"));
  EXPECT_THAT(letters[0].error, HasSubstr(R"("bytes":true)")) << "nothing of the record is left out";
  EXPECT_EQ(graph.pipeline->stats().bytes_in_flight, 0);
}

TEST(Pipeline, DropLosesTheMessageOnPurposeOnly) {
  TestGraph graph;
  graph.source(records(10))
      .node("a", {""},
            [](auto in, const Context& context) {
              return context.record().position.offset % 2 ? failed("odd") : offset(in, context);
            },
            {.on_error = OnError::Drop});
  graph.sink("out", {"a"}).errors();
  ASSERT_TRUE(graph.run());
  EXPECT_EQ(graph.kept("out").size(), 5u);
  EXPECT_TRUE(graph.kept("errors").empty());
  EXPECT_EQ(graph.done(), all(10));
  EXPECT_THAT(graph.pipeline->stats().nodes[0].failed,
              ElementsAre(std::pair<std::string, std::uint64_t>{"odd", 5}));
}

TEST(Pipeline, WhatASinkCanNeverTakeBecomesADeadLetter) {
  TestGraph graph;
  graph.source(records(20)).node("a", {""}, offset);
  graph.sink("out", {"a"}, Order::Key, [](const KeepingSink::Kept& kept) -> std::optional<Error> {
    if (kept.offset == 3) return Error{"too_large", "1000 bytes, the limit is 10"};
    return std::nullopt;
  });
  graph.errors();
  ASSERT_TRUE(graph.run());
  const auto letters = graph.kept("errors");
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_THAT(letters[0].error, HasSubstr(R"("node":"out")"));
  EXPECT_EQ(graph.done(), all(20));
}

TEST(Pipeline, ADeadLetterThatIsTooLargeGoesWithoutItsBytes) {
  TestGraph graph;
  graph.source(records(3)).node("a", {""}, [](auto, const Context&) { return failed("always"); });
  graph.sink("out", {"a"}).errors([](const KeepingSink::Kept& kept) -> std::optional<Error> {
    if (!kept.text.empty()) return Error{"too_large", "too large"};
    return std::nullopt;
  });
  ASSERT_TRUE(graph.run());
  const auto letters = graph.kept("errors");
  ASSERT_EQ(letters.size(), 6u) << "each with and without its bytes";
  EXPECT_THAT(letters.back().error, HasSubstr(R"("bytes":false)"));
  EXPECT_THAT(letters.back().error, HasSubstr(R"("size":8)"));
  EXPECT_EQ(graph.done(), all(3));
}

TEST(Pipeline, ADeadLetterThatIsTooLargeWithoutBytesGoesWithoutItsKey) {
  TestGraph graph;
  std::vector<Record> keyed = records(3);
  for (Record& record : keyed) record.key = "key";
  graph.source(keyed).node("a", {""}, [](auto, const Context&) { return failed("always"); });
  graph.sink("out", {"a"}).errors([](const KeepingSink::Kept& kept) -> std::optional<Error> {
    if (kept.error.find("key_left_out") == std::string::npos) return Error{"too_large", "too large"};
    return std::nullopt;
  });
  ASSERT_TRUE(graph.run()) << graph.pipeline->failure().value_or("");
  EXPECT_EQ(graph.done(), all(3));
}

TEST(Pipeline, ADeadLetterThatIsRefusedTwiceStopsTheGraph) {
  TestGraph graph;
  graph.source(records(1)).node("a", {""}, [](auto, const Context&) { return failed("always"); });
  graph.sink("out", {"a"}).errors([](const KeepingSink::Kept&) { return Error{"denied", "no permission"}; });
  EXPECT_FALSE(graph.run());
  EXPECT_THAT(graph.pipeline->failure().value_or(""), HasSubstr("no permission"));
  EXPECT_TRUE(graph.done().empty());
}

TEST(Pipeline, NothingIsDoneBeforeTheSinkAcknowledges) {
  TestGraph graph;
  graph.source(records(4)).node("a", {""}, offset).sink("out", {"a"});
  graph.start();
  graph.sinks.at("out")->hold(true);
  while (graph.kept("out").size() < 4) std::this_thread::yield();
  const std::size_t early = graph.done().size();  // those acknowledged before the hold
  std::this_thread::sleep_for(std::chrono::milliseconds{50});
  EXPECT_EQ(graph.done().size(), early);
  EXPECT_EQ(graph.pipeline->stats().records_in_flight, static_cast<std::int64_t>(4 - early));
  graph.sinks.at("out")->hold(false);
  EXPECT_TRUE(graph.pipeline->wait());
  EXPECT_EQ(graph.done(), all(4));
}

TEST(Pipeline, MemoryStaysWithinTheBudgetWhenTheSinkStalls) {
  TestGraph graph;
  graph.plan.memory_bytes = 100'000;
  graph.source(records(500, 0, 9'000)).node("a", {""}, offset).sink("out", {"a"}, Order::None);
  graph.start();
  graph.sinks.at("out")->hold(true);
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
  graph.start();
  graph.sinks.at("out")->hold(true);
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

TEST(Pipeline, AFailureThatDoesNotPassEndsAsADeadLetterAfterItsRetries) {
  std::atomic<int> calls{0};
  TestGraph graph;
  graph.source(records(1)).node("a", {""}, offset);
  graph.node("remote", {"a"}, [&](auto, const Context&) { return ++calls, failed("unavailable", true); },
             {.retry = Retry{.times = 2, .backoff_ms = 1}});
  graph.sink("out", {"remote"}).errors();
  ASSERT_TRUE(graph.run());
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(graph.kept("errors").size(), 1u);
  EXPECT_EQ(graph.done(), all(1));
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
