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
  const auto odd = [](std::span<const Payload* const> in, const Context& context) {
    if (number(in[0]) % 10 == 3) context.warn({"three", fmt::format("{} ends in 3", number(in[0]))});
    if (number(in[0]) == 50) context.warn({"half", "this is the middle"});
    return value(number(in[0]));
  };
  graph.node("odd", {"a"}, odd, {.warnings = {{"three", "It ends in 3."}, {"half", "It is the middle."}}});
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

TEST(Warnings, SayThatANodeFailsOrWarnsForAReasonThatItDoesNotDeclare) {
  TestGraph graph;
  graph.source(records(100, 7)).node("a", {""}, offset);
  const auto careless = [](std::span<const Payload* const> in, const Context& context) -> Outcome {
    const std::int64_t at = number(in[0]);
    if (at == 10) context.warn({"declared", "w"});
    if (at == 20) context.warn({"dark", "w"});
    if (at >= 30 && at < 40) return failed("bright");
    if (at == 40) return failed("broken");
    if (at == 50) throw std::runtime_error{"a mistake"};
    if (at == 60) return failed("too_large");
    return value(at);
  };
  graph.node("careless", {"a"}, careless,
             {.errors = {{"broken", "It is broken."}}, .warnings = {{"declared", "It is declared."}}});
  graph.sink("out", {"careless"}).errors();
  ASSERT_TRUE(graph.run());
  const PipelineStats stats = graph.pipeline->stats();
  const NodeStats& node = stats.nodes[1];
  ASSERT_EQ(node.failed.size(), 4U) << "the reason of a failure stays what the node said";
  ASSERT_EQ(node.warnings.size(), 3U);
  EXPECT_EQ(node.warnings[2].reason, "undeclared_reason");
  EXPECT_EQ(node.warnings[2].count, 11U)
      << "not of the declared ones, of what was thrown, or of what exceeds the memory";
  const bool first_is_error = node.warnings[2].first.find("error") != std::string::npos;
  EXPECT_THAT(
      node.warnings[2].first,
      ::testing::EndsWith(first_is_error ? "the specification of 'careless' declares no error 'bright': "
                                           ".errors({{\"bright\", \"...\"}})"
                                         : "the specification of 'careless' declares no warning 'dark': "
                                           ".warnings({{\"dark\", \"...\"}})"));
}

}  // namespace
}  // namespace radflow::testing
