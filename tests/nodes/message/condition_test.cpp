// What `filter` and `route` ask, in a graph and of a message.
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "graph/build.hpp"
#include "nodes/classify/fit.hpp"
#include "nodes/types/prediction.hpp"
#include "tests/nodes/classify/training.hpp"
#include "tests/nodes/frames.hpp"

namespace radflow {
namespace {

using testing::HasSubstr;

// What is wrong with a graph of these nodes; they begin at line 3.
std::string refusal(const std::string& nodes, const std::string& folder = ".") {
  try {
    build_nodes(
        load_plan_text("sources: [phantom]\nnodes:\n" + nodes + "sinks: [stdout]\n", folder + "/g.yaml"));
    return "";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

Outcome ask(const std::string& yaml, Payload payload, const FakeContext& context = {}) {
  const auto node = make_node(yaml);
  const Payload* input = &payload;
  return node->call({&input, 1}, context);
}

// A filter, of which a header, an identifier or a modality that a message lacks is nothing unusual.
bool passes(const std::string& condition, const FakeContext& context = {}, const Frame& frame = {}) {
  const Outcome outcome = ask("filter: {" + condition + "}", Payload::of(frame), context);
  EXPECT_EQ(outcome.error, nullptr);
  return outcome.kind == Outcome::Kind::Value;
}

Payload features() {
  return Payload::of(Features{std::make_shared<const std::vector<std::string>>(
                                  std::vector<std::string>{"histogram.00", "histogram.01", "histogram.15"}),
                              {0.25, std::nan(""), 4},
                              "HU",
                              "MONOCHROME2"});
}

TEST(Condition, WhatAMessageLacksDoesNotMatch) {
  FakeContext context;
  EXPECT_FALSE(passes("header: site, equals: [a]", context));
  context.the_record.headers = {{"site", "a"}};
  EXPECT_TRUE(passes("header: site, equals: [b, a]", context));
  EXPECT_FALSE(passes("id: SeriesInstanceUID, equals: ['1.2']", context));
  context.the_identity.ids = {{"SeriesInstanceUID", "1.2"}};
  EXPECT_TRUE(passes("id: SeriesInstanceUID, equals: ['1.2']", context));
  EXPECT_FALSE(passes("modality: [CT]", context));
}

TEST(Condition, AModalityIsAskedForInEitherCase) {
  EXPECT_TRUE(passes("modality: [mr, ct]", {}, Frame{.modality = "CT"}));
  EXPECT_FALSE(passes("modality: [mr]", {}, Frame{.modality = "CT"}));
}

TEST(Condition, AModalityThatDicomDoesNotKnowIsRefused) {
  EXPECT_EQ(
      refusal("  - decode\n  - filter: {modality: [CT, RTSTRUC]}\n"),
      "./g.yaml:4:24: filter.modality: 'RTSTRUC' is no modality of DICOM; did you mean 'RTSTRUCT'?; a code "
      "of your own is asked for by `id: Modality, equals: [RTSTRUC]`");
}

TEST(Condition, AnIdentifierThatIsNearlyOneIsRefused) {
  EXPECT_EQ(
      refusal("  - decode\n  - filter: {id: SeriesInstanceUDI, equals: ['1.2']}\n"),
      "./g.yaml:4:18: filter.id: 'SeriesInstanceUDI' is no identifier that `decode` reads; did you mean "
      "'SeriesInstanceUID'?");
  EXPECT_EQ(refusal("  - decode\n  - filter: {id: SiteNumber, equals: ['1']}\n"), "") << "another decoder's";
}

TEST(Condition, WhatDecodeReadsIsNotAskedOfARecordAsItCame) {
  EXPECT_EQ(refusal("  - filter: {modality: [CT]}\n  - decode\n"),
            "./g.yaml:3:24: filter.modality: asks what `decode` reads, and records arrive here as they came: "
            "nothing would ever match; put it behind `decode`, or ask a `header`");
  EXPECT_EQ(refusal("  - filter: {header: site, equals: [a]}\n  - decode\n"), "");
  EXPECT_EQ(refusal("  - decode\n  - encode\n  - filter: {modality: [CT]}\n"), "");
}

TEST(Condition, ALabelIsAskedOfPredictionsAndAFeatureOfFeatures) {
  EXPECT_EQ(
      refusal("  - decode\n  - filter: {label: [ill]}\n  - filter: {name: b, min_probability: 0.5}\n"
              "  - filter: {name: c, field: mean, min: 0}\n"),
      "./g.yaml:4:21: filter.label: asks prediction, and frame arrives here: nothing would ever match; put "
      "it behind `classify`\n"
      "./g.yaml:5:40: b.min_probability: asks prediction, and frame arrives here: nothing would ever match; "
      "put it behind `classify`\n"
      "./g.yaml:6:30: c.field: asks features, and frame arrives here: nothing would ever match; take the "
      "input from a node that makes features (`from: NODE`): histogram, concat");
  EXPECT_EQ(refusal("  - decode\n  - histogram\n  - filter: {field: histogram.000, min: 0}\n"), "");
}

TEST(Condition, ALabelIsOneOfTheModelsClassesAlsoBehindAnotherCondition) {
  const std::string folder = testing::TempDir() + "radflow_condition_" + std::to_string(getpid());
  std::filesystem::create_directories(folder);
  const std::string before = "  - decode\n  - histogram: {bins: 2, range: [0, 1]}\n";
  const Plan plan = load_plan_text(
      "sources: [phantom]\nnodes:\n" + before + "  - filter: {modality: [CT]}\nsinks: [stdout]\n",
      folder + "/g.yaml");
  const auto names = std::make_shared<const std::vector<std::string>>(
      std::vector<std::string>{"histogram.0", "histogram.1"});
  std::vector<Sample> samples;
  for (int i = 0; i < 20; ++i)
    samples.push_back(
        {{names, {i % 2 + 0.01 * i, 1}, "HU", "MONOCHROME2"}, i % 2 ? "lesion" : "normal", "sample"});
  std::ofstream{folder + "/m.model", std::ios::binary}
      << fit_model(samples, training({.trees = 1}), plan.nodes[2].info);
  const std::string classified = before + "  - classify: {model: m.model}\n";
  EXPECT_EQ(
      refusal(classified + "  - filter: {label: [lesoin]}\n", folder),
      folder +
          "/g.yaml:6:21: filter.label: 'lesoin' is none of the model's classes: lesion, normal; did you "
          "mean 'lesion'?");
  EXPECT_THAT(
      refusal(classified + "  - filter: {min_probability: 0.1}\n  - filter: {name: b, label: [x]}\n", folder),
      HasSubstr("b.label: 'x' is none of the model's classes"));
  EXPECT_EQ(refusal(classified + "  - filter: {label: [lesion]}\n", folder), "");
  std::filesystem::remove_all(folder);
}

TEST(Condition, AFeatureOfAnotherNameIsAnErrorOfTheRecord) {
  for (const char* node : {"filter", "route"}) {
    const Outcome outcome = ask(std::string{node} + ": {field: histogram.001, min: 0}", features());
    ASSERT_NE(outcome.error, nullptr) << node;
    EXPECT_EQ(outcome.error->reason, "no_such_feature");
    EXPECT_EQ(outcome.error->detail,
              "there is no feature 'histogram.001'; did you mean 'histogram.00'?; the 3 are histogram.00, "
              "histogram.01, histogram.15");
  }
}

TEST(Condition, BoundsOfAFeature) {
  const auto kind = [](const std::string& condition) {
    return ask("filter: {field: " + condition + "}", features()).kind;
  };
  EXPECT_EQ(kind("histogram.00, min: 0.25, max: 0.25"), Outcome::Kind::Value);
  EXPECT_EQ(kind("histogram.00, min: 0.3"), Outcome::Kind::Filtered);
  EXPECT_EQ(kind("histogram.01, max: 9"), Outcome::Kind::Filtered) << "not a number";
  EXPECT_EQ(ask("route: {field: histogram.15, min: 5}", features()).port, 1);
}

}  // namespace
}  // namespace radflow
