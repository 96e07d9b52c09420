// In which order a sink gets results: by key, by partition, or as they come; through filters, routes, splits,
// joins, retries and dead letters.
#include <atomic>
#include <set>
#include <thread>

#include "tests/graph/functions.hpp"

namespace radflow::testing {
namespace {

std::vector<std::int64_t> offsets(const std::vector<KeepingSink::Kept>& kept) {
  std::vector<std::int64_t> all;
  for (const auto& one : kept) all.push_back(one.offset);
  return all;
}

TEST(Order, RecordsWithoutAKeyKeepTheOrderOfTheirPartition) {
  TestGraph graph;
  graph.source(records(300)).node("a", {""}, offset).node("b", {"a"}, add(0)).sink("out", {"b"});
  ASSERT_TRUE(graph.run());
  expect_in_order_per_key(graph.kept("out"));
}

TEST(Order, PartsOfASplitArriveInOrderBehindTheirRecord) {
  TestGraph graph;
  graph.source(records(200, 3)).node("a", {""}, offset).node("split", {"a"}, parts, {.arity = Arity::Many});
  graph.node("b", {"split"}, add(0)).node("c", {"split"}, add(0), {.concurrency = 1});
  graph.node("join", {"b", "c"}, [](std::span<const Payload* const> in, const Context&) {
    EXPECT_EQ(number(in[0]), number(in[1]));
    return value(number(in[0]));
  });
  graph.sink("out", {"join"}).sink("raw", {"split"}, Order::None);
  ASSERT_TRUE(graph.run());
  const auto kept = graph.kept("out");
  EXPECT_EQ(kept.size(), 50u * (0 + 1 + 2 + 3));
  std::map<std::string, std::int64_t> last;
  std::set<std::int64_t> numbers;
  for (const auto& one : kept) {
    EXPECT_GT(one.number, last.contains(one.key) ? last[one.key] : -1);
    last[one.key] = one.number;
    EXPECT_TRUE(numbers.insert(one.number).second) << "twice: " << one.number;
  }
  EXPECT_EQ(graph.kept("raw").size(), kept.size());
  EXPECT_EQ(graph.done(), all(200)) << "a record with no parts is done too";
}

TEST(Order, FilteredAndFailedRecordsReleaseTheirSuccessors) {
  TestGraph graph;
  graph.source(records(300, 2)).node("a", {""}, offset);
  graph.node("some", {"a"}, [](std::span<const Payload* const> in, const Context&) {
    jitter(number(in[0]));
    if (number(in[0]) % 3 == 0) return filtered();
    if (number(in[0]) % 7 == 0) return failed("seven");
    return value(number(in[0]));
  });
  graph.sink("out", {"some"}).errors();
  ASSERT_TRUE(graph.run());
  expect_in_order_per_key(graph.kept("out"));
  EXPECT_EQ(graph.kept("out").size() + graph.kept("errors").size(), 200u);
  EXPECT_EQ(graph.done(), all(300));
}

TEST(Order, ARouteSendsEachMessageOneWayAndKeepsTheOrderOfBoth) {
  TestGraph graph;
  graph.source(records(200, 4)).node("a", {""}, offset);
  graph.node("route", {"a"},
             [](std::span<const Payload* const> in, const Context&) {
               return value(number(in[0]), number(in[0]) % 3 == 0 ? 0 : 1);
             },
             {.outputs = 2});
  graph.node("slow", {"route"}, add(0)).sink("matched", {"slow"}).sink("other", {"route.1"});
  ASSERT_TRUE(graph.run());
  EXPECT_EQ(graph.kept("matched").size(), 67u);
  EXPECT_EQ(graph.kept("other").size(), 133u);
  expect_in_order_per_key(graph.kept("matched"));
  expect_in_order_per_key(graph.kept("other"));
  EXPECT_EQ(graph.done(), all(200));
}

TEST(Order, ATransientFailureIsTriedAgainWithoutLosingTheOrder) {
  std::map<std::int64_t, int> calls;
  std::mutex mutex;
  TestGraph graph;
  graph.source(records(60, 3)).node("a", {""}, offset);
  graph.node("remote", {"a"},
             [&](std::span<const Payload* const> in, const Context&) {
               const std::lock_guard lock{mutex};
               const int call = ++calls[number(in[0])];
               if (number(in[0]) % 10 == 0 && call <= 2) return failed("unavailable", true);
               return value(number(in[0]));
             },
             {.retry = Retry{.times = 3, .backoff_ms = 2}});
  graph.sink("out", {"remote"}).errors();
  ASSERT_TRUE(graph.run());
  EXPECT_EQ(graph.kept("out").size(), 60u);
  expect_in_order_per_key(graph.kept("out"));
  EXPECT_EQ(calls[10], 3);
  EXPECT_EQ(calls[11], 1);
  EXPECT_EQ(graph.pipeline->stats().calls_retried, 12u);
}

TEST(Order, OfAPartitionHoldsAcrossItsKeys) {
  TestGraph graph;
  graph.source(records(300, 7)).node("a", {""}, offset).node("b", {"a"}, add(0));
  graph.sink("out", {"b"}, Order::Partition);
  ASSERT_TRUE(graph.run());
  EXPECT_EQ(offsets(graph.kept("out")), all(300));
}

// The first record of a key that is slow: by key it holds back its key, by partition all, else nobody.
TEST(Order, WhoWaitsForASlowRecord) {
  std::atomic<bool> go{false};
  TestGraph graph;
  graph.source(records(4, 2)).node("a", {""}, offset);
  graph.node("slow", {"a"}, [&](auto in, const Context&) {
    while (number(in[0]) == 0 && !go) std::this_thread::yield();
    return value(number(in[0]));
  });
  graph.sink("key", {"slow"}, Order::Key).sink("partition", {"slow"}, Order::Partition);
  graph.sink("none", {"slow"}, Order::None);
  graph.start();
  while (graph.kept("none").size() < 3) std::this_thread::yield();
  EXPECT_EQ(offsets(graph.kept("none")), (std::vector<std::int64_t>{1, 2, 3}));
  while (graph.kept("key").size() < 2) std::this_thread::yield();
  EXPECT_EQ(offsets(graph.kept("key")), (std::vector<std::int64_t>{1, 3}));
  EXPECT_TRUE(graph.kept("partition").empty());
  go = true;
  EXPECT_TRUE(graph.pipeline->wait());
  EXPECT_EQ(offsets(graph.kept("key")), (std::vector<std::int64_t>{1, 3, 0, 2}));
  EXPECT_EQ(offsets(graph.kept("partition")), all(4));
  EXPECT_EQ(graph.kept("none").size(), 4u);
}

// What waits holds its records, and a source cannot end before what it has read is let go.
TEST(Order, WhoseTurnDoesNotComeBeforeTheGraphIsClosedIsLetGoBeforeTheSourceEnds) {
  const auto bytes = std::make_shared<const std::string>("bytes");
  std::vector<Record> read = records(10, 1);
  for (Record& record : read) record.value = Bytes::view(bytes, bytes->data(), bytes->size());
  std::atomic<int> computed{0};
  TestGraph graph;
  graph.plan.drain_ms = 1;
  graph.source(read);
  graph.node("remote", {""},
             [&](auto, const Context& context) {
               ++computed;
               return context.record().position.offset == 0 ? failed("away", true) : value(1);
             },
             {.retry = Retry{.times = 1, .backoff_ms = 3'600'000}});
  graph.sink("out", {"", "remote"});
  read.clear();
  graph.start();
  long held = 0;
  graph.script->at_end = [&] { held = bytes.use_count(); };
  while (computed < 10) std::this_thread::yield();
  graph.pipeline->stop();
  EXPECT_FALSE(graph.pipeline->wait());
  EXPECT_TRUE(graph.kept("out").empty());
  graph.pipeline.reset();
  EXPECT_EQ(held, 1 + 10) << "this one, and those of the test's own plan";
}

TEST(Order, OfAJoinIsThatOfItsRecordThoughABranchFiltersSome) {
  TestGraph graph;
  graph.source(records(300, 3)).node("a", {""}, offset).node("left", {"a"}, add(1), {.concurrency = 2});
  graph.node("right", {"a"}, [](auto in, const Context&) {
    jitter(number(in[0]) + 31);
    return number(in[0]) % 5 == 0 ? filtered() : value(number(in[0]));
  });
  graph.node("join", {"left", "right"}, [](auto in, const Context&) { return value(number(in[1])); });
  graph.sink("out", {"join"});
  ASSERT_TRUE(graph.run());
  EXPECT_EQ(graph.kept("out").size(), 240u);
  expect_in_order_per_key(graph.kept("out"));
}

TEST(Order, OfResultsHoldsAroundRecordsThatEndAsDeadLetters) {
  TestGraph graph;
  graph.source(records(300, 3)).node("a", {""}, offset);
  graph.node("some", {"a"}, [](auto in, const Context&) {
    jitter(number(in[0]));
    return number(in[0]) % 4 == 1 ? failed("no") : value(number(in[0]));
  });
  // A result the sink refuses becomes a dead letter as well, and holds nobody back.
  graph.sink("out", {"some"}, Order::Key, [](const KeepingSink::Kept& kept) -> std::optional<Error> {
    if (kept.offset % 4 == 2) return Error{"too_large", "as the test wants"};
    return std::nullopt;
  });
  graph.errors();
  ASSERT_TRUE(graph.run());
  expect_in_order_per_key(graph.kept("out"));
  EXPECT_EQ(graph.kept("out").size(), 225u);
  EXPECT_EQ(graph.kept("errors").size(), 150u);
  EXPECT_EQ(graph.done(), all(300));
}

}  // namespace
}  // namespace radflow::testing
