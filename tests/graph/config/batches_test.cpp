// What is checked of `batch` before anything runs.
#include "tests/fake_context.hpp"
#include "tests/graph/components.hpp"

namespace radflow::checking {
namespace {

using ::testing::HasSubstr;

struct Several {
  std::vector<Result<Numbers>> operator()(Batch<Numbers> in) const {
    std::vector<Result<Numbers>> results;
    for (std::size_t i = 0; i < in.size(); ++i) results.push_back(in[i]);
    return results;
  }
};
const Register<Several> several{NodeSpec{"t_several", "Takes several messages at once."}};

std::string graph(const std::string& node) {
  return "sources: [t_begin]\nnodes:\n  - t_open\n  - t_measure\n" + node + "sinks: [t_commit]\n";
}
Plan plan(const std::string& node) { return load_plan_text(graph(node), "g.yaml"); }

TEST(BatchChecks, TheGraphSaysHowManyMessagesShareACall) {
  EXPECT_FALSE(plan("  - t_several\n").nodes[2].batch);
  EXPECT_EQ(plan("  - t_several: {batch: {}}\n").nodes[2].batch, (BatchPlan{16, 5}));
  EXPECT_EQ(plan("  - t_several: {batch: {size: 3, wait: 2s}}\n").nodes[2].batch, (BatchPlan{3, 2000}));
  EXPECT_EQ(plan("  - t_several:\n    batch: {size: 3}\n").nodes[2].batch, (BatchPlan{3, 5}));
}

TEST(BatchChecks, ResultsAndThereforeTheDigestAreTheSame) {
  EXPECT_EQ(plan("  - t_several\n").info.digest, plan("  - t_several: {batch: {size: 3}}\n").info.digest);
}

TEST(BatchChecks, WhatDoesNotFitIsSaid) {
  EXPECT_THAT(errors(graph("  - t_several: {batch: {sise: 5}}\n")), HasSubstr("did you mean 'size'?"));
  EXPECT_THAT(errors(graph("  - t_several: {batch: {size: 0}}\n")), HasSubstr("t_several.batch.size"));
  EXPECT_THAT(errors(graph("  - t_several: {batch: {wait: 1h}}\n")), HasSubstr("t_several.batch.wait"));
  EXPECT_THAT(errors(graph("  - t_several: {batch: 16}\n")), HasSubstr("expected a map"));
  EXPECT_THAT(errors(graph("  - t_gather: {batch: {size: 4}}\n")),
              HasSubstr("'t_gather' takes one message at a time"));
}

TEST(BatchChecks, AreSetFromTheCommandLineWhereverTheyStand) {
  for (const char* node : {"  - t_several\n", "  - t_several: {batch: {wait: 2s}}\n",
                           "  - t_several:\n    batch: {size: 3, wait: 2s}\n"}) {
    const Plan set = load_plan_text(
        graph(node), "g.yaml", {.set = {"nodes.t_several.batch.size=8", "nodes.t_several.batch.wait=2s"}});
    EXPECT_EQ(set.nodes[2].batch, (BatchPlan{8, 2000})) << node;
  }
}

TEST(BatchChecks, ANodeAloneIsCalledForABatchOfOne) {
  const Payload input = Payload::of(Numbers{});
  const Payload* const inputs[] = {&input};
  const Outcome outcome = make_node("t_several")->call(inputs, FakeContext{});
  EXPECT_EQ(outcome.kind, Outcome::Kind::Value);
}

}  // namespace
}  // namespace radflow::checking
