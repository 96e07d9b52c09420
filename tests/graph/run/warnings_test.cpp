// What nodes say of messages of which a value comes all the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "graph/pipeline.hpp"
#include "tests/graph/functions.hpp"

namespace radflow::testing {
namespace {

TEST(Warnings, AreCountedByNodeAndReasonAndTheFirstIsKept) {
  TestGraph graph;
  graph.source(records(100, 7)).node("a", {""}, offset);
  graph.node("odd", {"a"}, [](std::span<const Payload* const> in, const Context& context) {
    if (number(in[0]) % 10 == 3) context.warn({"three", fmt::format("{} ends in 3", number(in[0]))});
    if (number(in[0]) == 50) context.warn({"half", "this is the middle"});
    return value(number(in[0]));
  });
  graph.node("plain", {"odd"}, add(1)).sink("out", {"plain"});
  ASSERT_TRUE(graph.run());
  EXPECT_EQ(graph.kept("out").size(), 100U) << "a warning changes nothing else";
  const PipelineStats stats = graph.pipeline->stats();
  EXPECT_EQ(stats.records_delivered, 100U);
  const std::vector<WarningStats>& warnings = stats.nodes[1].warnings;
  ASSERT_EQ(warnings.size(), 2U);
  EXPECT_EQ(warnings[0].reason, "half");
  EXPECT_EQ(warnings[0].count, 1U);
  EXPECT_THAT(warnings[0].first, ::testing::EndsWith(":50: this is the middle"));
  EXPECT_EQ(warnings[1].count, 10U);
  EXPECT_TRUE(stats.nodes[0].warnings.empty());
  EXPECT_TRUE(stats.nodes[2].warnings.empty()) << "though the same thread calls it next";
}

}  // namespace
}  // namespace radflow::testing
