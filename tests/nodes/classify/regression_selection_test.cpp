// Which algorithm --select takes where a number is predicted: the simplest within one standard error. Scores are those of a
// fit by hand on the same folds.
#include "nodes/classify/regression_selection.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "nodes/classify/regression_fit.hpp"
#include "tests/nodes/classify/stated_problem.hpp"

namespace radflow {
namespace {

using testing::HasSubstr;

enum class Shape { Line, Steps };

std::vector<Sample> samples(Shape shape) {
  const auto names = std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"x", "y"});
  std::vector<Sample> all;
  for (int i = 0; i < 200; ++i) {
    const double x = (i * 37 % 101 - 50) / 50.0, y = (i * 59 % 103 - 51) / 51.0,
                 noise = (i * 71 % 107 - 53) / 530.0;
    const double value = shape == Shape::Line ? 3 * x - y + noise : (x * y > 0 ? 5 : -5) + noise;
    all.push_back({{names, {x, y}, "", ""}, std::to_string(value), std::to_string(i)});
  }
  return all;
}

SelectedAlgorithm select(const std::vector<Sample>& samples, const std::string& measure = "mae",
                         const SearchLimits& limits = {}) {
  return select_regressor(samples, candidates_for(RegressorTraining{}), measure, limits, [] {});
}

TEST(RegressionSelection, TakesALineForALineAndTreesForSteps) {
  for (const std::string measure : {"mae", "rmse", "r2"}) {
    const SelectedAlgorithm line = select(samples(Shape::Line), measure),
                            steps = select(samples(Shape::Steps), measure);
    EXPECT_EQ(line.ranking.size(), line.candidates);
    EXPECT_EQ(line.ranking[line.chosen].candidate.training.name, "ridge") << measure;
    EXPECT_NE(steps.ranking[steps.chosen].candidate.training.name, "ridge") << measure;
    EXPECT_EQ(line.ranking[line.chosen].mean < 0, is_error(measure)) << "the larger the better";
  }
}

TEST(RegressionSelection, TriesTheSimplestFirst) {
  std::vector<std::string> names;
  for (const Candidate& one : candidates_for(RegressorTraining{})) names.push_back(one.title);
  ASSERT_GE(names.size(), 5U);
  EXPECT_EQ(names[0], "ridge, alpha: 100") << "the strongest penalty";
  EXPECT_EQ(names[3], "ridge, alpha: 0.1");
  EXPECT_EQ(names[4], "random_forest, trees: 300");
}

// Samples that come four times, to the last digit, stay in one fold: a forest cannot know them by heart.
TEST(RegressionSelection, GroupsStayTogether) {
  const auto names = std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"x"});
  std::vector<Sample> noise;
  for (int i = 0; i < 160; ++i) {
    const int patient = i / 4;
    noise.push_back({{names, {patient * 1.0}, "", ""},
                     std::to_string(patient * 7919 % 41),
                     std::to_string(i),
                     "",
                     "p" + std::to_string(patient)});
  }
  const auto forest = [](const SelectedAlgorithm& of) {
    for (const Ranked& one : of.ranking)
      if (one.candidate.training.name == "random_forest") return one.mean;
    return 0.0;
  };
  const double together = forest(select(noise));
  for (Sample& sample : noise) sample.group.clear();
  EXPECT_LT(together, 3 * forest(select(noise))) << "the error is many times as large as without groups";
}

TEST(RegressionSelection, SaysWhatIsWrong) {
  std::vector<Sample> words = samples(Shape::Line);
  words[3].label = "three";
  const auto wrong = [](const std::vector<Sample>& given, const std::string& measure) -> std::string {
    try {
      select(given, measure);
      return "";
    } catch (const std::runtime_error& error) {
      return error.what();
    }
  };
  EXPECT_THAT(wrong(words, "mae"), HasSubstr("3 has the label 'three'"));
  std::vector<Sample> same = samples(Shape::Line);
  for (Sample& sample : same) sample.label = "4";
  EXPECT_THAT(wrong(same, "r2"), HasSubstr("compare by mae"));
  EXPECT_EQ(wrong(same, "mae"), "");
}

Candidate a_tree(int seed) {
  const std::string yaml =
      "{algorithm: random_forest, trees: 1, min_samples: 2, seed: " + std::to_string(seed) + "}";
  std::vector<Diagnostic> ignored;
  Reading reading{"regress", [](const Mark&, const std::string& message) { ADD_FAILURE() << message; }};
  Selection training;
  read_selection(RegressorTraining::alternatives(), training, read_yaml(yaml, "test", ignored), reading);
  return {yaml, yaml, training};
}

double of(const Judged& judged, const std::string& measure) {
  return *std::ranges::find(judged.estimates, measure, &Estimate::name)->value;
}

// Numbers that nothing tells: the best of many candidates explains some of them, nested folds say that it does not.
TEST(RegressionSelection, NestedFoldsAreNotOptimistic) {
  std::vector<Sample> noise = samples(Shape::Line);
  noise.resize(60);
  for (std::size_t i = 0; i < noise.size(); ++i) noise[i].label = std::to_string(i * 7919 % 61);
  std::vector<Candidate> candidates;
  for (int seed = 1; seed <= 10; ++seed) candidates.push_back(a_tree(seed));
  std::size_t folds = 0, begun = 0;
  SearchLimits limits{.seed = 1};
  limits.begun = [&](std::size_t all) { begun = all; };
  const Judged judged =
      judge_regressor_selection(noise, candidates, "mae", limits, "image", [&] { ++folds; });
  EXPECT_EQ(judged.cases, 60);
  EXPECT_EQ(begun, 5U * 3U);
  EXPECT_EQ(folds, 5 * 3 * candidates.size());
  EXPECT_THAT(judged.from,
              HasSubstr("60 training images by nested folds, grouped by image: each of 5 folds by "
                        "what 3 folds of the others chose among"));
  const SelectedAlgorithm chosen = select_regressor(noise, candidates, "mae", {}, [] {});
  const auto best = std::ranges::max_element(chosen.ranking, {}, &Ranked::mean);
  EXPECT_GT(of(judged, "mae"), -best->mean);
  // And says so where there is something to tell.
  const Judged told = judge_regressor_selection(samples(Shape::Line), candidates_for(RegressorTraining{}),
                                                "mae", {}, "image", [] {});
  EXPECT_GT(of(told, "r2"), 0.98);
}

// What was chosen by its score out of fold looks too good there: such a score is no metric of the model.
TEST(RegressionSelection, MetricsAreNoScoresThatChoseTheModel) {
  const auto judged = [](const Chosen& chosen) {
    const std::string bytes = fit_regression(samples(Shape::Line), {}, {}, {}, "image", chosen);
    return read_model(bytes, "m").manifest.judged;
  };
  EXPECT_TRUE(judged({}));
  EXPECT_FALSE(judged({.by = "mae of 5 folds"}));
  const Judged nested{"nested folds", 200, "bootstrap", judged({})->estimates};
  EXPECT_EQ(judged({.by = "mae of 5 folds", .judged = nested})->from, "nested folds");
}

TEST(RegressionSelection, EndsAtItsLimits) {
  const SelectedAlgorithm cut = select(samples(Shape::Line), "mae", {.budget = 0});
  EXPECT_TRUE(cut.none_in_budget);
  ASSERT_EQ(cut.ranking.size(), 1U);
  EXPECT_EQ(cut.ranking.front().candidate.training.name, "ridge");
  EXPECT_TRUE(select(samples(Shape::Line), "mae", {.stop = [] { return true; }}).ranking.empty());
}

}  // namespace
}  // namespace radflow
