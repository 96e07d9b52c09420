// What --set, --input and --output make of a graph.
#include <gmock/gmock.h>

#include "connectors/stand_in.hpp"
#include "tests/graph/components.hpp"

namespace radflow::checking {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

constexpr std::string_view graph = R"(
kafka: {acks: 1}
sources: [t_in]
nodes:
  - t_open
  - t_smooth: {radius: 3}
    name: soft
    concurrency: 2
  - t_measure
sinks:
  - t_out
  - t_out:
    from: errors
)";

Plan load(std::vector<std::string> set) { return load_plan_text(graph, "g.yaml", {.set = std::move(set)}); }
std::string wrong(std::string set) { return errors(graph, {.set = {std::move(set)}}); }
std::string param(const ComponentPlan& component, std::string_view name) {
  return component.spec->param(name)->get(component.params.get());
}

TEST(Overrides, SetChangesAndAddsParameters) {
  const Plan plan = load({"nodes.soft.radius=5", "nodes.soft.border=zero", "nodes.soft.concurrency=8",
                          "sinks.t_out.topic=other", "sinks.errors.topic=dead", "sources.t_in.topic=in",
                          "sources.t_in.fetch.wait.max.ms=7"});
  EXPECT_EQ(param(plan.nodes[1], "radius"), "5");
  EXPECT_EQ(param(plan.nodes[1], "border"), "zero");
  EXPECT_EQ(plan.nodes[1].concurrency, 8);
  EXPECT_EQ(param(plan.sinks[0], "topic"), "other");
  EXPECT_EQ(param(plan.sinks[1], "topic"), "dead");
  EXPECT_EQ(param(plan.sources[0], "topic"), "in");
  EXPECT_THAT(plan.sources[0].info.properties, ElementsAre(Pair("fetch.wait.max.ms", "7")));
}

TEST(Overrides, SetChangesTopLevelValues) {
  const Plan plan = load({"graph=other", "memory=1GiB", "http.listen=127.0.0.1:1", "drain=1s", "workers=7"});
  EXPECT_EQ(plan.info.name, "other");
  EXPECT_EQ(plan.memory_bytes, std::int64_t{1} << 30);
  EXPECT_EQ(plan.http_listen, "127.0.0.1:1");
  EXPECT_EQ(plan.drain_ms, 1000);
  EXPECT_EQ(plan.workers, 7);
}

TEST(Overrides, SetReachesNestedParameters) {
  EXPECT_EQ(
      errors(
          "{sources: [t_in], nodes: [t_open, t_measure, t_judge: {model: /etc/hostname, train: {trees: 5}}], "
          "sinks: [t_out]}",
          {.set = {"nodes.t_judge.train.trees=5000"}}),
      "--set nodes.t_judge.train.trees: t_judge.train.trees: 5000 is out of range: 1 to 1000");
}

TEST(Overrides, SetSaysWhatIsNear) {
  EXPECT_EQ(wrong("nodes.sotf.radius=5"),
            "--set nodes.sotf.radius: there is nothing named 'sotf' in nodes; did you mean "
            "'soft'?");
  EXPECT_EQ(wrong("sinks.x.topic=5"),
            "--set sinks.x.topic: there is nothing named 'x' in sinks; there are t_out, errors");
  EXPECT_EQ(wrong("nodes.soft.raduis=5"),
            "--set nodes.soft.raduis: 't_smooth' has no parameter 'raduis'; did you mean "
            "'radius'?");
  EXPECT_EQ(wrong("nodes.soft.radius=50"),
            "--set nodes.soft.radius: t_smooth.radius: 50 is out of range: 0 to 10");
  EXPECT_EQ(wrong("nodes.soft"), "--set nodes.soft: expected PATH=VALUE such as nodes.resize.width=128");
  EXPECT_EQ(wrong("nodes.soft=1"), "--set nodes.soft: expected nodes.NAME.PARAMETER=VALUE");
  EXPECT_EQ(wrong("node.soft.radius=1"),
            "--set node.soft.radius: there is nothing named 'node'; did you mean 'nodes'?");
  EXPECT_EQ(wrong("memroy=1"), "--set memroy: a graph has no key 'memroy'; did you mean 'memory'?");
  EXPECT_EQ(wrong("kafka=1"), "--set kafka: expected kafka.KEY=VALUE");
}

TEST(Overrides, SetSaysThatWhatHasNoTypeHasNoParameters) {
  const auto wrong = [](const std::string& nodes, const std::string& set) {
    return errors("{sources: [t_in], nodes: " + nodes + ", sinks: [t_wall]}", {.set = {set}});
  };
  EXPECT_THAT(wrong("[{name: foo}]", "nodes.foo.x=1"),
              testing::HasSubstr("--set nodes.foo.x: 'foo' in nodes has no type, so it has no parameters"));
  EXPECT_THAT(wrong("[{name: foo, from: t_in}]", "nodes.foo.x=1"), testing::HasSubstr("has no type"));
  for (const char* nameless : {"[null]", "[{}]", "[[t_open]]", "[{from: t_in}]"})
    EXPECT_THAT(wrong(nameless, "nodes..x=1"), testing::HasSubstr("--set nodes..x: '' in nodes has no type"))
        << nameless;
}

TEST(Overrides, InputStandsInForTheSources) {
  const Folder folder;
  const Plan plan = load_plan_text(graph, "g.yaml", {.source = files_at(folder.path.string())});
  ASSERT_EQ(plan.sources.size(), 1u);
  EXPECT_EQ(plan.sources[0].spec->name, "files");
  EXPECT_EQ(param(plan.sources[0], "path"), folder.path.string());
}

TEST(Overrides, VariablesMatterOnlyWhereTheyAreUsed) {
  unsetenv("RADFLOW_TEST_UNSET");
  constexpr std::string_view yaml = R"(
kafka:
  bootstrap.servers: ${RADFLOW_TEST_UNSET}
sources:
  - t_in:
      topic: ${RADFLOW_TEST_UNSET}
nodes: [t_open]
sinks: [t_wall]
)";
  const std::string here =
      ": environment variable RADFLOW_TEST_UNSET is not set; set it or write ${RADFLOW_TEST_UNSET:-default}";
  EXPECT_EQ(errors(yaml), "g.yaml:6:14" + here);  // no Kafka connector reads the kafka block
  EXPECT_EQ(errors(yaml, {.source = files_at("/tmp")}), "");
  EXPECT_EQ(errors(yaml, {.set = {"sources.t_in.topic=x"}}), "");
}

TEST(Overrides, OutputStandsInForTheSinks) {
  const Plan plan = load_plan_text(graph, "g.yaml", {.sink = lines_at("/tmp/out.ndjson")});
  ASSERT_THAT(names(plan.sinks), ElementsAre("t_out", "errors"));
  EXPECT_EQ(param(plan.sinks[0], "path"), "/tmp/out.ndjson");
  EXPECT_EQ(param(plan.sinks[0], "if_exists"), "overwrite");
  EXPECT_EQ(inputs(plan, plan.sinks[0]), "encode");
  EXPECT_EQ(param(plan.sinks[1], "path"), "/tmp/out.errors.ndjson");
  EXPECT_TRUE(plan.sinks[1].errors);
}

TEST(Overrides, OutputAddsADeadLetterSink) {
  const Plan plan = load_plan_text("{sources: [t_in], nodes: [t_open], sinks: [t_wall]}", "g.yaml",
                                   {.sink = lines_at("/tmp/o")});
  EXPECT_THAT(names(plan.sinks), ElementsAre("t_wall", "errors"));
  EXPECT_EQ(param(plan.sinks[1], "path"), "/tmp/o.errors.ndjson");
  EXPECT_EQ(plan.nodes[0].on_error, OnError::DeadLetter);
}

// Whatever the sources and the delivery: what is read again is written anew, and belongs to no transaction.
TEST(Overrides, AReplayIsAtLeastOnceAndItsOutputNew) {
  const char* kafka_graph = R"(
delivery: exactly_once
sources: [{kafka: {topic: t, bootstrap.servers: 'h:1'}}]
nodes: [t_open]
sinks: [{kafka: {topic: r, bootstrap.servers: 'h:1'}}]
)";
  EXPECT_EQ(load_plan_text(kafka_graph, "g.yaml").delivery, Delivery::ExactlyOnce);
  EXPECT_EQ(load_plan_text(kafka_graph, "g.yaml", {.replay = true}).delivery, Delivery::AtLeastOnce);
  const auto planned = [&](bool replay) {
    return load_plan_text(kafka_graph, "g.yaml", {.sink = lines_at("/tmp/o"), .replay = replay});
  };
  const auto if_exists = [&](bool replay) { return param(planned(replay).sinks[0], "if_exists"); };
  EXPECT_EQ(if_exists(false), "append");
  EXPECT_EQ(if_exists(true), "overwrite");
  ASSERT_EQ(planned(false).warnings.size(), 1u);
  EXPECT_EQ(
      planned(false).warnings[0].str(),
      "--output: what stands in for the sinks knows no transactions: this run delivers at least once, not "
      "exactly_once");
  EXPECT_EQ(planned(true).warnings.size(), 0u) << "radflow replay says so itself";
}

}  // namespace
}  // namespace radflow::checking
