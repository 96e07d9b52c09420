// Counters and gauges that a node declares, and what a registration refuses of them and of error reasons.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/graph/port_graph.hpp"

namespace radflow::testing {
namespace {

// It has one instance per worker, which share the counters.
class Tally {
 public:
  static constexpr bool exclusive = true;
  Tally(const NoParams&, const BuildInfo& info)
      : odd_{info.metrics->counter("odd")}, last_{info.metrics->gauge("tally_limit")} {
    last_.set(2.5);
  }
  Number operator()(const Number& number) {
    if (number.value % 2 == 1) odd_.add();
    return number;
  }

 private:
  Counter& odd_;
  Gauge& last_;
};
const Register<Tally> tally{
    NodeSpec{"p_tally", "Counts."}.counter("odd", "Odd numbers.").gauge("tally_limit", "A number.")};

struct Undeclared {
  Undeclared(const NoParams&, const BuildInfo& info) { info.metrics->counter("even"); }
  Number operator()(const Number& number) const { return number; }
};
const Register<Undeclared> undeclared{
    NodeSpec{"p_undeclared", "Counts what it does not declare."}.gauge("even", "E.")};

struct Plain {
  Number operator()(const Number& number) const { return number; }
};

TEST(NodeMetrics, AreSharedByInstancesAndKeptApartByNode) {
  const PipelineStats stats =
      run_graph("  - p_number: {}\n  - p_tally: {}\n  - p_tally: {}\n    name: second",
                "  - p_keep: {}\n  - p_keep: {}\n    name: also\n    from: p_tally", 301);
  for (const std::size_t n : {1U, 2U}) {
    const NodeStats& node = stats.nodes[n];
    ASSERT_EQ(node.metrics.size(), 2U) << node.name;
    EXPECT_EQ(exported_name(*node.metrics[0].spec), "radflow_node_odd_total");
    EXPECT_EQ(node.metrics[0].value, 150.0);
    EXPECT_EQ(exported_name(*node.metrics[1].spec), "radflow_node_tally_limit");
    EXPECT_EQ(node.metrics[1].value, 2.5);
  }
  EXPECT_TRUE(stats.nodes[0].metrics.empty());
}

TEST(NodeMetrics, WhatIsNotDeclaredIsFoundWhenTheNodeIsBuilt) {
  try {
    run_graph("  - p_number: {}\n  - p_undeclared: {}", "  - p_keep: {}");
    FAIL() << "built";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(),
                ::testing::HasSubstr("the specification of 'p_undeclared' declares no counter 'even': "
                                     ".counter(\"even\", \"...\")"));
  }
}

std::string refusal(SpecBuilder spec) {
  try {
    Register<Plain>{std::move(spec)};
    return "";
  } catch (const std::logic_error& error) {
    return error.what();
  }
}

TEST(Declarations, AreCheckedWhenANodeIsRegistered) {
  const NodeSpec spec{"p_declares", "Declares."};
  EXPECT_EQ(refusal(SpecBuilder{spec}.errors({{"no good", "N."}})),
            "node 'p_declares': the error 'no good' is no metric label; take a-z, 0-9 and '_'");
  EXPECT_EQ(refusal(SpecBuilder{spec}.errors({{"bad", "B."}}).errors({{"bad", "B."}})),
            "node 'p_declares': the error 'bad' is declared twice");
  EXPECT_EQ(refusal(SpecBuilder{spec}.errors({{"exception", "E."}})),
            "node 'p_declares': the error 'exception' is one that every node has");
  EXPECT_EQ(refusal(SpecBuilder{spec}.counter("calls", "C.")),
            "node 'p_declares': the metric 'calls' is one that every node has");
  EXPECT_EQ(
      refusal(SpecBuilder{spec}.gauge("calls_total", "C.")),
      "node 'p_declares': the metric 'calls_total' ends in _total, which is added to the name of a counter");
  EXPECT_EQ(refusal(SpecBuilder{spec}.gauge("odd", "O.")),
            "node 'p_declares': the metric 'odd' is of another kind in 'p_tally'");
}

}  // namespace
}  // namespace radflow::testing
