// What a connector's specification adds to graph files: a block of shared properties, and how stand-ins treat it.
#include <gmock/gmock.h>

#include "graph/config/taken_over.hpp"
#include "tests/graph/components.hpp"

namespace radflow::checking {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

const SharedBlock block{"t_queue", "properties such as {t.server: here:1}", "Shared.", "t.server"};
const RegisterSource<In, EndParams> source{
    SourceSpec{"t_queue", "Reads queues."}.free_params().shared_block(block).goes_on()};
const RegisterSink<Out, EndParams> sink{
    SinkSpec{"t_queue", "Writes queues."}.free_params().shared_block(block)};

constexpr std::string_view graph = R"(
t_queue: {t.server: here, t.size: 1}
sources: [t_queue: {t.size: 2}]
sinks: [t_queue, t_out: {from: errors}]
)";

TEST(SharedBlock, ReachesTheConnectorsThatNameIt) {
  const Plan plan = load_plan_text(graph, "g.yaml", {.set = {"t_queue.t.more=3"}});
  EXPECT_THAT(plan.sources[0].info.properties, ElementsAre(Pair("t.server", "here"), Pair("t.size", "1"),
                                                           Pair("t.more", "3"), Pair("t.size", "2")));
  EXPECT_THAT(plan.sinks[0].info.properties,
              ElementsAre(Pair("t.server", "here"), Pair("t.size", "1"), Pair("t.more", "3")));
  EXPECT_TRUE(plan.sinks[1].info.properties.empty()) << "which shares no block";
  EXPECT_EQ(plan.sources[0].param_marks.front().first, "t.server");
}

TEST(SharedBlock, IsCheckedAsAnyKey) {
  const std::string rest = "\nsources: [t_queue]\nsinks: [t_queue]\n";
  EXPECT_EQ(errors("t_queue: 5" + rest),
            "g.yaml:1:10: t_queue: expected a map of properties such as {t.server: here:1}");
  EXPECT_EQ(errors("t_queue: {t.size: [1]}" + rest), "g.yaml:1:11: t_queue.t.size: expected one value");
  EXPECT_EQ(errors("t_queeu: {t.size: 1}" + rest),
            "g.yaml:1:1: a graph has no key 't_queeu'; did you mean 't_queue'?");
  EXPECT_EQ(errors("graph: g" + rest, {.set = {"t_queue=1"}}), "--set t_queue: expected t_queue.KEY=VALUE");
}

TEST(SharedBlock, OfNobodyMayNameVariablesThatAreNotSet) {
  unsetenv("RADFLOW_TEST_UNSET");
  const std::string given = "t_queue: {t.server: '${RADFLOW_TEST_UNSET}'}\n";
  EXPECT_NE(errors(given + "sources: [t_queue]\nsinks: [t_out]\n"), "");
  EXPECT_EQ(errors(given + "sources: [t_in]\nsinks: [t_out]\n"), "");
}

TEST(StandIns, AreContinuedWhereASourceGoesOn) {
  std::vector<std::pair<bool, bool>> asked;
  const auto stand_in = [&](const ReplacedSink& replaced) {
    asked.emplace_back(replaced.errors, replaced.continued);
    return StandIn{"--somewhere", "t_out", {{"topic", replaced.errors ? "bad" : "good"}}};
  };
  const Plan plan = load_plan_text(graph, "g.yaml", {.sink = stand_in});
  ASSERT_THAT(names(plan.sinks), ElementsAre("t_queue", "errors"));
  EXPECT_EQ(plan.sinks[0].param_text("topic"), "good");
  EXPECT_EQ(plan.sinks[1].param_text("topic"), "bad");
  EXPECT_EQ(asked.back(), std::pair(true, true));
  load_plan_text(graph, "g.yaml", {.sink = stand_in, .replay = true});
  EXPECT_EQ(asked.back(), std::pair(true, false));
  const StandIn other{"--elsewhere", "t_in", {{"topc", "x"}}};
  EXPECT_EQ(errors(graph, {.source = other}),
            "--elsewhere: 't_in' has no parameter 'topc'; did you mean 'topic'?");
}

TEST(StandIns, TakeOverWhatTheSourcesOfTheirTypeSay) {
  const StandIn input{"--input", "t_in", {{"topic", std::string{taken_over}}}};
  const auto topic = [&](const std::string& sources) {
    const Plan plan =
        load_plan_text("sources: [" + sources + "]\nsinks: [t_out]\n", "g.yaml", {.source = input});
    return plan.sources.at(0).param_text("topic");
  };
  EXPECT_EQ(topic("t_in: {topic: masks}"), "masks");
  EXPECT_EQ(topic("{t_in: {topic: masks}, name: a}, {t_in: {topic: masks}, name: b}"), "masks");
  EXPECT_EQ(topic("t_in"), topic("t_queue")) << "nothing is said";
  for (const std::string sources :
       {"{t_in: {topic: masks}, name: a}, {t_in: {topic: others}, name: b}",
        "{t_in: {topic: masks}, name: a}, {t_in: {}, name: b}", "t_in: {topic: masks}, t_queue: {}"})
    EXPECT_EQ(
        errors("sources: [" + sources + "]\nsinks: [t_out]\n", {.source = input}),
        "--input: it stands in for 2 sources that say different things of `topic`: leave one of them in the "
        "graph, or give them the same")
        << sources;
}

}  // namespace
}  // namespace radflow::checking
