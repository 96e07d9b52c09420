// How a plan is cut into regions and stages.
#include "graph/run/layout.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/graph/test_graph.hpp"

namespace radflow::testing {
namespace {

using ::testing::ElementsAre;

Outcome nothing(std::span<const Payload* const>, const Context&) { return {}; }

TEST(Layout, ForkAndJoinWithoutConcurrencyAreOneStage) {
  TestGraph graph;
  graph.node("a", {""}, nothing)
      .node("b", {"a"}, nothing)
      .node("c", {"a"}, nothing)
      .node("d", {"b", "c"}, nothing);
  graph.sink("out", {"d"});
  const Layout layout{graph.plan};
  ASSERT_EQ(layout.stages.size(), 1u);
  EXPECT_THAT(layout.stages[0].nodes, ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(layout.regions[0].slots, 5);
  EXPECT_THAT(layout.regions[0].reachable, ElementsAre(1));
  EXPECT_THAT(layout.nodes[3].inputs, ElementsAre(2, 3));
}

TEST(Layout, AConcurrencyOfItsOwnIsAStageBetweenTwoOthers) {
  TestGraph graph;
  graph.node("a", {""}, nothing).node("b", {"a"}, nothing, {.concurrency = 1}).node("c", {"b", "a"}, nothing);
  graph.sink("out", {"c"});
  const Layout layout{graph.plan};
  ASSERT_EQ(layout.stages.size(), 3u);
  EXPECT_EQ(layout.stages[1].concurrency, 1);
  EXPECT_EQ(layout.stages[2].predecessors, 2) << "c waits for b and for a";
  EXPECT_THAT(layout.stages[0].successors, ElementsAre(1, 2));
}

// a feeds b (limited) and c; were a, c and d one stage because none of them is limited, it would wait for
// itself.
TEST(Layout, StagesFormNoCycle) {
  TestGraph graph;
  graph.node("a", {""}, nothing).node("b", {"a"}, nothing, {.concurrency = 1}).node("c", {"a"}, nothing);
  graph.node("d", {"b", "c"}, nothing).sink("out", {"d"});
  const Layout layout{graph.plan};
  ASSERT_EQ(layout.stages.size(), 3u);
  EXPECT_THAT(layout.stages[0].nodes, ElementsAre(0, 2));
  EXPECT_THAT(layout.stages[2].nodes, ElementsAre(3));
}

TEST(Layout, ASplitStartsARegionAndCountsAsOneUnitOfItsParent) {
  TestGraph graph;
  graph.node("split", {""}, nothing, {.arity = Arity::Many})
      .node("a", {"split"}, nothing)
      .node("b", {"a"}, nothing);
  graph.sink("one", {"b"}).sink("two", {"a", "b", "split"});
  const Layout layout{graph.plan};
  ASSERT_EQ(layout.regions.size(), 2u);
  EXPECT_EQ(layout.nodes[0].child, 1);
  EXPECT_THAT(layout.regions[0].reachable, ElementsAre(1, 1));
  EXPECT_THAT(layout.regions[1].reachable, ElementsAre(1, 3));
  EXPECT_EQ(layout.regions[1].slots, 3);
  EXPECT_EQ(layout.regions[1].deliveries[0].size(), 1u) << "a part goes to the sink itself";
}

TEST(Layout, AValueIsReleasedByItsLastReader) {
  TestGraph graph;
  graph.node("a", {""}, nothing).node("b", {"a"}, nothing).node("c", {"a", "b"}, nothing).sink("out", {"c"});
  const Layout layout{graph.plan};
  EXPECT_THAT(layout.nodes[0].release, ElementsAre(0));
  EXPECT_TRUE(layout.nodes[1].release.empty());
  EXPECT_THAT(layout.nodes[2].release, ::testing::UnorderedElementsAre(1, 2));
}

}  // namespace
}  // namespace radflow::testing
