// What components refuse when they are made or checked, all of it at once.
#include <gmock/gmock.h>

#include "tests/graph/components.hpp"
#include "tests/graph/config/around.hpp"

namespace radflow::checking {
namespace {

// Refuses every property and one topic.
struct Checked : Out {
  using Out::Out;
  static std::vector<ParamError> check(const EndParams& params, const BuildInfo& info) {
    std::vector<ParamError> wrong;
    if (params.topic == "bad") wrong.emplace_back("topic", "is bad");
    for (const auto& [name, value] : info.properties) wrong.emplace_back(name, "is no property");
    return wrong;
  }
};
const RegisterSink<Checked, EndParams> checked{
    SinkSpec{"t_checked", "Is checked."}.param(&EndParams::topic, "topic", any(), "Where to.").free_params()};

TEST(Check, WhatAConstructorRefusesStandsAtItsParameter) {
  const Folder folder;
  folder.write("big.model", std::string(200, 'x'));
  const Plan plan = load_plan_text(around("  - t_measure\n  - t_judge: {model: big.model}\n", "  - t_out\n"),
                                   folder.file("g.yaml"));
  try {
    build_nodes(plan);
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_EQ(error.what(), folder.file("g.yaml") + ":5:22: t_judge.model: made for other features");
  }
}

// What is sound is built although something else is wrong: nobody mends a graph layer by layer.
TEST(Check, WhatIsWrongWithOneComponentHidesNothingOfAnother) {
  const Folder folder;
  folder.write("big.model", std::string(200, 'x'));
  const std::string file = folder.file("g.yaml");
  const auto all = [&](const std::string& nodes, const std::string& sink, const Overrides& overrides = {}) {
    try {
      load_plan_text(around(nodes, "  - t_out\n  - " + sink + "\n"), file, overrides);
      return std::string{};
    } catch (const ConfigError& error) {
      return std::string{error.what()};
    }
  };
  const std::string nodes = "  - t_smooth: {raduis: 1}\n  - t_measure\n  - t_judge: {model: big.model}\n";
  const std::string smooth = file + ":4:16: 't_smooth' has no parameter 'raduis'; did you mean 'radius'?\n";
  const std::string judge = file + ":6:22: t_judge.model: made for other features\n";
  EXPECT_EQ(all(nodes, "t_checked: {topic: bad, a.b: 1}"), smooth + judge + file +
                                                               ":9:24: t_checked.topic: is bad\n" + file +
                                                               ":9:29: t_checked.a.b: is no property");
  EXPECT_EQ(all(nodes, "t_checked: {topic: bad, topci: x, a.b: 1}"),
            smooth + judge + file + ":9:29: 't_checked' has no parameter 'topci'; did you mean 'topic'?\n" +
                file + ":9:39: t_checked.a.b: is no property")
      << "of what is not sound only the properties";
  EXPECT_EQ(all(nodes, "t_checked", {.training = true}) + "\n", smooth) << "the model is about to be made";
}

TEST(Check, ConnectorsAreCheckedWithoutBeingMade) {
  const Plan plan =
      load_plan_text("sources: [t_in]\nsinks:\n  - t_checked: {topic: bad, c.d: 2, a.b: 1}\n", "g.yaml");
  const auto wrong = [&](auto&& check) -> std::string {
    try {
      check();
      return "";
    } catch (const ConfigError& error) {
      return error.what();
    }
  };
  const std::string all =
      "g.yaml:3:24: t_checked.topic: is bad\ng.yaml:3:29: t_checked.c.d: is no property\n"
      "g.yaml:3:37: t_checked.a.b: is no property";
  EXPECT_EQ(wrong([&] { check_connectors(plan); }), all);
  std::vector<std::unique_ptr<Source>> sources;
  std::vector<std::unique_ptr<Sink>> sinks;
  EXPECT_EQ(wrong([&] { build_connectors(plan, sources, sinks); }), all);
  EXPECT_TRUE(sources.empty()) << "nothing is made of a graph that is refused";
}

}  // namespace
}  // namespace radflow::checking
