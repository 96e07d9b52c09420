// The threshold by each rule, by hand; that it comes from samples which did not fit the model, and that classify applies it.
#include "nodes/classify/threshold.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "graph/node.hpp"
#include "nodes/classify/fit.hpp"
#include "nodes/types/prediction.hpp"
#include "tests/fake_context.hpp"
#include "tests/nodes/classify/stated_problem.hpp"

namespace radflow {
namespace {

using testing::HasSubstr;

// Negatives at .1 .2 .4 .6, positives at .3 .5 .7 .9 .9.
Threshold chosen(const ThresholdParams& params) {
  return choose_threshold(params, {.1, .2, .4, .6, .3, .5, .7, .9, .9},
                          {false, false, false, false, true, true, true, true, true});
}

TEST(DecisionThreshold, ByHand) {
  // From .65 on: 3 of 5 and 4 of 4; from .25 on: 5 of 5 and 2 of 4; from .45 on: 4 of 5 and 3 of 4: 1.6, 1.5, 1.55.
  const Threshold youden = chosen({.positive = "ill"});
  EXPECT_DOUBLE_EQ(youden.value, .65);
  EXPECT_DOUBLE_EQ(youden.sensitivity, 3.0 / 5);
  EXPECT_DOUBLE_EQ(youden.specificity, 1);
  EXPECT_EQ(youden.positive, "ill");
  const Threshold sensitive = chosen({.rule = ThresholdRule::Sensitivity, .least = .75});
  EXPECT_DOUBLE_EQ(sensitive.value, .45);
  EXPECT_DOUBLE_EQ(sensitive.specificity, 3.0 / 4);
  EXPECT_DOUBLE_EQ(chosen({.rule = ThresholdRule::Sensitivity, .least = 1}).value, .25);
  EXPECT_DOUBLE_EQ(chosen({.rule = ThresholdRule::Specificity, .least = .7}).value, .45);
  // A miss of 10 false alarms: none is missed, at two false alarms. A miss of a tenth: no false alarm.
  EXPECT_DOUBLE_EQ(chosen({.rule = ThresholdRule::Cost, .miss = 10}).value, .25);
  EXPECT_DOUBLE_EQ(chosen({.rule = ThresholdRule::Cost, .miss = .1}).value, .65);
  // Even what cannot be had is answered: all are called positive.
  EXPECT_DOUBLE_EQ(
      choose_threshold({.rule = ThresholdRule::Sensitivity, .least = 1}, {0, 1}, {true, false}).value, 0);
  EXPECT_THROW(choose_threshold({}, {.5, .6}, {true, true}), std::runtime_error);
}

class WithThreshold : public testing::Test {
 protected:
  // Two overlapping clouds of ill and healthy, in a line.
  std::vector<Sample> samples(int first, int last) const {
    std::vector<Sample> samples;
    for (int i = first; i < last; ++i) {
      const bool ill = i % 3 == 0;
      samples.push_back({{names_, {(i * 37 % 100) / 100.0 + 0.4 * ill, 0}, "", ""},
                         ill ? "ill" : "healthy",
                         "sample " + std::to_string(i),
                         fmt::format("xxh3:{:032x}", i)});
    }
    return samples;
  }
  Model fitted(const std::string& yaml, const Validation& validation = {}) const {
    return read_model(fit_model(samples(0, 150), training_of(yaml), {}, validation), "m");
  }

  std::shared_ptr<const std::vector<std::string>> names_ =
      std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"x", "y"});
  const std::string forest_ =
      "{algorithm: random_forest, trees: 50, threshold: {positive: ill, rule: sensitivity, least: 0.7}}";
};

TEST_F(WithThreshold, OutOfFoldIsNotWhatTheForestHasSeen) {
  const auto threshold = fitted(forest_).manifest.threshold;
  ASSERT_TRUE(threshold);
  EXPECT_THAT(threshold->from, HasSubstr("150 training images"));
  EXPECT_THAT(threshold->from, HasSubstr("out of fold"));
  EXPECT_GE(threshold->sensitivity, 0.7);
  EXPECT_GT(threshold->specificity, 0.1);
  // A forest knows nearly all that it has seen; the clouds overlap by more than half.
  EXPECT_LT(threshold->specificity, 0.8);
  EXPECT_EQ(fitted(forest_).manifest.grouped_by, "image");
}

TEST_F(WithThreshold, ValidationCountsWithoutWhatTheTrainingHasToo) {
  const auto threshold = fitted(forest_, {"--val images", samples(100, 250)}).manifest.threshold;
  ASSERT_TRUE(threshold);
  EXPECT_EQ(threshold->from, "100 images of --val images, which are none of the training's");
  EXPECT_THROW(fitted(forest_, {"--val images", samples(0, 50)}), std::runtime_error);
}

// How good the model was where the threshold comes from stands beside it, with intervals, and is read again as written.
TEST_F(WithThreshold, TheManifestSaysHowGoodItWas) {
  const Model model = fitted(forest_);
  ASSERT_TRUE(model.manifest.judged);
  EXPECT_EQ(model.manifest.judged->cases, 150);
  EXPECT_EQ(model.manifest.judged->from, model.manifest.threshold->from);
  const Estimate& balanced = model.manifest.judged->estimates.at(1);
  EXPECT_EQ(balanced.name, "balanced_accuracy");
  EXPECT_NEAR(*balanced.value,
              (model.manifest.threshold->sensitivity + model.manifest.threshold->specificity) / 2, 1e-12);
  ASSERT_TRUE(balanced.interval);
  EXPECT_LT(balanced.interval->low, *balanced.value);
  EXPECT_TRUE(write_model(model.manifest, *model.classifier) ==
              fit_model(samples(0, 150), training_of(forest_), {}));
  // Validation judges without a threshold, too.
  const auto judged = fitted("{trees: 20}", {"--val images", samples(150, 250)}).manifest.judged;
  ASSERT_TRUE(judged);
  EXPECT_EQ(judged->cases, 100);
  EXPECT_FALSE(fitted("{trees: 20}").manifest.judged);
}

TEST_F(WithThreshold, NamesAClassThatIsThere) {
  EXPECT_THROW(fitted("{threshold: {positive: sick}}"), std::runtime_error);
  EXPECT_THROW(training_of("{threshold: {rule: youden}}"), std::runtime_error) << "it needs a positive class";
}

TEST_F(WithThreshold, ClassifyAppliesIt) {
  const std::string folder = testing::TempDir() + "radflow_threshold_" + std::to_string(getpid());
  std::filesystem::create_directories(folder);
  const std::string bytes = fit_model(samples(0, 150), training_of(forest_), {});
  std::ofstream{folder + "/m.model", std::ios::binary} << bytes;
  const Threshold threshold = *read_model(bytes, "m").manifest.threshold;
  const auto node = make_node("classify: {model: m.model}", folder);
  int other_than_most_probable = 0;
  for (const Sample& sample : samples(150, 250)) {
    const Payload payload = Payload::of(sample.features);
    const Payload* input = &payload;
    const Outcome outcome = node->call({&input, 1}, FakeContext{});
    ASSERT_EQ(outcome.kind, Outcome::Kind::Value);
    const auto& prediction = outcome.value.as<Prediction>();
    ASSERT_EQ(*prediction.classes, (std::vector<std::string>{"healthy", "ill"}));
    EXPECT_EQ(prediction.label == 1, prediction.probabilities[1] >= threshold.value);
    other_than_most_probable += (prediction.label == 1) != (prediction.probabilities[1] > 0.5);
  }
  EXPECT_GT(other_than_most_probable, 0);
  std::filesystem::remove_all(folder);
}

// What was chosen by its score out of fold looks too good there: such a score is no metric of the model.
TEST_F(WithThreshold, MetricsAreNoScoresThatChoseTheModel) {
  const std::string yaml = "{algorithm: logistic, threshold: {positive: ill}}";
  const auto fitted = [&](const Chosen& chosen) {
    return read_model(fit_model(samples(0, 150), training_of(yaml), {}, {}, "image", chosen), "m").manifest;
  };
  EXPECT_TRUE(fitted({}).judged);
  const Manifest chosen = fitted({.by = "auc of 5 folds"});
  EXPECT_FALSE(chosen.judged);
  EXPECT_TRUE(chosen.threshold);
  EXPECT_EQ(chosen.chosen_by, "auc of 5 folds");
  const Judged nested{"nested folds", 150, "Wilson", fitted({}).judged->estimates};
  EXPECT_EQ(fitted({.by = "auc of 5 folds", .judged = nested}).judged->from, "nested folds");
}

TEST_F(WithThreshold, MetricsComeOutOfFoldWhereSigmoidsNeededThemAnyhow) {
  const std::string bytes = fit_model(samples(0, 150), training_of("{algorithm: ridge}"), {});
  EXPECT_EQ(read_model(bytes, "m").manifest.judged->cases, 150);
}

}  // namespace
}  // namespace radflow
