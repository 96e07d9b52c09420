// What is checked of nodes that gather before anything runs.
#include "graph/group_node.hpp"
#include "tests/graph/components.hpp"

namespace radflow::checking {
namespace {

using ::testing::HasSubstr;

struct Series {
  struct State {
    std::size_t bytes() const { return sizeof(State); }
  };
  Result<std::string> key(const Numbers&, const Context& context) const {
    return context.record().key.value_or("");
  }
  Result<Gathering> add(State&, const Numbers&, const Context&) const { return Gathering::Open; }
  Numbers finish(State&&, GroupEnd) const { return {}; }
};
const RegisterGroup<Series> series{NodeSpec{"t_series", "Gathers a series."}};

std::string graph(const std::string& nodes, const std::string& more = "") {
  return more + "sources: [t_begin]\nnodes:\n  - t_open\n  - t_measure\n" + nodes + "sinks: [t_commit]\n";
}
Plan plan(const std::string& nodes) { return load_plan_text(graph(nodes), "g.yaml"); }

TEST(GroupChecks, ANodeThatGathersSaysWhenItsGroupsEnd) {
  const GroupPlan usual = plan("  - t_series\n").nodes[2].group;
  EXPECT_EQ(usual.idle_ms, 30'000);
  EXPECT_EQ(usual.longest_ms, 600'000);
  EXPECT_EQ(usual.most, 4000);
  EXPECT_EQ(usual.memory_bytes, 64 << 20);
  EXPECT_EQ(usual.incomplete, GroupPlan::Incomplete::DeadLetter);
  const GroupPlan own =
      plan("  - t_series: {group: {idle: 5s, longest: 1m, most: 9, memory: 1MiB, incomplete: emit}}\n")
          .nodes[2]
          .group;
  EXPECT_EQ(own.idle_ms, 5000);
  EXPECT_EQ(own.longest_ms, 60'000);
  EXPECT_EQ(own.most, 9);
  EXPECT_EQ(own.memory_bytes, 1 << 20);
  EXPECT_EQ(own.incomplete, GroupPlan::Incomplete::Emit);
}

TEST(GroupChecks, TheDigestKnowsWhetherIncompleteGroupsAreEmitted) {
  const auto digest = [](const std::string& nodes) { return plan(nodes).info.digest; };
  EXPECT_EQ(digest("  - t_series\n"), digest("  - t_series: {group: {idle: 5s}}\n"));
  EXPECT_NE(digest("  - t_series\n"), digest("  - t_series: {group: {incomplete: emit}}\n"));
}

TEST(GroupChecks, WhatDoesNotFitIsSaid) {
  EXPECT_THAT(errors(graph("  - t_series: {group: {idel: 5s}}\n")), HasSubstr("did you mean 'idle'?"));
  EXPECT_THAT(errors(graph("  - t_series: {group: {most: 0}}\n")), HasSubstr("t_series.group.most"));
  EXPECT_THAT(errors(graph("  - t_series: {group: {incomplete: keep}}\n")),
              HasSubstr("t_series.group.incomplete"));
  EXPECT_THAT(errors(graph("  - t_series: {group: 5s}\n")), HasSubstr("expected a map"));
  EXPECT_THAT(errors(graph("  - t_gather: {group: {idle: 5s}}\n")), HasSubstr("'t_gather' gathers nothing"));
  EXPECT_THAT(errors(graph("  - t_series: {retry: {times: 2}}\n")), HasSubstr("takes no `retry`"));
  EXPECT_THAT(errors(graph("  - t_series\n", "delivery: exactly_once\n")), HasSubstr("exactly_once"));
}

TEST(GroupChecks, ARecordReachesOneNodeThatGathers) {
  const std::string both = errors(graph(
      "  - t_series: {name: a}\n  - t_series: {name: b, from: t_measure}\n  - t_gather: {from: [a, b]}\n"));
  EXPECT_THAT(both, HasSubstr("'a' and 'b' both gather records as they come"));
  EXPECT_THAT(both, HasSubstr("cannot join these inputs one to one"));
  EXPECT_EQ(errors(graph("  - t_series: {name: a}\n  - t_series: {name: b}\n")), "");
}

}  // namespace
}  // namespace radflow::checking
