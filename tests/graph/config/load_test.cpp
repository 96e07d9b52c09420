// What a right graph becomes: wiring, names, parameters, properties, encoders.
#include <gmock/gmock.h>

#include "tests/graph/components.hpp"

namespace radflow::checking {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(LoadPlan, WiresEachNodeToTheOneBefore) {
  const Plan plan = load_plan_text(R"(
graph: chain
memory: 64MiB
drain: 5s
workers: 3
http: {listen: 127.0.0.1:9999}
sources: [t_in]
nodes:
  - t_open
  - t_smooth: {radius: 3}
  - t_measure:
sinks: [t_out]
)",
                                   "folder/g.yaml");
  EXPECT_EQ(plan.info.name, "chain");
  EXPECT_EQ(plan.memory_bytes, 64 << 20);
  EXPECT_EQ(plan.drain_ms, 5000);
  EXPECT_EQ(plan.workers, 3);
  EXPECT_EQ(plan.http_listen, "127.0.0.1:9999");
  EXPECT_THAT(names(plan.nodes), ElementsAre("t_open", "t_smooth", "t_measure", "encode"));
  EXPECT_EQ(inputs(plan, plan.nodes[0]), "sources");
  EXPECT_EQ(inputs(plan, plan.nodes[2]), "t_smooth");
  EXPECT_EQ(inputs(plan, plan.nodes[3]), "t_measure");
  EXPECT_EQ(inputs(plan, plan.sinks[0]), "encode");
  EXPECT_EQ(plan.nodes[1].spec->param("radius")->get(plan.nodes[1].params.get()), "3");
  EXPECT_EQ(plan.nodes[1].info.folder, "folder");
  EXPECT_EQ(plan.nodes[1].info.graph, "chain");
  EXPECT_EQ(plan.nodes[1].info.name, "t_smooth");
}

TEST(LoadPlan, TakesNameAndFromInsideTheMapAndBesideIt) {
  const Plan plan = load_plan_text(R"(
sources: [t_in]
nodes:
  - t_open:
  - t_smooth:
      radius: 1
      name: soft
      concurrency: 4
  - t_measure:
    name: a
    from: t_open
  - t_measure: {name: b, from: soft}
    on_error: drop
  - t_gather:
    from: [a, b]
sinks:
  - t_out: {topic: results}
    order: partition
  - t_out: {topic: dead}
    from: errors
)",
                                   "g.yaml");
  EXPECT_EQ(plan.nodes[1].name, "soft");
  EXPECT_EQ(plan.nodes[1].concurrency, 4);
  EXPECT_EQ(inputs(plan, plan.nodes[2]), "t_open");
  EXPECT_EQ(inputs(plan, plan.nodes[3]), "soft");
  EXPECT_EQ(plan.nodes[3].on_error, OnError::Drop);
  EXPECT_EQ(plan.nodes[0].on_error, OnError::DeadLetter);
  EXPECT_EQ(inputs(plan, plan.nodes[4]), "a, b");
  EXPECT_EQ(plan.sinks[0].order, Order::Partition);
  EXPECT_EQ(plan.sinks[1].name, "errors");
  EXPECT_TRUE(plan.sinks[1].errors);
  EXPECT_TRUE(plan.sinks[1].inputs.empty());
  EXPECT_EQ(plan.sinks[1].order, Order::None);
}

TEST(LoadPlan, StopsAtAnErrorIfNoSinkTakesDeadLetters) {
  const Plan plan = load_plan_text("{sources: [t_in], nodes: [t_open], sinks: [t_wall]}", "g.yaml");
  EXPECT_EQ(plan.nodes[0].on_error, OnError::Stop);
}

TEST(LoadPlan, BindsNamedPortsInTheirOrder) {
  const Plan plan = load_plan_text(R"(
sources: [t_in]
nodes:
  - t_open
  - t_smooth
  - t_overlay:
    from: {mask: t_smooth, image: t_open}
sinks: [t_wall]
)",
                                   "g.yaml");
  EXPECT_EQ(inputs(plan, plan.nodes[2]), "t_open, t_smooth");
}

TEST(LoadPlan, PutsNodesIntoTopologicalOrder) {
  const Plan plan = load_plan_text(R"(
sources: [t_in]
nodes:
  - t_measure: {from: t_smooth}
  - t_smooth: {from: t_open}
  - t_open: {from: sources}
sinks:
  - t_out: {from: t_measure}
)",
                                   "g.yaml");
  EXPECT_THAT(names(plan.nodes), ElementsAre("t_open", "t_smooth", "t_measure", "encode"));
  EXPECT_EQ(inputs(plan, plan.nodes[2]), "t_smooth");
}

TEST(LoadPlan, PassesRecordsThroughWithoutNodes) {
  const Plan plan = load_plan_text("{sources: [t_in], sinks: [t_out]}", "pass.yaml");
  EXPECT_TRUE(plan.nodes.empty());
  EXPECT_EQ(inputs(plan, plan.sinks[0]), "sources");
  EXPECT_EQ(plan.info.name, "pass");
}

TEST(LoadPlan, SharesOneEncoderBetweenSinksOfOneNode) {
  const Plan plan = load_plan_text(R"(
sources: [t_in]
nodes:
  - t_open
  - t_measure
sinks:
  - t_out: {name: a}
  - t_out: {name: b, from: [t_measure, t_open]}
  - t_wall: {from: t_open}
)",
                                   "g.yaml");
  EXPECT_THAT(names(plan.nodes), ElementsAre("t_open", "t_measure", "encode", "encode_t_open"));
  EXPECT_EQ(inputs(plan, plan.sinks[0]), "encode");
  EXPECT_EQ(inputs(plan, plan.sinks[1]), "encode, encode_t_open");
  EXPECT_EQ(inputs(plan, plan.sinks[2]), "t_open");
}

TEST(LoadPlan, KeepsKeysWithADotAsProperties) {
  const Plan plan =
      load_plan_text("{sources: [t_in: {topic: x, fetch.wait.max.ms: 5}], sinks: [t_out]}", "g.yaml");
  EXPECT_THAT(plan.sources[0].info.properties, ElementsAre(Pair("fetch.wait.max.ms", "5")));
}

TEST(LoadPlan, ReadsTheSharedKafkaBlockBeforeAComponentsOwn) {
  const Plan plan = load_plan_text(R"(
kafka: {bootstrap.servers: "localhost:1", acks: 1}
sources: [kafka: {topic: x, bootstrap.servers: "localhost:2"}]
sinks: [t_out]
)",
                                   "g.yaml");
  EXPECT_THAT(plan.sources[0].info.properties,
              ElementsAre(Pair("bootstrap.servers", "localhost:1"), Pair("acks", "1"),
                          Pair("bootstrap.servers", "localhost:2")));
}

TEST(LoadPlan, LoadsFiveHundredNodesInWellUnderASecond) {
  std::string yaml = "sources: [t_in]\nnodes:\n  - t_open\n";
  for (int i = 0; i < 498; ++i) yaml += "  - t_smooth: {name: s" + std::to_string(i) + "}\n";
  yaml += "  - t_measure\nsinks: [t_out]\n";
  const auto start = std::chrono::steady_clock::now();
  const Plan plan = load_plan_text(yaml, "g.yaml");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{1});
  EXPECT_EQ(plan.nodes.size(), 501u);
}

TEST(MakeNode, BuildsOneNodeFromYaml) {
  EXPECT_NE(make_node("t_smooth: {radius: 8}"), nullptr);
  EXPECT_NE(make_node("t_open"), nullptr);
  try {
    make_node("t_smooth: {radius: 80}");
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_STREQ(error.what(), "node:1:20: t_smooth.radius: 80 is out of range: 0 to 10");
  }
}

}  // namespace
}  // namespace radflow::checking
