// The flattened trees answer as libxgboost does, on random samples of two and three classes.
#include <xgboost/c_api.h>

#include <opencv2/core.hpp>

#include "nodes/classify/regressor.hpp"
#include "tests/nodes/classify/stated_problem.hpp"

namespace radflow {
namespace {

// Its own probabilities, of a booster with the parameters that the algorithm states.
std::vector<float> of_library(const TrainingSet& set, const TrainingSet& unseen) {
  DMatrixHandle samples = nullptr, others = nullptr;
  BoosterHandle booster = nullptr;
  const auto columns = static_cast<bst_ulong>(set.samples.cols);
  EXPECT_EQ(XGDMatrixCreateFromMat(set.samples.ptr<float>(), static_cast<bst_ulong>(set.samples.rows),
                                   columns, NAN, &samples),
            0);
  EXPECT_EQ(XGDMatrixCreateFromMat(unseen.samples.ptr<float>(), static_cast<bst_ulong>(unseen.samples.rows),
                                   columns, NAN, &others),
            0);
  const std::vector<float> labels(set.labels.begin(), set.labels.end());
  EXPECT_EQ(XGDMatrixSetFloatInfo(samples, "label", labels.data(), labels.size()), 0);
  EXPECT_EQ(XGBoosterCreate(&samples, 1, &booster), 0);
  const std::string classes = std::to_string(set.classes);
  for (const auto& [name, value] : std::vector<std::pair<const char*, const char*>>{
           {"tree_method", "hist"},
           {"base_score", "0.5"},
           {"nthread", "1"},
           {"max_depth", "4"},
           {"eta", "0.3"},
           {"seed", "1"},
           {"subsample", "0.7"},
           {"objective", set.classes == 2 ? "binary:logistic" : "multi:softprob"}})
    EXPECT_EQ(XGBoosterSetParam(booster, name, value), 0);
  if (set.classes > 2) {
    EXPECT_EQ(XGBoosterSetParam(booster, "num_class", classes.c_str()), 0);
  }
  for (int round = 0; round < 60; ++round) EXPECT_EQ(XGBoosterUpdateOneIter(booster, round, samples), 0);
  bst_ulong count = 0;
  const float* values = nullptr;
  EXPECT_EQ(XGBoosterPredict(booster, others, 0, 0, 0, &count, &values), 0);
  std::vector<float> all(values, values + count);
  XGBoosterFree(booster);
  XGDMatrixFree(samples);
  XGDMatrixFree(others);
  return all;
}

TrainingSet overlapping(int rows, int classes, int seed) {
  TrainingSet set{cv::Mat(rows, 6, CV_32F), {}, classes};
  cv::RNG random{static_cast<std::uint64_t>(seed)};
  random.fill(set.samples, cv::RNG::NORMAL, 0, 1);
  for (int i = 0; i < rows; ++i) {
    set.labels.push_back(i % classes);
    set.samples.at<float>(i, 0) += static_cast<float>(i % classes);
    set.samples.at<float>(i, 1) *= static_cast<float>(1 + i % classes);
  }
  return set;
}

TEST(Xgboost, AnswersAsTheLibraryDoes) {
  for (const int classes : {2, 3}) {
    const TrainingSet set = overlapping(600, classes, 1), unseen = overlapping(400, classes, 2);
    const auto trees = bare(set, "{algorithm: xgboost, trees: 60, depth: 4, row_share: 0.7}");
    const std::vector<float> theirs = of_library(set, unseen);
    std::vector<double> ours(static_cast<std::size_t>(classes));
    int right = 0;
    for (int i = 0; i < 400; ++i) {
      trees->probabilities(row(unseen, i), ours);
      for (std::size_t c = 0; c < ours.size(); ++c) {
        if (classes == 2 && c == 0) continue;
        const std::size_t at =
            classes == 2 ? static_cast<std::size_t>(i) : static_cast<std::size_t>(i) * 3 + c;
        EXPECT_NEAR(ours[c], theirs.at(at), 1e-6) << i;
      }
      right += std::ranges::max_element(ours) - ours.begin() == unseen.labels[static_cast<std::size_t>(i)];
    }
    EXPECT_GT(right, classes == 2 ? 270 : 200) << "it has learned something";
  }
}

// Numbers: libxgboost's own predictions, of a booster with the parameters that the regressor states.
TEST(Xgboost, PredictsNumbersAsTheLibraryDoes) {
  RegressionSet set{overlapping(600, 2, 1).samples, {}, {}};
  for (int i = 0; i < 600; ++i)
    set.targets.push_back(70 + 5 * double{set.samples.at<float>(i, 0)} -
                          2 * double{set.samples.at<float>(i, 3)});
  const Alternative& about = *RegressorTraining::alternatives().find("xgboost");
  const auto params = about.make_params();
  const RegressorAlgorithm& algorithm = *Regressors::instance().find("xgboost");
  const auto trees = algorithm.train(set, params.get());

  DMatrixHandle samples = nullptr;
  BoosterHandle booster = nullptr;
  ASSERT_EQ(XGDMatrixCreateFromMat(set.samples.ptr<float>(), 600, 6, NAN, &samples), 0);
  const std::vector<float> labels(set.targets.begin(), set.targets.end());
  ASSERT_EQ(XGDMatrixSetFloatInfo(samples, "label", labels.data(), labels.size()), 0);
  ASSERT_EQ(XGBoosterCreate(&samples, 1, &booster), 0);
  double mean = 0;
  for (const double target : set.targets) mean += target / 600;
  const std::string base = fmt::format("{}", static_cast<float>(mean));
  for (const auto& [name, value] :
       std::vector<std::pair<const char*, const char*>>{{"tree_method", "hist"},
                                                        {"base_score", base.c_str()},
                                                        {"nthread", "1"},
                                                        {"seed", "1"},
                                                        {"objective", "reg:squarederror"}})
    ASSERT_EQ(XGBoosterSetParam(booster, name, value), 0);
  for (int round = 0; round < 100; ++round) ASSERT_EQ(XGBoosterUpdateOneIter(booster, round, samples), 0);
  bst_ulong count = 0;
  const float* values = nullptr;
  ASSERT_EQ(XGBoosterPredict(booster, samples, 0, 0, 0, &count, &values), 0);
  ASSERT_EQ(count, 600U);
  const auto back = algorithm.read(trees->bytes(), 6);
  double error = 0;
  for (int i = 0; i < 600; ++i) {
    const std::span<const float> x{set.samples.ptr<float>(i), 6};
    // Its sums are of float: near 70 the next one is 8e-6 away.
    EXPECT_NEAR((*trees)(x) / double{values[i]}, 1, 1e-6) << i;
    EXPECT_EQ((*trees)(x), (*back)(x));
    error += std::abs((*trees)(x)-set.targets[static_cast<std::size_t>(i)]) / 600;
  }
  EXPECT_LT(error, 0.5) << "it has learned something";
  XGBoosterFree(booster);
  XGDMatrixFree(samples);
}

TEST(Xgboost, TheSameSamplesGiveTheSameBytes) {
  const TrainingSet set = overlapping(300, 3, 1);
  const std::string yaml = "{algorithm: xgboost, trees: 20, row_share: 0.5, column_share: 0.5}";
  EXPECT_TRUE(bare(set, yaml)->bytes() == bare(set, yaml)->bytes());
}

}  // namespace
}  // namespace radflow
