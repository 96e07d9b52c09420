// What nodes know of their values is heard while the graph is checked: nothing has to run.
#include <gmock/gmock.h>

#include "graph/build.hpp"
#include "graph/node.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/features.hpp"
#include "nodes/types/frame.hpp"

namespace radflow {
namespace {

using testing::HasSubstr;

// What is wrong with a graph that decodes and then has these nodes; "" if nothing.
std::string refusal(const std::string& nodes) {
  try {
    build_nodes(
        load_plan_text("sources: [phantom]\nnodes: [decode, " + nodes + "]\nsinks: [stdout]\n", "g.yaml"));
    return "";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

TEST(Known, AFeatureThatNeverComesIsFoundByTheCheck) {
  const std::string bins = "histogram: {bins: 4, range: [0, 10]}, ";
  EXPECT_EQ(refusal(bins + "filter: {field: histogram.3, min: 0}"), "");
  EXPECT_THAT(refusal(bins + "filter: {field: histogram.4, min: 0}"),
              AllOf(HasSubstr("there is no feature 'histogram.4'"), HasSubstr("the 4 are histogram.0, ")));
}

TEST(Known, CodesSayHowManyFeaturesThereAre) {
  const std::string lbp = "lbp: {points: 8, radius: 1, method: uniform}, ";
  EXPECT_EQ(refusal(lbp + "histogram, filter: {field: histogram.9, min: 0}"), "");
  EXPECT_THAT(refusal(lbp + "histogram, filter: {field: histogram.10, min: 0}"),
              HasSubstr("the 10 are histogram.0"));
  // It stays known behind nodes that pass on, or keep what values mean.
  EXPECT_THAT(refusal(lbp + "rotate: {angle: 10}, {filter: {modality: CT}, name: ct}, "
                            "histogram, filter: {field: histogram.10, min: 0}"),
              HasSubstr("the 10 are histogram.0"));
  EXPECT_EQ(refusal("histogram, filter: {field: histogram.999, min: 0}"), "")
      << "of these frames nothing is known";
}

TEST(Known, ConcatKnowsTheNamesOfAll) {
  const std::string both =
      "{histogram: {bins: 2, range: [0, 1]}, name: a, from: decode}, "
      "{histogram: {bins: 3, range: [0, 1]}, name: b, from: decode}, ";
  EXPECT_EQ(refusal(both + "{concat: , from: [a, b]}, filter: {field: b.2, min: 0}"), "");
  EXPECT_THAT(refusal(both + "{concat: , from: [a, b]}, filter: {field: b.3, min: 0}"),
              HasSubstr("the 5 are a.0, a.1, b.0, b.1, b.2"));
  EXPECT_THAT(refusal(both + "{concat: , from: [a, b, a]}"),
              HasSubstr("two inputs of concat have a feature a.0"));
}

TEST(Known, RoutesPassItOnByEveryOutput) {
  const std::string nodes = "histogram: {bins: 4, range: [0, 10]}, {route: {field: histogram.0, min: 0}}, ";
  for (const std::string output : {"route.matched", "route.other"})
    EXPECT_THAT(refusal(nodes + "{filter: {field: histogram.9, min: 0}, from: " + output + "}"),
                HasSubstr("the 4 are histogram.0"));
}

// Two features by two outputs, and what is known of each.
struct Twins {
  std::tuple<Features, Features> operator()(const Frame&) const {
    const auto one = [](const char* name) {
      return Features{std::make_shared<const std::vector<std::string>>(1, name), {0}, "", ""};
    };
    return {one("a"), one("b")};
  }
  Known known(int output) const { return Known{}.set(KnownFeatures{{output == 0 ? "a" : "b"}}); }
};
const Register<Twins> twins{NodeSpec{"test_twins", "Gives two features."}.outputs({"first", "second"})};

TEST(Known, EachOutputHasItsOwn) {
  const auto asks = [](const std::string& output, const std::string& field) {
    return refusal("test_twins, {filter: {field: " + field + ", min: 0}, from: test_twins." + output + "}");
  };
  EXPECT_EQ(asks("first", "a"), "");
  EXPECT_EQ(asks("second", "b"), "");
  EXPECT_THAT(asks("first", "b"), HasSubstr("the 1 are a"));
  EXPECT_THAT(asks("second", "a"), HasSubstr("the 1 are b"));
}

}  // namespace
}  // namespace radflow
