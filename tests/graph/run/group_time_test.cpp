// When groups end that are not complete: by time, at a stop, where a partition is given up.
#include "graph/run/idle_clock.hpp"
#include "tests/comes_true.hpp"
#include "tests/graph/functions.hpp"
#include "tests/graph/group_graph.hpp"

namespace radflow::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

using Time = IdleClock::Time;

TEST(IdleClock, RunsOnlyWhileTheNextMemberCouldCome) {
  IdleClock clock{1s};
  const auto at = [](auto time) { return Time{} + 1h + time; };
  clock.tick(at(0ms), true);
  clock.tick(at(200ms), true);
  EXPECT_EQ(clock.passed(), 200ms);
  clock.tick(at(400ms), false);
  clock.tick(at(900ms), false);
  EXPECT_EQ(clock.passed(), 200ms);
  clock.tick(at(1000ms), true);
  EXPECT_EQ(clock.passed(), 200ms) << "since when it could come is not known";
  clock.tick(at(1100ms), true);
  EXPECT_EQ(clock.passed(), 300ms);
  clock.tick(at(1h), true);
  EXPECT_EQ(clock.passed(), 1300ms) << "the process stood still";
}

Record wait(Record record, std::string how) {
  record.headers.push_back({"wait", std::move(how)});
  return record;
}

// Three members of a group of four, and a record for which the source waits until the test lets it go on.
TestGraph three_of_four(GroupPlan plan, const std::string& how, SumByKey node = {.count = 4}) {
  TestGraph graph;
  std::vector<Record> some = records(4);
  some[3] = wait(std::move(some[3]), how);
  graph.source(some).node("a", {""}, offset);
  gather(graph, "sum", "a", std::move(node), plan).sink("out", {"sum"}).errors();
  return graph;
}

GroupPlan idle(std::int64_t ms, GroupPlan::Incomplete incomplete = GroupPlan::Incomplete::Emit) {
  GroupPlan plan;
  plan.idle_ms = ms;
  plan.incomplete = incomplete;
  return plan;
}

TEST(GroupTime, AGroupWithoutANewMemberEndsAsIdle) {
  std::vector<GroupEnd> ends;
  SumByKey node{4};
  node.ended = [&](GroupEnd end) { ends.push_back(end); };
  TestGraph graph = three_of_four(idle(100), "listening", node);
  Pipeline& pipeline = graph.start();
  EXPECT_TRUE(comes_true(10s, [&] { return graph.done().size() == 3; }));
  graph.script->go_on = true;
  EXPECT_TRUE(pipeline.wait());
  EXPECT_THAT(ends, ElementsAre(GroupEnd::Idle, GroupEnd::EndOfInput));
  EXPECT_EQ(graph.done(), all(4));
}

TEST(GroupTime, IdleDoesNotPassWhileTheSourceIsPaused) {
  TestGraph graph = three_of_four(idle(100), "paused");
  Pipeline& pipeline = graph.start();
  EXPECT_TRUE(comes_true(10s, [&] { return graph.script->paused.load(); }));
  std::this_thread::sleep_for(500ms);
  EXPECT_TRUE(graph.kept("out").empty());
  graph.script->go_on = true;
  EXPECT_TRUE(pipeline.wait());
  ASSERT_EQ(graph.kept("out").size(), 1u);
  EXPECT_EQ(graph.kept("out")[0].number, 6) << "the last member came and completed it";
}

TEST(GroupTime, IdleDoesNotPassWhileAMemberThatWasReadIsComputed) {
  TestGraph graph;
  graph.source(records(4)).node("slow", {""}, [](std::span<const Payload* const> in, const Context& context) {
    if (context.record().position.offset == 3) std::this_thread::sleep_for(600ms);
    return offset(in, context);
  });
  gather(graph, "sum", "slow", SumByKey{4}, idle(100)).sink("out", {"sum"}).errors();
  EXPECT_TRUE(graph.run());
  ASSERT_EQ(graph.kept("out").size(), 1u);
  EXPECT_EQ(graph.kept("out")[0].number, 6);
}

TEST(GroupTime, LongestEndsAGroupThoughTheSourceIsPaused) {
  GroupPlan plan = idle(60'000, GroupPlan::Incomplete::DeadLetter);
  plan.longest_ms = 100;
  TestGraph graph = three_of_four(plan, "paused");
  Pipeline& pipeline = graph.start();
  EXPECT_TRUE(comes_true(10s, [&] { return graph.kept("errors").size() == 3; }));
  EXPECT_THAT(graph.kept("errors")[0].error, HasSubstr("`group.longest`"));
  EXPECT_TRUE(comes_true(10s, [&] { return graph.done().size() == 3; }));
  graph.script->go_on = true;
  EXPECT_TRUE(pipeline.wait());
  EXPECT_EQ(graph.done(), all(4));
}

TEST(GroupTime, EveryNodeThatGathersHasItsOwnTime) {
  TestGraph graph;
  std::vector<Record> some = records(8);
  some[7] = wait(std::move(some[7]), "listening");
  graph.source(some).node("a", {""}, offset);
  gather(graph, "pairs", "a", SumByKey{2}, idle(50));
  gather(graph, "pairs_of_pairs", "pairs", SumByKey{2}, idle(100));
  gather(graph, "all", "pairs_of_pairs", SumByKey{100}, idle(150)).sink("out", {"all"}).errors();
  Pipeline& pipeline = graph.start();
  EXPECT_TRUE(comes_true(10s, [&] { return graph.done().size() == 7; }));
  graph.script->go_on = true;
  EXPECT_TRUE(pipeline.wait());
  ASSERT_EQ(graph.kept("out").size(), 2u);
  EXPECT_EQ(graph.kept("out")[0].number, 21);
  EXPECT_EQ(graph.kept("out")[1].number, 7);
  EXPECT_EQ(graph.done(), all(8));
}

TEST(GroupTime, AStopDropsOpenGroupsAtOnceAndNothingOfThemIsDone) {
  TestGraph graph = three_of_four(idle(60'000), "listening");
  Pipeline& pipeline = graph.start();
  EXPECT_TRUE(comes_true(
      10s, [&] { return pipeline.stats().bytes_in_flight == 0 && pipeline.stats().records_in_flight == 3; }));
  const auto begin = std::chrono::steady_clock::now();
  pipeline.stop();
  EXPECT_TRUE(pipeline.wait()) << "nothing was left behind that had to end";
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
  EXPECT_TRUE(graph.kept("out").empty());
  EXPECT_TRUE(graph.kept("errors").empty());
  EXPECT_TRUE(graph.done().empty());
  const PipelineStats stats = pipeline.stats();
  EXPECT_EQ(stats.groups_dropped, 1u);
  EXPECT_EQ(stats.records_dropped, 3u);
  EXPECT_EQ(stats.records_abandoned, 0u);
  EXPECT_EQ(stats.records_in_flight, 0);
}

// A group that is complete when the stop comes is delivered; what is linked with an open one is not done.
TEST(GroupTime, AStopLetsCompleteGroupsEnd) {
  TestGraph graph;
  std::vector<Record> some = records(6, 2);
  some[5] = wait(std::move(some[5]), "listening");
  graph.source(some).node("a", {""}, offset);
  gather(graph, "sum", "a", SumByKey{3}, idle(60'000)).sink("out", {"sum"}).errors();
  Pipeline& pipeline = graph.start();
  EXPECT_TRUE(comes_true(10s, [&] { return graph.kept("out").size() == 1; }));
  pipeline.stop();
  EXPECT_TRUE(pipeline.wait());
  EXPECT_EQ(graph.done(), (std::vector<std::int64_t>{0, 2, 4}));
  EXPECT_EQ(pipeline.stats().records_dropped, 2u);
}

TEST(GroupTime, AGroupOfAPartitionThatWasGivenUpIsDropped) {
  TestGraph graph = three_of_four(idle(60'000), "listening");
  graph.start();
  EXPECT_TRUE(comes_true(10s, [&] { return graph.pipeline->stats().records_in_flight == 3; }));
  graph.script->given_up = 0;
  EXPECT_TRUE(comes_true(10s, [&] { return graph.pipeline->stats().records_in_flight == 0; }));
  EXPECT_EQ(graph.pipeline->stats().records_revoked, 3u);
  EXPECT_EQ(graph.pipeline->stats().groups_dropped, 0u) << "it is somebody else's now";
  graph.pipeline->stop();
  EXPECT_TRUE(graph.pipeline->wait());
  EXPECT_TRUE(graph.kept("out").empty());
}

// The partition went and came again: its members are read once more, and the old ones are no part of the group.
TEST(GroupTime, MembersOfAnOlderGenerationAreDropped) {
  std::vector<Record> some = records(2);
  for (Record again : records(4)) {
    again.position.generation = 1;
    some.push_back(again);
  }
  TestGraph graph;
  graph.source(some).node("a", {""}, offset);
  gather(graph, "sum", "a", SumByKey{4}, idle(60'000)).sink("out", {"sum"}).errors();
  EXPECT_TRUE(graph.run());
  ASSERT_EQ(graph.kept("out").size(), 1u);
  EXPECT_EQ(graph.kept("out")[0].number, 6);
  EXPECT_EQ(graph.pipeline->stats().records_dropped, 2u);
  EXPECT_TRUE(graph.kept("errors").empty());
}

}  // namespace
}  // namespace radflow::testing
