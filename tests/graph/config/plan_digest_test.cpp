// The digest of a graph changes with what changes results, and with nothing else.
#include "tests/graph/components.hpp"

namespace radflow::checking {
namespace {

std::string digest(const std::string& nodes, const std::string& sinks = "[t_out]",
                   const std::string& rest = "") {
  return load_plan_text("sources: [t_in]\nnodes: " + nodes + "\nsinks: " + sinks + "\n" + rest, "g.yaml")
      .info.digest;
}

TEST(PlanDigest, IsOfNodesAndParametersIncludingDefaults) {
  const std::string base = digest("[t_open, t_smooth]");
  EXPECT_TRUE(base.starts_with("xxh3:")) << base;
  EXPECT_EQ(base.size(), 5u + 32u);
  EXPECT_EQ(digest("[t_open, t_smooth: {border: reflect, radius: 2}]"), base);
  EXPECT_NE(digest("[t_open, t_smooth: {radius: 3}]"), base);
  EXPECT_NE(digest("[t_open, t_smooth: {limit: 0.5}]"), base);
  EXPECT_NE(digest("[t_open, t_keep]"), base);
  EXPECT_NE(digest("[t_open, t_smooth, t_keep]"), base);
}

TEST(PlanDigest, LeavesOutConnectorsConcurrencyAndErrorHandling) {
  const std::string base = digest("[t_open, t_smooth]");
  EXPECT_EQ(digest("[t_open, t_smooth: {concurrency: 7, on_error: drop}]"), base);
  EXPECT_EQ(digest("[t_open, t_smooth]", "[t_wall]"), base);
  EXPECT_EQ(digest("[t_open, t_smooth]", "[t_out: {topic: x}, t_out: {from: errors}]",
                   "memory: 1GiB\nworkers: 3\n"),
            base);
}

TEST(PlanDigest, CoversTheWiring) {
  EXPECT_NE(digest("[t_open, t_smooth, t_overlay: {from: {image: t_open, mask: t_smooth}}]"),
            digest("[t_open, t_smooth, t_overlay: {from: {image: t_smooth, mask: t_open}}]"));
}

TEST(PlanDigest, CoversTheBytesOfAModelAndNotItsPathOrTraining) {
  const Folder folder;
  folder.write("a.model", "1");
  folder.write("b.model", "1");
  folder.write("c.model", "2");
  const auto with = [&](const std::string& model) {
    return digest("[t_open, t_measure, t_judge: {model: " + folder.file(model) + "}]");
  };
  EXPECT_EQ(with("a.model"), with("b.model"));
  EXPECT_NE(with("a.model"), with("c.model"));
  EXPECT_EQ(with("a.model"), with("a.model, train: {trees: 7}"));
}

TEST(PlanDigest, SaysForAPersonWhatIsUpstream) {
  const Plan plan = load_plan_text(R"(
sources: [t_in]
nodes:
  - t_open
  - t_smooth: {radius: 3}
    name: soft
  - t_measure: {name: a}
  - t_measure: {name: b, from: t_open}
  - t_gather: {from: [a, b]}
  - t_keep: {from: a}
sinks: [t_out: {from: [t_gather, t_keep]}]
)",
                                   "g.yaml");
  EXPECT_EQ(plan.nodes[0].info.upstream, "");
  EXPECT_EQ(plan.nodes[4].info.upstream,
            "t_open: {}\n"
            "soft (t_smooth): {border: reflect, radius: 3}\n"
            "a (t_measure): {}\n"
            "b (t_measure): {} <- t_open\n");
  EXPECT_EQ(plan.nodes[5].info.upstream,
            "t_open: {}\n"
            "soft (t_smooth): {border: reflect, radius: 3}\n"
            "a (t_measure): {}\n");
  EXPECT_NE(plan.nodes[4].info.upstream_digest, plan.nodes[5].info.upstream_digest);
}

TEST(PlanDigest, TrainingDoesNotNeedTheModel) {
  EXPECT_EQ(
      errors("{sources: [t_in], nodes: [t_open, t_measure, t_judge: {model: none.model}], sinks: [t_out]}",
             {.training = true}),
      "");
  EXPECT_EQ(
      errors("{sources: [t_in], nodes: [t_open, t_measure, t_judge], sinks: [t_out]}", {.training = true}),
      "");
}

}  // namespace
}  // namespace radflow::checking
