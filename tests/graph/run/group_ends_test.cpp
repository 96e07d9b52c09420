// How groups end that are not complete, and what becomes of a group that fails.
#include "tests/comes_true.hpp"
#include "tests/graph/functions.hpp"
#include "tests/graph/group_graph.hpp"

namespace radflow::testing {
namespace {

using ::testing::ElementsAre;

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
    EXPECT_TRUE(letter.text.empty()) << "the bytes were given back while the member waited";
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
  for (const char* where : {"key", "open", "add", "bytes", "finish"}) {
    TestGraph graph;
    graph.source(records(3)).node("a", {""}, offset);
    SumByKey node{3};
    node.throws_in = where;
    gather(graph, "sum", "a", node).sink("out", {"sum"}).errors();
    EXPECT_TRUE(graph.run()) << where;
    EXPECT_EQ(graph.kept("errors").size(), 3u) << where;
    EXPECT_EQ(graph.done(), all(3)) << where;
    const PipelineStats stats = graph.pipeline->stats();
    EXPECT_TRUE(stats.open_groups.empty()) << where;
    EXPECT_EQ(stats.groups[0].open, 0u) << where;
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

}  // namespace
}  // namespace radflow::testing
