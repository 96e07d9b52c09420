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

TEST(Known, PixelsOfASizeThatIsSetAreAsMany) {
  const auto asks = [](const std::string& before, const std::string& field) {
    return refusal(before + "pixels, filter: {field: " + field + ", min: 0}");
  };
  const std::string resize = "resize: {width: 8, height: 4}, ";
  EXPECT_EQ(asks(resize, "pixels.31"), "");
  EXPECT_THAT(asks(resize, "pixels.32"), HasSubstr("the 32 are pixels.00, "));
  // The last size counts, and nodes that keep it pass it on, whatever becomes of the values.
  const std::string twice = "{resize: {width: 9, height: 9}, name: before}, " + resize;
  EXPECT_THAT(asks(twice, "pixels.32"), HasSubstr("the 32 are"));
  for (const std::string keeps :
       {"window: {center: 1, width: 2}", "normalize", "to_float", "to_grey", "flip", "rotate: {angle: 10}",
        "invert: {about: zero}", "lbp", "gaussian_blur", "median_blur", "filter: {modality: CT}"})
    EXPECT_THAT(asks(resize + "{" + keeps + ", name: between}, ", "pixels.32"), HasSubstr("the 32 are"))
        << keeps;
  EXPECT_EQ(asks("", "pixels.32"), "") << "objects are as large as they are";
  // Others change it.
  EXPECT_THAT(asks(resize + "pad: {margin: 1}, ", "pixels.99"), HasSubstr("the 60 are"));
  EXPECT_EQ(asks("pad: {width: 9}, ", "pixels.99"), "") << "larger frames stay as they are";
  EXPECT_THAT(asks("tile: {width: 5, height: 4}, ", "pixels.99"), HasSubstr("the 20 are"));
  EXPECT_EQ(asks(resize + "crop: {rectangle: [0, 0, 2, 2]}, ", "pixels.99"), "");
}

TEST(Known, PixelsThatAreTooManyAreFoundByTheCheck) {
  EXPECT_EQ(refusal("resize: {width: 256, height: 256}, pixels"), "");
  EXPECT_THAT(refusal("resize: {width: 256, height: 257}, pixels"),
              HasSubstr("pixels: takes up to 65536 pixels, and frames of 256 x 257 arrive"));
}

TEST(Known, HogAndHistogramByCellHaveNamesBeforeTheFirstFrame) {
  const std::string hog =
      "resize: {width: 16, height: 24}, hog: {cell: 8, block: 2, bins: 3}, ";  // two blocks of 12
  EXPECT_EQ(refusal(hog + "filter: {field: hog.23, min: 0}"), "");
  EXPECT_THAT(refusal(hog + "filter: {field: hog.24, min: 0}"), HasSubstr("the 24 are hog.00, "));
  EXPECT_THAT(refusal("resize: {width: 16, height: 8}, hog: {cell: 8, block: 2}"),
              HasSubstr("needs 16 x 16 pixels for one block, and frames of 16 x 8 arrive"));
  EXPECT_THAT(refusal("resize: {factor: 0.5}, hog: {}"), "") << "how large the frames are is not known";
  const std::string cells = "histogram: {bins: 2, range: [0, 9], grid: [1, 2]}, ";
  EXPECT_EQ(refusal(cells + "filter: {field: histogram.r0.c1.1, min: 0}"), "");
  EXPECT_THAT(refusal(cells + "filter: {field: histogram.r1.c0.0, min: 0}"),
              HasSubstr("the 4 are histogram.r0.c0.0"));
}

TEST(Known, WhatValuesMeanStaysKnownWhereOnlyTheirScaleChanges) {
  const std::string lbp = "lbp: {points: 8, radius: 1, method: uniform}, ";
  EXPECT_THAT(refusal(lbp + "resize: {width: 4, height: 4, interpolation: nearest}, histogram, "
                            "filter: {field: histogram.10, min: 0}"),
              HasSubstr("the 10 are histogram.0"));
  EXPECT_EQ(refusal(lbp + "normalize, histogram, filter: {field: histogram.10, min: 0}"), "")
      << "what is normalised has no codes";
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
