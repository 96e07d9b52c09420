// Nodes that gather: members of many records come together, and their records are done together.
#include "tests/comes_true.hpp"
#include "tests/graph/functions.hpp"
#include "tests/graph/group_graph.hpp"

namespace radflow::testing {
namespace {

using ::testing::ElementsAre;

// Ten records of each of `keys` keys, in turns: a group of ten each.
TestGraph tens(int keys, GroupPlan plan = {}) {
  TestGraph graph;
  graph.source(records(10 * keys, keys)).node("a", {""}, offset);
  gather(graph, "sum", "a", SumByKey{10}, plan).sink("out", {"sum"}, Order::Partition).errors();
  return graph;
}

TEST(Groups, GatherAllMembersOfAKey) {
  TestGraph graph = tens(7);
  EXPECT_TRUE(graph.run());
  const auto kept = graph.kept("out");
  ASSERT_EQ(kept.size(), 7u);
  for (const auto& one : kept) {
    EXPECT_EQ(one.key, "key" + std::to_string(one.offset)) << "the position is that of the lowest member";
    std::int64_t sum = 0;
    for (int i = 0; i < 10; ++i) sum += one.offset + 7 * i;
    EXPECT_EQ(one.number, sum);
  }
  EXPECT_EQ(graph.done(), all(70));
  EXPECT_EQ(graph.pipeline->stats().records_delivered, 70u);
  EXPECT_EQ(graph.pipeline->stats().records_abandoned, 0u);
}

TEST(Groups, ComeToTheSinkInTheOrderInWhichTheyWereFinished) {
  TestGraph graph = tens(5);
  EXPECT_TRUE(graph.run());
  std::vector<std::int64_t> offsets;
  for (const auto& one : graph.kept("out")) offsets.push_back(one.offset);
  EXPECT_THAT(offsets, ElementsAre(0, 1, 2, 3, 4));
}

TEST(Groups, HandMembersOverInTheOrderOfTheirPartition) {
  TestGraph graph;
  std::mutex mutex;
  std::vector<std::int64_t> seen;
  graph.source(records(300)).node("a", {""}, offset).node("slow", {"a"}, add(0));
  SumByKey node{300};
  node.seen = [&](std::int64_t number) {
    const std::lock_guard lock{mutex};
    seen.push_back(number);
  };
  gather(graph, "sum", "slow", node).sink("out", {"sum"}).errors();
  EXPECT_TRUE(graph.run());
  EXPECT_EQ(seen, all(300));
}

TEST(Groups, MembersThatWaitTakeNeitherMemoryNorAPlaceInComputation) {
  TestGraph graph;
  graph.plan.memory_bytes = 64 << 10;  // three records of 20 KiB
  graph.source(records(100, 1, 20 << 10)).node("a", {""}, offset);
  gather(graph, "sum", "a", SumByKey{100}).sink("out", {"sum"}).errors();
  EXPECT_TRUE(graph.run());
  EXPECT_EQ(graph.kept("out").size(), 1u);
  EXPECT_EQ(graph.done(), all(100));
  EXPECT_EQ(graph.pipeline->stats().bytes_in_flight, 0);
}

TEST(Groups, ARecordAsLargeAsTheMemoryIsLetInBesideAnOpenGroup) {
  TestGraph graph;
  graph.plan.memory_bytes = 1 << 20;
  std::vector<Record> all_records = records(4, 2);
  all_records[2].value = Bytes::of(std::string(1 << 20, 'x'));
  graph.source(all_records).node("a", {""}, offset);
  gather(graph, "sum", "a", SumByKey{2}).sink("out", {"sum"}).errors();
  EXPECT_TRUE(graph.run());
  EXPECT_EQ(graph.kept("out").size(), 2u);
  EXPECT_EQ(graph.done(), all(4));
}

TEST(Groups, NoMemberIsDoneBeforeTheGroupIsAcknowledged) {
  TestGraph graph = tens(1);
  Pipeline& pipeline = graph.start();
  graph.sinks.at("out")->hold(true);
  EXPECT_TRUE(comes_true(std::chrono::seconds{10}, [&] { return graph.kept("out").size() == 1; }));
  EXPECT_TRUE(graph.done().empty());
  graph.sinks.at("out")->hold(false);
  EXPECT_TRUE(pipeline.wait());
  EXPECT_EQ(graph.done(), all(10));
}

TEST(Groups, WhatFailsOfAGroupIsADeadLetterOfEachMember) {
  TestGraph graph = tens(2);
  graph.sinks.clear();
  graph.plan.sinks.clear();
  graph.node("bad", {"sum"}, [](std::span<const Payload* const> in, const Context& context) {
    return context.record().position.offset == 1 ? failed("bad") : value(number(in[0]));
  });
  graph.sink("out", {"bad"}).errors();
  EXPECT_TRUE(graph.run());
  EXPECT_EQ(graph.kept("out").size(), 1u);
  const auto letters = graph.kept("errors");
  ASSERT_EQ(letters.size(), 10u);
  for (const auto& letter : letters) {
    EXPECT_EQ(letter.offset % 2, 1);
    EXPECT_EQ(letter.text.empty(), letter.offset < 19) << "the bytes were given back while the member waited";
    EXPECT_THAT(letter.error, ::testing::HasSubstr("\"size\":8"));
    EXPECT_THAT(letter.error, ::testing::HasSubstr("group of 10 records at topic:0:1-19"));
    EXPECT_THAT(letter.error, ::testing::HasSubstr("xxh3:"));
  }
  EXPECT_EQ(graph.done(), all(20));
}

TEST(Groups, AMemberThatCannotBeAddedFailsAlone) {
  TestGraph graph;
  graph.source(records(11)).node("a", {""}, offset);
  SumByKey node{10};
  node.refuses = 4;
  gather(graph, "sum", "a", node).sink("out", {"sum"}).errors();
  EXPECT_TRUE(graph.run());
  ASSERT_EQ(graph.kept("out").size(), 1u);
  EXPECT_EQ(graph.kept("out")[0].number, 55 - 4);
  ASSERT_EQ(graph.kept("errors").size(), 1u);
  EXPECT_EQ(graph.kept("errors")[0].offset, 4);
  EXPECT_EQ(graph.kept("errors")[0].text, "xxxxxxxx");
  EXPECT_EQ(graph.done(), all(11));
}

// A member that fails before it is the first of its group leaves no group behind.
TEST(Groups, AGroupWhoseFirstMemberIsRefusedIsNotOpen) {
  TestGraph graph;
  graph.source(records(1)).node("a", {""}, offset);
  SumByKey node{10};
  node.refuses = 0;
  gather(graph, "sum", "a", node).sink("out", {"sum"}).errors();
  EXPECT_TRUE(graph.run());
  EXPECT_EQ(graph.kept("errors").size(), 1u);
  EXPECT_THAT(graph.kept("errors")[0].error, ::testing::HasSubstr("unfit"));
}

TEST(Groups, AnExceptionInAnyOfItsFunctionsIsAFailure) {
  for (const char* where : {"key", "add", "finish"}) {
    TestGraph graph;
    graph.source(records(3)).node("a", {""}, offset);
    SumByKey node{3};
    node.throws_in = where;
    gather(graph, "sum", "a", node).sink("out", {"sum"}).errors();
    EXPECT_TRUE(graph.run()) << where;
    EXPECT_EQ(graph.kept("errors").size(), 3u) << where;
    EXPECT_EQ(graph.done(), all(3)) << where;
  }
}

TEST(Groups, WithoutDeadLettersTheGraphStopsAndNamesTheFirstMemberAndTheirNumber) {
  TestGraph graph;
  graph.source(records(3)).node("a", {""}, offset);
  SumByKey node{3};
  node.throws_in = "finish";
  gather(graph, "sum", "a", node).sink("out", {"sum"});
  EXPECT_FALSE(graph.run());
  EXPECT_THAT(graph.pipeline->failure().value_or(""),
              ::testing::HasSubstr("sum failed at the group of 3 records from topic:0:0 on"));
  EXPECT_TRUE(graph.done().empty());
}

TEST(Groups, AtTheEndOfTheInputAnIncompleteGroupIsADeadLetterOrWhatItHas) {
  for (const auto incomplete : {GroupPlan::Incomplete::DeadLetter, GroupPlan::Incomplete::Emit}) {
    const bool emit = incomplete == GroupPlan::Incomplete::Emit;
    TestGraph graph;
    graph.source(records(13)).node("a", {""}, offset);
    GroupPlan plan;
    plan.incomplete = incomplete;
    gather(graph, "sum", "a", SumByKey{10}, plan).sink("out", {"sum"}).errors();
    EXPECT_TRUE(graph.run());
    EXPECT_EQ(graph.kept("out").size(), emit ? 2u : 1u);
    const auto letters = graph.kept("errors");
    EXPECT_EQ(letters.size(), emit ? 0u : 3u);
    for (const auto& letter : letters) {
      EXPECT_THAT(letter.error, ::testing::HasSubstr("incomplete_group"));
      EXPECT_THAT(letter.error, ::testing::HasSubstr("topic:0:10-12"));
      EXPECT_THAT(letter.error, ::testing::HasSubstr("the input has ended"));
    }
    EXPECT_EQ(graph.done(), all(13));
  }
}

TEST(Groups, AReplayNeverEmitsAnIncompleteGroup) {
  TestGraph graph;
  graph.plan.replay = true;
  graph.source(records(3)).node("a", {""}, offset);
  GroupPlan plan;
  plan.incomplete = GroupPlan::Incomplete::Emit;
  gather(graph, "sum", "a", SumByKey{10}, plan).sink("out", {"sum"}).errors();
  EXPECT_TRUE(graph.run());
  EXPECT_TRUE(graph.kept("out").empty());
  EXPECT_EQ(graph.kept("errors").size(), 3u);
}

TEST(Groups, GroupsOfGroupsEndNodeAfterNode) {
  TestGraph graph;
  graph.source(records(47)).node("a", {""}, offset);
  GroupPlan emit;
  emit.incomplete = GroupPlan::Incomplete::Emit;
  gather(graph, "tens", "a", SumByKey{10}, emit);
  gather(graph, "all", "tens", SumByKey{100}, emit).sink("out", {"all"}).errors();
  EXPECT_TRUE(graph.run());
  ASSERT_EQ(graph.kept("out").size(), 1u);
  EXPECT_EQ(graph.kept("out")[0].number, 46 * 47 / 2);
  EXPECT_EQ(graph.done(), all(47));
  EXPECT_EQ(graph.pipeline->stats().records_abandoned, 0u);
}

TEST(Groups, TheLongestGroupsEndAtMost) {
  TestGraph graph;
  graph.source(records(25)).node("a", {""}, offset);
  GroupPlan plan;
  plan.most = 10;
  plan.incomplete = GroupPlan::Incomplete::Emit;
  gather(graph, "sum", "a", SumByKey{1000}, plan).sink("out", {"sum"}, Order::Partition).errors();
  EXPECT_TRUE(graph.run());
  std::vector<std::int64_t> sums;
  for (const auto& one : graph.kept("out")) sums.push_back(one.number);
  EXPECT_THAT(sums, ElementsAre(45, 145, 110));
}

TEST(Groups, WhereTheNodesMemoryIsFullTheOldestGroupEnds) {
  TestGraph graph;
  graph.source(records(30, 30)).node("a", {""}, offset);
  GroupPlan plan;
  plan.memory_bytes = 10 * (1024 + 5 + 100);  // ten members and their states
  plan.incomplete = GroupPlan::Incomplete::Emit;
  SumByKey node{2};
  node.state_bytes = 100;
  gather(graph, "sum", "a", node, plan).sink("out", {"sum"}, Order::Partition).errors();
  EXPECT_TRUE(graph.run());
  const auto kept = graph.kept("out");
  ASSERT_EQ(kept.size(), 30u);
  for (std::size_t i = 0; i < kept.size(); ++i) EXPECT_EQ(kept[i].offset, static_cast<std::int64_t>(i));
  EXPECT_EQ(graph.done(), all(30));
}

// Every record has a part in each of two groups: neither is done before both have ended.
TEST(Groups, RecordsWithPartsInTheSameTwoGroupsAreDoneTogether) {
  TestGraph graph;
  graph.source(records(2)).node("a", {""}, offset);
  graph.node("split", {"a"},
             [](std::span<const Payload* const> in, const Context&) {
               std::vector<Outcome::Piece> pieces;
               for (std::uint32_t p = 0; p < 2; ++p)
                 pieces.push_back({Payload::of(Number{10 * number(in[0]) + p}), Identity{p, 2, {}}});
               return Outcome::split(std::move(pieces));
             },
             {.arity = Arity::Many});
  SumByKey node{2};
  node.by_part = true;
  gather(graph, "sum", "split", node);
  std::atomic<bool> go{false};
  graph.node("wait", {"sum"}, [&](std::span<const Payload* const> in, const Context& context) {
    while (context.identity().index == 1 && !go) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    return value(number(in[0]));
  });
  graph.sink("out", {"wait"}, Order::None).errors();
  Pipeline& pipeline = graph.start();
  EXPECT_TRUE(comes_true(std::chrono::seconds{10}, [&] { return graph.kept("out").size() == 1; }));
  EXPECT_TRUE(graph.done().empty());
  go = true;
  EXPECT_TRUE(pipeline.wait());
  ASSERT_EQ(graph.kept("out").size(), 2u);
  EXPECT_EQ(graph.kept("out")[0].number, 10);
  EXPECT_EQ(graph.kept("out")[1].number, 12);
  EXPECT_EQ(graph.done(), all(2));
  EXPECT_EQ(graph.script->together(), (std::vector<std::size_t>{2}));
}

// Of three records the middle one has parts in the groups of both others.
TEST(Groups, LinkedGroupsAreDoneInOneCall) {
  TestGraph graph;
  graph.source(records(3)).node("a", {""}, offset);
  graph.node("split", {"a"},
             [](std::span<const Payload* const> in, const Context&) {
               const std::int64_t at = number(in[0]);
               std::vector<Outcome::Piece> pieces;
               if (at <= 1) pieces.push_back({Payload::of(Number{at}), Identity{0, 2, {}}});
               if (at >= 1) pieces.push_back({Payload::of(Number{at}), Identity{1, 2, {}}});
               return Outcome::split(std::move(pieces));
             },
             {.arity = Arity::Many});
  SumByKey node{2};
  node.by_part = true;
  gather(graph, "sum", "split", node).sink("out", {"sum"}).errors();
  EXPECT_TRUE(graph.run());
  EXPECT_EQ(graph.kept("out").size(), 2u);
  EXPECT_EQ(graph.done(), all(3));
  EXPECT_EQ(graph.script->together(), (std::vector<std::size_t>{3}));
}

TEST(Groups, AKeyBelongsToOnePartition) {
  std::vector<Record> all_records = records(4);
  all_records[2].position.partition = 1;
  all_records[2].position.offset = 0;
  all_records[3].position.offset = 2;
  TestGraph graph;
  graph.source(all_records).node("a", {""}, offset);
  graph.plan.workers = 1;
  gather(graph, "sum", "a", SumByKey{3}).sink("out", {"sum"}).errors();
  EXPECT_TRUE(graph.run());
  EXPECT_EQ(graph.kept("out").size(), 1u);
  ASSERT_EQ(graph.kept("errors").size(), 1u);
  EXPECT_THAT(graph.kept("errors")[0].error, ::testing::HasSubstr("other_partition"));
  EXPECT_THAT(graph.kept("errors")[0].error, ::testing::HasSubstr("topic:1"));
}

}  // namespace
}  // namespace radflow::testing
