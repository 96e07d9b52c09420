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
    for (const char* third : {"none", "one", "two"})
      by_rest_.push_back(&info.metrics->counter("thirds", third));
    last_.set(2.5);
  }
  Number operator()(const Number& number) {
    if (number.value % 2 == 1) odd_.add();
    by_rest_[static_cast<std::size_t>(number.value % 3)]->add();
    return number;
  }

 private:
  Counter& odd_;
  std::vector<Counter*> by_rest_;
  Gauge& last_;
};
const Register<Tally> tally{NodeSpec{"p_tally", "Counts."}
                                .counter("odd", "Odd numbers.")
                                .counter("thirds", "Numbers by what is left of a third.", "rest")
                                .gauge("tally_limit", "A number.")};

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
    ASSERT_EQ(node.metrics.size(), 5U) << node.name;
    EXPECT_EQ(exported_name(*node.metrics[0].spec), "radflow_node_odd_total");
    EXPECT_EQ(node.metrics[0].value, 150.0);
    for (const auto& [at, rest] : {std::pair{1U, "none"}, {2U, "one"}, {3U, "two"}}) {
      EXPECT_EQ(exported_name(*node.metrics[at].spec), "radflow_node_thirds_total");
      EXPECT_EQ(node.metrics[at].label_value, rest);
      EXPECT_NEAR(node.metrics[at].value, 301 / 3.0, 1);
    }
    EXPECT_EQ(exported_name(*node.metrics[4].spec), "radflow_node_tally_limit");
    EXPECT_EQ(node.metrics[4].value, 2.5);
  }
  EXPECT_TRUE(stats.nodes[0].metrics.empty());
}

TEST(NodeMetrics, ALabelHasAValueWhereItIsDeclaredAndNowhereElse) {
  NodeMetrics metrics{*Registry::instance().find(ComponentKind::Node, "p_tally")};
  EXPECT_THROW(metrics.counter("thirds"), std::logic_error);
  EXPECT_THROW(metrics.counter("odd", "none"), std::logic_error);
  EXPECT_EQ(&metrics.counter("thirds", "one"), &metrics.counter("thirds", "one"));
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
            "node 'p_declares': the metric 'odd' is of another kind, or has another label, in 'p_tally'");
  EXPECT_EQ(refusal(SpecBuilder{spec}.counter("odd", "O.", "side")),
            "node 'p_declares': the metric 'odd' is of another kind, or has another label, in 'p_tally'");
  EXPECT_EQ(refusal(SpecBuilder{spec}.counter("even", "E.", "node")),
            "node 'p_declares': the label 'node' of the metric 'even' is one that every metric has");
  EXPECT_EQ(
      refusal(SpecBuilder{spec}.counter("even", "E.", "a b")),
      "node 'p_declares': the label 'a b' of the metric 'even' is no metric label; take a-z, 0-9 and '_'");
}

}  // namespace
}  // namespace radflow::testing
