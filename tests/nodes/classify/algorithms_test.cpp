// Each algorithm against scikit-learn on the stated problem, and what all of them promise.
#include <gmock/gmock.h>

#include <opencv2/ml.hpp>

#include "nodes/classify/fit.hpp"
#include "tests/nodes/classify/stated_problem.hpp"
#include "tests/nodes/classify/training.hpp"

namespace radflow {
namespace {

using testing::HasSubstr;

// The last `columns` places of each of the first rows' answers.
std::vector<double> answers(const Classifier& classifier, const TrainingSet& set, int rows,
                            std::size_t columns) {
  std::vector<double> all;
  for (int i = 0; i < rows; ++i) {
    std::vector<double> out(static_cast<std::size_t>(set.classes));
    classifier.probabilities(row(set, i), out);
    all.insert(all.end(), out.end() - static_cast<std::ptrdiff_t>(columns), out.end());
  }
  return all;
}

void expect_near(const std::vector<double>& ours, const std::vector<double>& theirs, double tolerance) {
  ASSERT_EQ(ours.size(), theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) EXPECT_NEAR(ours[i], theirs[i], tolerance) << i;
}

// The numbers are those that tests/nodes/classify/algorithms_reference.py prints, by scikit-learn 1.9.0.
TEST(Logistic, EqualsScikitLearn) {
  const TrainingSet two = stated_problem(2), three = stated_problem(3);
  expect_near(answers(*bare(two, "{algorithm: logistic, C: 0.5}"), two, 3, 2),
              {0.924446939714078, 0.0755530602859222, 0.46973571791854, 0.53026428208146, 0.767823231890722,
               0.232176768109278},
              1e-9);
  expect_near(answers(*bare(two, "{algorithm: logistic, C: 0.5, class_weight: balanced}"), two, 3, 2),
              {0.953557981493975, 0.0464420185060249, 0.574708786428574, 0.425291213571426, 0.844768838910643,
               0.155231161089357},
              1e-9);
  expect_near(answers(*bare(three, "{algorithm: logistic, C: 0.5}"), three, 3, 3),
              {0.902670968714111, 0.0967703086328943, 0.000558722652994832, 0.504596609294599,
               0.3536389105629, 0.141764480142501, 0.763970305613545, 0.225396723829511, 0.0106329705569438},
              1e-9);
  expect_near(
      answers(*bare(three, "{algorithm: logistic, C: 0.5, class_weight: balanced}"), three, 3, 3),
      {0.896476570839756, 0.102814052322017, 0.000709376838226766, 0.463323738636933, 0.347465062481238,
       0.189211198881829, 0.755282213496866, 0.230981355878638, 0.0137364306244958},
      1e-9);
}

TEST(Ridge, EqualsScikitLearn) {
  const TrainingSet two = stated_problem(2), three = stated_problem(3);
  expect_near(answers(*bare(two, "{algorithm: ridge, alpha: 2}"), two, 3, 1),
              {-0.927157380688039, 0.0708297052168296, -0.483555792524387}, 1e-9);
  expect_near(answers(*bare(two, "{algorithm: ridge, alpha: 2, class_weight: balanced}"), two, 3, 1),
              {-1.08151654643288, -0.0543915943530997, -0.654733087253035}, 1e-9);
  expect_near(
      answers(*bare(three, "{algorithm: ridge, alpha: 2}"), three, 3, 3),
      {0.927157380688039, -0.392146233687798, -1.53501114700024, -0.0708297052168301, -0.49602049052273,
       -0.43314980426044, 0.483555792524387, -0.451632725005408, -1.03192306751898},
      1e-9);
}

// More features than samples: the other system of equations, with the same answer.
TEST(Ridge, SolvesWideProblemsToo) {
  TrainingSet wide = stated_problem(2);
  cv::hconcat(std::vector<cv::Mat>(20, wide.samples), wide.samples);
  const TrainingSet narrow = stated_problem(2);
  // 20 copies of each feature share its weight, so that the penalty is a twentieth.
  expect_near(answers(*bare(wide, "{algorithm: ridge, alpha: 40}"), wide, 5, 1),
              answers(*bare(narrow, "{algorithm: ridge, alpha: 2}"), narrow, 5, 1), 1e-9);
}

// cv::ml stops where no condition of the optimum is violated by more than 1e-5, and its kernel is in float.
TEST(Svm, EqualsScikitLearn) {
  const TrainingSet set = stated_problem(2);
  expect_near(answers(*bare(set, "{algorithm: svm, C: 2, gamma: 0.1}"), set, 6, 1),
              {-1.12641246007288, 0.999999935747493, -0.365250872064983, 0.366761984104667,
               -0.318176611729365, 1.29364605805528},
              1e-3);
  expect_near(answers(*bare(set, "{algorithm: svm, C: 2, kernel: linear}"), set, 6, 1),
              {-1.66666666523115, -0.333333332708994, -1.00000000116642, 0.999999999365551, -1.00000000351331,
               3.66666665396884},
              1e-3);
  expect_near(answers(*bare(set, "{algorithm: svm, C: 2, gamma: 0.1, class_weight: balanced}"), set, 6, 1),
              {-0.999999989190116, 0.910998052930069, -0.927333467738955, -0.0808133795520679,
               -0.848926737175935, 1.34367924019833},
              1e-3);
}

// The scores are those of cv::ml, which trained it.
TEST(Mlp, EqualsOpenCv) {
  const TrainingSet set = stated_problem(3);
  auto network = cv::ml::ANN_MLP::create();
  network->setLayerSizes(std::vector<int>{4, 5, 3});
  network->setActivationFunction(cv::ml::ANN_MLP::SIGMOID_SYM, 0, 0);
  network->setTrainMethod(cv::ml::ANN_MLP::RPROP, 0.1);
  network->setTermCriteria({cv::TermCriteria::MAX_ITER | cv::TermCriteria::EPS, 50, 1e-6});
  cv::Mat targets(60, 3, CV_32F, cv::Scalar(-1)), theirs;
  for (int i = 0; i < 60; ++i) targets.at<float>(i, set.labels[static_cast<std::size_t>(i)]) = 1;
  network->train(cv::ml::TrainData::create(set.samples, cv::ml::ROW_SAMPLE, targets));
  network->predict(set.samples, theirs);
  expect_near(answers(*bare(set, "{algorithm: mlp, hidden: [5], rounds: 50}"), set, 60, 3),
              std::vector<double>(theirs.begin<float>(), theirs.end<float>()), 1e-5);
}

// The seed orders the features before cv::ml draws its weights: what comes out is for them in their own order.
TEST(Mlp, ASeedGivesOtherWeightsForTheSameProblem) {
  const TrainingSet set = stated_problem(2);
  const auto with = [&](const std::string& more) {
    return bare(set, "{algorithm: mlp, hidden: [5], rounds: 200" + more + "}");
  };
  EXPECT_EQ(with(", seed: 3")->bytes(), with(", seed: 3")->bytes());
  EXPECT_NE(with(", seed: 3")->bytes(), with(", seed: 4")->bytes());
  EXPECT_NE(with(", seed: 3")->bytes(), with("")->bytes());
  int right = 0;
  const std::vector<double> scores = answers(*with(", seed: 3"), set, 60, 1);
  for (std::size_t i = 0; i < 60; ++i) right += (scores[i] > 0) == (set.labels[i] == 1);
  EXPECT_GE(right, 54) << "it has learned the features in their own order";
}

TEST(Mlp, BalancedClassesWeighErrorsOfTheRareOneMore) {
  TrainingSet set{cv::Mat(100, 1, CV_32F), {}, 2};
  for (int i = 0; i < 100;
       ++i) {  // At 0 one of ten is of class 1, at 1 one of ten of class 0: in all, 18 of class 1.
    set.samples.at<float>(i) = i < 90 ? 0.0F : 1.0F;
    set.labels.push_back(i < 90 ? i % 10 == 0 : i != 95);
  }
  const auto at_zero = [&](const std::string& more) {
    return answers(*bare(set, "{algorithm: mlp, hidden: [3], rounds: 300" + more + "}"), set, 1, 1)[0];
  };
  EXPECT_GT(at_zero(", class_weight: balanced"), at_zero("") + 0.2);
}

TEST(Knn, GivesTheSharesOfTheNearest) {
  TrainingSet set{(cv::Mat_<float>(5, 1) << 0, 1, 2, 10, 11), {0, 0, 1, 1, 2}, 3};
  const auto knn = bare(set, "{algorithm: knn, neighbours: 3}");
  EXPECT_THAT(knn->holds(), HasSubstr("the features of all 5 training samples"));
  const auto at = [&](float x) {
    std::vector<double> out(3);
    knn->probabilities(std::vector<float>{x}, out);
    return out;
  };
  EXPECT_THAT(at(0.9F), testing::Pointwise(testing::DoubleNear(1e-12), {2.0 / 3, 1.0 / 3, 0.0}));
  EXPECT_THAT(at(10.9F), testing::Pointwise(testing::DoubleNear(1e-12), {0.0, 2.0 / 3, 1.0 / 3}));
  // As far from 1 as from 10, and 0 and 11 are as far as each other: those that came first.
  const auto two = bare(set, "{algorithm: knn, neighbours: 1}");
  std::vector<double> out(3);
  two->probabilities(std::vector<float>{1.5F}, out);
  EXPECT_EQ(out, (std::vector<double>{1, 0, 0}));
}

class EveryAlgorithm : public testing::TestWithParam<std::tuple<std::string, int>> {};

std::string manifest_of(const std::string& model) {
  return model.substr(model.find('\n') + 1, std::stoul(model.substr(model.find("1 ") + 2)));
}

TEST_P(EveryAlgorithm, AnswersFromItsFileAsItDidAndSaysHow) {
  const auto& [yaml, classes] = GetParam();
  const TrainingSet set = stated_problem(classes);
  const auto names =
      std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"a.0", "a.1", "b.0", "b.1"});
  std::vector<Sample> samples;
  for (int i = 0; i < 60; ++i)
    samples.push_back({{names, {row(set, i).begin(), row(set, i).end()}, "stored", "MONOCHROME2"},
                       std::string(1, static_cast<char>('a' + set.labels[static_cast<std::size_t>(i)])),
                       std::to_string(i)});
  const std::string bytes = fit_model(samples, training_of(yaml), {});
  EXPECT_TRUE(fit_model(samples, training_of(yaml), {}) == bytes) << "twice the same gave two files";
  const Model model = read_model(bytes, "m");
  EXPECT_TRUE(write_model(model.manifest, *model.classifier) == bytes);
  EXPECT_THAT(model.manifest.probabilities, testing::Not("")) << manifest_of(bytes);
  int right = 0;
  for (int i = 0; i < 60; ++i) {
    std::vector<double> out(static_cast<std::size_t>(classes));
    model.classifier->probabilities(row(set, i), out);
    double sum = 0;
    for (const double p : out) {
      EXPECT_GE(p, 0);
      EXPECT_LE(p, 1);
      sum += p;
    }
    EXPECT_NEAR(sum, 1, 1e-12);
    right += std::ranges::max_element(out) - out.begin() == set.labels[static_cast<std::size_t>(i)];
  }
  // The most frequent class has 37 of 60, of three 23.
  EXPECT_GE(right, classes == 2 ? 42 : 30) << "of 60, samples that it has seen";
  // Whatever is cut off, the answer is a ParamError.
  const std::string old = without_checksum(bytes);
  for (std::size_t size = 0; size < old.size(); size += 7)
    EXPECT_THROW(read_model(old.substr(0, size), "m"), ParamError) << size;
  EXPECT_THROW(read_model(old + "x", "m"), ParamError);
}

INSTANTIATE_TEST_SUITE_P(
    Registered, EveryAlgorithm,
    testing::Combine(
        testing::Values("{algorithm: random_forest}", "{algorithm: logistic}", "{algorithm: ridge}",
                        "{algorithm: svm}", "{algorithm: svm, kernel: linear}", "{algorithm: knn}",
                        "{algorithm: mlp, hidden: [6], standardize: {}}", "{algorithm: xgboost, trees: 20}",
                        "{algorithm: svm, standardize: {blocks: upstream_node, scale: rms}, pca: "
                        "{components: 3}, select: {k: 2}}"),
        testing::Values(2, 3)),
    [](const auto& info) { return "n" + std::to_string(info.index); });

TEST(EveryAlgorithm, IsAmongThoseThatWereTested) {
  std::vector<std::string> names;
  for (const Alternative& one : Algorithms::instance().all().all) names.push_back(one.name);
  EXPECT_THAT(names,
              testing::IsSubsetOf({"knn", "logistic", "mlp", "random_forest", "ridge", "svm", "xgboost"}));
}

}  // namespace
}  // namespace radflow
