// Regressors against scikit-learn and cv::ml, and the model that a regression is.
#include <gmock/gmock.h>

#include <cmath>
#include <opencv2/ml.hpp>

#include "graph/node.hpp"
#include "nodes/classify/number_measures.hpp"
#include "nodes/classify/regression_fit.hpp"
#include "nodes/types/regression.hpp"
#include "tests/connectors/temporary_folder.hpp"
#include "tests/fake_context.hpp"
#include "tests/nodes/classify/stated_problem.hpp"
#include "tests/nodes/classify/training.hpp"

namespace radflow {
namespace {

using ::testing::HasSubstr;

// The features of stated_problem(), and the sum that its labels are made of.
RegressionSet stated_numbers() {
  RegressionSet set;
  set.samples = stated_problem(2).samples;
  for (int i = 0; i < 60; ++i) {
    const float* const x = set.samples.ptr<float>(i);
    set.targets.push_back(double{x[0]} + 2 * double{x[1]} - double{x[2]} + (i * 29 % 17) / 2.0);
    set.groups.push_back(i);
  }
  return set;
}

RegressorTraining numbers_of(const std::string& yaml) {
  std::vector<Diagnostic> diagnostics;
  const Value value = read_yaml(yaml, "test", diagnostics);
  Reading reading{"regress", [](const Mark&, const std::string& what) { throw std::runtime_error{what}; }};
  RegressorTraining training;
  read_selection(RegressorTraining::alternatives(), training, value, reading);
  return training;
}

FittedRegressor fitted(const RegressionSet& set, const std::string& yaml) {
  const RegressorTraining training = numbers_of(yaml);
  return {
      set, {"a.0", "a.1", "b.2", "b.3"}, *Regressors::instance().find(training.name), training.params.get()};
}

double at(const Regressor& regressor, const RegressionSet& set, int i) {
  return regressor({set.samples.ptr<float>(i), static_cast<std::size_t>(set.samples.cols)});
}

// sklearn.linear_model.Ridge(alpha).fit(x, y).predict(x) of rows 0, 17 and 59, with a StandardScaler at last.
TEST(Regression, RidgeIsThatOfScikitLearn) {
  const RegressionSet set = stated_numbers();
  const auto expect = [&](const std::string& yaml, const std::vector<double>& theirs) {
    const FittedRegressor ridge = fitted(set, yaml);
    EXPECT_NEAR(at(ridge, set, 0), theirs[0], 1e-6) << yaml;
    EXPECT_NEAR(at(ridge, set, 17), theirs[1], 1e-6) << yaml;
    EXPECT_NEAR(at(ridge, set, 59), theirs[2], 1e-6) << yaml;
  };
  expect("{algorithm: ridge}", {3.779634458696703, 14.69752835180323, 9.957885729032554});
  expect("{algorithm: ridge, alpha: 250}", {7.621434356366228, 11.788633578553908, 9.993715629408594});
  expect("{algorithm: ridge, alpha: 10, standardize: {}}",
         {4.759575021927285, 13.940851627983813, 9.965001808717934});
}

// Fewer samples than features: the other system of equations.
TEST(Regression, RidgeOfFewSamplesIsThatOfScikitLearn) {
  const RegressionSet all = stated_numbers();
  RegressionSet few{
      all.samples.rowRange(0, 3).clone(), {all.targets.begin(), all.targets.begin() + 3}, {0, 1, 2}};
  const FittedRegressor ridge = fitted(few, "{algorithm: ridge, alpha: 2}");
  EXPECT_NEAR(at(ridge, all, 0), 0.36569487696449743, 1e-6);
  EXPECT_NEAR(at(ridge, all, 4), 5.264072729141326, 1e-6);
}

TEST(Regression, TheForestIsThatOfOpenCv) {
  const RegressionSet set = stated_numbers();
  const FittedRegressor forest = fitted(set, "{algorithm: random_forest, trees: 40, seed: 3}");
  cv::theRNG() = cv::RNG{3};
  auto theirs = cv::ml::RTrees::create();
  theirs->setTermCriteria({cv::TermCriteria::MAX_ITER, 40, 0});
  theirs->setMaxDepth(25);
  theirs->setMinSampleCount(4);
  theirs->setActiveVarCount(1);
  theirs->setRegressionAccuracy(0);
  cv::Mat targets;
  cv::Mat{set.targets}.convertTo(targets, CV_32F);
  theirs->train(cv::ml::TrainData::create(set.samples, cv::ml::ROW_SAMPLE, targets));
  double square = 0;
  for (int i = 0; i < 60; ++i) {
    EXPECT_NEAR(at(forest, set, i), double{theirs->predict(set.samples.row(i))}, 1e-5) << i;
    square += std::pow(at(forest, set, i) - set.targets[static_cast<std::size_t>(i)], 2);
  }
  EXPECT_LT(square / 60, 4) << "of a variance of 17";
}

// sklearn.metrics of Ridge(alpha=1) on its own training.
TEST(Regression, MeasuresAreThoseOfScikitLearn) {
  const RegressionSet set = stated_numbers();
  const FittedRegressor ridge = fitted(set, "{algorithm: ridge}");
  std::vector<NumberCase> cases;
  for (int i = 0; i < 60; ++i) cases.push_back({set.targets[static_cast<std::size_t>(i)], at(ridge, set, i)});
  const NumberEvaluation found = evaluate_numbers(cases);
  const double theirs[] = {1.9927837195240137, 2.31458295431811, 0.693273457070759};
  for (std::size_t m = 0; m < 3; ++m) {
    EXPECT_NEAR(*found.estimates[m].value, theirs[m], 1e-6) << found.estimates[m].name;
    EXPECT_LT(found.estimates[m].interval->low, theirs[m]);
    EXPECT_GT(found.estimates[m].interval->high, theirs[m]);
  }
  const std::vector<NumberCase> constant{{2, 1}, {2, 3}};
  EXPECT_FALSE(evaluate_numbers(constant).estimates[2].value) << "nothing varies that could be explained";
  const Estimate mae = evaluate_numbers(constant).estimates[0];
  EXPECT_EQ(mae.value, 1);
  EXPECT_FALSE(mae.interval);
  EXPECT_EQ(mae.without, "no variance") << "every error is 1";
}

// Cases of one group are drawn together: with the same case ten times the interval is that of the groups.
TEST(Regression, IntervalsAreOverGroups) {
  std::vector<NumberCase> alone, repeated;
  for (int i = 0; i < 20; ++i)
    for (int copy = 0; copy < 10; ++copy) {
      const NumberCase one{i + 0.0, i + (i * 7 % 5) * 1.0, "patient " + std::to_string(i)};
      if (copy == 0) alone.push_back(one);
      repeated.push_back(one);
    }
  const auto a = evaluate_numbers(alone).estimates[0], b = evaluate_numbers(repeated).estimates[0];
  EXPECT_NEAR(a.interval->low, b.interval->low, 1e-12);
  EXPECT_NEAR(a.interval->high, b.interval->high, 1e-12);
}

std::vector<Sample> samples_of(const RegressionSet& set) {
  const auto names =
      std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"a.0", "a.1", "b.2", "b.3"});
  std::vector<Sample> samples;
  for (std::size_t i = 0; i < set.targets.size(); ++i) {
    Sample one;
    one.features.names = names;
    const float* const x = set.samples.ptr<float>(static_cast<int>(i));
    one.features.values.assign(x, x + 4);
    one.label = fmt::format("{}", set.targets[i]);
    one.name = std::to_string(i) + ".png";
    samples.push_back(std::move(one));
  }
  return samples;
}

TEST(Regression, TheModelAnswersAsWhatWasFitted) {
  const RegressionSet set = stated_numbers();
  BuildInfo info;
  for (const std::string yaml :
       {"{algorithm: ridge, standardize: {}}", "{algorithm: random_forest, trees: 5}"}) {
    const std::string bytes = fit_regression(samples_of(set), numbers_of(yaml), info, {}, "image");
    EXPECT_EQ(bytes, fit_regression(samples_of(set), numbers_of(yaml), info, {}, "image"));
    const Model model = read_model(bytes, "age.model");
    ASSERT_TRUE(model.regressor);
    EXPECT_FALSE(model.classifier);
    const FittedRegressor direct = fitted(set, yaml);
    for (int i = 0; i < 60; ++i) EXPECT_EQ(at(*model.regressor, set, i), at(direct, set, i));
    EXPECT_EQ(model.manifest.regression->samples, 60);
    EXPECT_EQ(model.manifest.judged->estimates.size(), 3U);
    EXPECT_THAT(model.manifest.judged->from, HasSubstr("out of fold"));
    const std::string old = without_checksum(bytes);
    for (std::size_t cut = 1; cut < 40; cut += 7)
      EXPECT_THROW(read_model(std::string_view{old}.substr(0, old.size() - cut), "m"), ParamError);
  }
}

TEST(Regress, EndsAMessageThatItsModelWasNotMadeFor) {
  const TemporaryFolder folder;
  BuildInfo info;
  info.folder = folder.path();
  const auto samples = samples_of(stated_numbers());
  folder.write("age.model", fit_regression(samples, numbers_of("{algorithm: ridge}"), info, {}, "image"));
  const Spec* spec = Registry::instance().find(ComponentKind::Node, "regress");
  RegressParams params;
  params.model = "age.model";
  const auto node = spec->make_node(&params, info);
  const auto outcome = [&](Features features) {
    const Payload payload = Payload::of(std::move(features));
    const Payload* input = &payload;
    return node->call({&input, 1}, FakeContext{});
  };
  EXPECT_TRUE(std::isfinite(outcome(samples[0].features).value.as<radflow::Regression>().value));
  Features wrong = samples[0].features;
  wrong.values[2] = NAN;
  EXPECT_EQ(outcome(wrong).error->reason, "not_finite");
  wrong.values[2] = INFINITY;
  EXPECT_EQ(outcome(wrong).error->reason, "not_finite");
  wrong.values.pop_back();
  wrong.names =
      std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"a.0", "a.1", "b.2"});
  EXPECT_EQ(outcome(wrong).error->reason, "feature_mismatch");
}

TEST(Regression, RefusesLabelsThatAreNoNumbers) {
  std::vector<Sample> samples = samples_of(stated_numbers());
  for (const std::string wrong : {"ill", "", "3 mm", "nan", "inf"}) {
    samples[4].label = wrong;
    try {
      fit_regression(samples, numbers_of("{algorithm: ridge}"), BuildInfo{}, {}, "image");
      ADD_FAILURE() << wrong;
    } catch (const std::runtime_error& error) {
      EXPECT_THAT(error.what(), HasSubstr("4.png has the label '" + wrong + "'"));
    }
  }
}

}  // namespace
}  // namespace radflow
