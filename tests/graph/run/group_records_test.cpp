// The records that groups are gathered from: what they give back while they wait, and that they are done together.
#include "tests/comes_true.hpp"
#include "tests/graph/functions.hpp"
#include "tests/graph/group_graph.hpp"

namespace radflow::testing {
namespace {

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
  graph.build();
  graph.sinks.at("out")->hold(true);
  Pipeline& pipeline = graph.start();
  EXPECT_TRUE(comes_true(std::chrono::seconds{10}, [&] { return graph.kept("out").size() == 1; }));
  EXPECT_TRUE(graph.done().empty());
  graph.sinks.at("out")->hold(false);
  EXPECT_TRUE(pipeline.wait());
  EXPECT_EQ(graph.done(), all(10));
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

// The one that completes the group, too: its bytes are given back while the group is on its way.
TEST(Groups, AllMembersWaitWhileTheGroupIsOnItsWay) {
  TestGraph graph = tens(1);
  graph.build();
  graph.sinks.at("out")->hold(true);
  Pipeline& pipeline = graph.start();
  EXPECT_TRUE(comes_true(std::chrono::seconds{10}, [&] { return graph.kept("out").size() == 1; }));
  EXPECT_EQ(graph.script->of(graph.script->parked_offsets), all(10));
  EXPECT_TRUE(comes_true(std::chrono::seconds{10}, [&] { return pipeline.stats().bytes_in_flight == 0; }));
  EXPECT_EQ(graph.script->of(graph.script->started), (std::vector<std::int64_t>{0}));
  EXPECT_TRUE(graph.script->of(graph.script->ended).empty()) << "the group is under way";
  graph.sinks.at("out")->hold(false);
  EXPECT_TRUE(pipeline.wait());
  EXPECT_EQ(graph.script->of(graph.script->ended), (std::vector<std::int64_t>{0}));
}

// A group that is a member of another one is through when it waits there.
TEST(Groups, AGroupThatWaitsInAnotherIsNotUnderWay) {
  TestGraph graph;
  std::vector<Record> some = records(3);
  some[2].headers.push_back({"wait", "listening"});
  graph.source(some).node("a", {""}, offset);
  gather(graph, "pairs", "a", SumByKey{2});
  GroupPlan emit;
  emit.incomplete = GroupPlan::Incomplete::Emit;
  gather(graph, "all", "pairs", SumByKey{2}, emit).sink("out", {"all"}).errors();
  Pipeline& pipeline = graph.start();
  EXPECT_TRUE(comes_true(std::chrono::seconds{10},
                         [&] { return graph.script->of(graph.script->ended).size() == 1; }));
  EXPECT_TRUE(graph.done().empty());
  graph.script->go_on = true;
  EXPECT_TRUE(pipeline.wait());
  EXPECT_EQ(graph.kept("out").size(), 1u);
  EXPECT_EQ(graph.script->of(graph.script->started), (std::vector<std::int64_t>{0, 0}))
      << "2 is a dead letter of pairs, and all has 0 and 1";
}

TEST(Groups, DeadLettersOfMembersAreUnderWayAgain) {
  TestGraph graph;
  graph.source(records(3)).node("a", {""}, offset);
  gather(graph, "sum", "a", SumByKey{10}).sink("out", {"sum"}).errors();
  EXPECT_TRUE(graph.run());
  EXPECT_EQ(graph.kept("errors").size(), 3u);
  auto again = graph.script->of(graph.script->again_offsets);
  std::ranges::sort(again);
  EXPECT_EQ(again, all(3));
  EXPECT_TRUE(graph.script->of(graph.script->started).empty()) << "finish() was not called";
}

}  // namespace
}  // namespace radflow::testing
