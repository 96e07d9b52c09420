// Nodes that gather: members of many records come together, in order.
#include "tests/comes_true.hpp"
#include "tests/graph/functions.hpp"
#include "tests/graph/group_graph.hpp"

namespace radflow::testing {
namespace {

using ::testing::ElementsAre;

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

// Its source lets one group be finished at a time: the others wait, and none is lost.
TEST(Groups, WaitUntilTheirSourceLetsThemBeFinished) {
  TestGraph graph = tens(7);
  graph.build();
  graph.script->finishing_at_once = 0;
  Pipeline& pipeline = graph.start();
  EXPECT_TRUE(comes_true(std::chrono::seconds{10},
                         [&] { return graph.script->of(graph.script->parked_offsets).size() == 70; }));
  std::this_thread::sleep_for(std::chrono::milliseconds{50});
  EXPECT_TRUE(graph.kept("out").empty());
  EXPECT_TRUE(comes_true(std::chrono::seconds{10}, [&] { return pipeline.stats().open_groups.size() == 7; }));
  for (const OpenGroupStats& group : pipeline.stats().open_groups)
    EXPECT_THAT(group.waits_for, ::testing::StartsWith("its turn (complete)"));
  graph.script->finishing_at_once = 1;
  EXPECT_TRUE(pipeline.wait());
  EXPECT_EQ(graph.kept("out").size(), 7u);
  EXPECT_EQ(graph.done(), all(70));
  EXPECT_EQ(graph.script->of(graph.script->started), graph.script->of(graph.script->ended));
  EXPECT_TRUE(graph.script->of(graph.script->not_started).empty());
}

TEST(Groups, AStopGivesUpWhatWaitsToBeFinished) {
  TestGraph graph;
  std::vector<Record> some = records(21, 2);
  some[20].headers.push_back({"wait", "listening"});
  graph.source(some).node("a", {""}, offset);
  gather(graph, "sum", "a", SumByKey{10}).sink("out", {"sum"}).errors();
  graph.build();
  graph.script->finishing_at_once = 0;
  Pipeline& pipeline = graph.start();
  EXPECT_TRUE(comes_true(std::chrono::seconds{10},
                         [&] { return graph.script->of(graph.script->parked_offsets).size() == 20; }));
  pipeline.stop();
  EXPECT_TRUE(pipeline.wait());
  EXPECT_TRUE(graph.done().empty());
  auto given_up = graph.script->of(graph.script->not_started);
  std::ranges::sort(given_up);
  EXPECT_EQ(given_up, (std::vector<std::int64_t>{0, 1}));
  EXPECT_EQ(pipeline.stats().groups_dropped, 2u);
  EXPECT_EQ(pipeline.stats().records_dropped, 20u);
  EXPECT_EQ(pipeline.stats().records_abandoned, 0u);
}

TEST(Groups, AreCountedWhileTheyAreOpenAndByHowTheyEnded) {
  TestGraph graph;
  std::vector<Record> some = records(14);
  some[13].headers.push_back({"wait", "listening"});
  graph.source(some).node("a", {""}, offset);
  gather(graph, "sum", "a", SumByKey{10}).sink("out", {"sum"}).errors();
  Pipeline& pipeline = graph.start();
  EXPECT_TRUE(comes_true(std::chrono::seconds{10}, [&] {
    const GroupStats now = pipeline.stats().groups.at(0);
    return now.members == 3 && now.ended.at(0).second == 1;
  }));
  const GroupStats now = pipeline.stats().groups.at(0);
  EXPECT_EQ(now.node, "sum");
  EXPECT_EQ(now.open, 1u);
  EXPECT_GE(now.bytes, 3 * 1024);
  EXPECT_EQ(now.memory_bytes, std::int64_t{64} << 20);
  EXPECT_EQ(now.ended.at(0).first, "complete");
  graph.script->go_on = true;
  EXPECT_TRUE(pipeline.wait());
  const GroupStats end = pipeline.stats().groups.at(0);
  EXPECT_EQ(end.open + end.members, 0u);
  EXPECT_EQ(end.bytes, 0);
  for (const auto& [reason, count] : end.ended)
    EXPECT_EQ(count, reason == "complete" || reason == "end_of_input" ? 1u : 0u) << reason;
}

// A group that does not come through holds its partition's frontier, though none of its members does.
TEST(Groups, AGroupThatIsLongOnItsWayIsAStall) {
  TestGraph graph = tens(1);
  graph.build();
  graph.sinks.at("out")->hold(true);
  Pipeline& pipeline = graph.start();
  EXPECT_TRUE(comes_true(std::chrono::seconds{10}, [&] { return !pipeline.stats().stalls.empty(); }));
  const std::vector<Stall> stalls = pipeline.stats().stalls;
  ASSERT_EQ(stalls.size(), 1u);
  EXPECT_EQ(stalls[0].offset, 0);
  EXPECT_EQ(stalls[0].node, "out");
  EXPECT_THAT(stalls[0].where, ::testing::HasSubstr("the group of 10 records"));
  EXPECT_THAT(stalls[0].where, ::testing::HasSubstr("has not acknowledged"));
  EXPECT_GE(stalls[0].seconds, 1);
  graph.sinks.at("out")->hold(false);
  EXPECT_TRUE(pipeline.wait());
}

}  // namespace
}  // namespace radflow::testing
