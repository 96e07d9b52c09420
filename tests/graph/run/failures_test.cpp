// Messages that fail, and the dead letters of their records, on graphs of lambdas.
#include "graph/pipeline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "tests/graph/functions.hpp"

namespace radflow::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

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

TEST(Pipeline, MemoryThatCannotBeHadCostsOneMessageAndNotTheProcess) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the sanitizer ends the process where it cannot allocate";
#endif
  TestGraph graph;
  graph.source(records(10)).node("a", {""}, offset);
  graph.node("greedy", {"a"}, [](std::span<const Payload* const> in, const Context&) -> Outcome {
    volatile std::size_t size = number(in[0]) == 3 || number(in[0]) == 4 ? std::size_t{1} << 60 : 64;
    struct alignas(64) Line {
      char bytes[64];
    };
    if (number(in[0]) == 4) return value(std::vector<Line>(size / sizeof(Line)).front().bytes[0]);
    return value(std::vector<char>(size).front());
  });
  graph.sink("out", {"greedy"}).errors();
  ASSERT_TRUE(graph.run());
  EXPECT_EQ(graph.kept("out").size(), 8u);
  const auto letters = graph.kept("errors");
  ASSERT_EQ(letters.size(), 2u);
  for (const auto& letter : letters) EXPECT_THAT(letter.error, HasSubstr(R"("reason":"out_of_memory")"));
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
  ASSERT_EQ(stats.sources[0].failures.size(), 1u);
  EXPECT_EQ(stats.sources[0].failures[0].count, 1u);
  EXPECT_THAT(stats.sources[0].failures[0].first, ::testing::StartsWith("topic:0:7: "));
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

}  // namespace
}  // namespace radflow::testing
