// Which algorithm --select takes: the simplest within one standard error, and what it needs for problems of two kinds.
#include "nodes/classify/selection.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <opencv2/core.hpp>
#include <set>
#include <thread>

#include "tests/nodes/classify/stated_problem.hpp"

namespace radflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::vector<Sample> samples(bool ring) {
  const auto names = std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"x", "y"});
  std::vector<Sample> samples;
  for (int i = 0; i < 200; ++i) {
    const double x = (i * 37 % 101 - 50) / 50.0, y = (i * 59 % 103 - 51) / 51.0;
    const bool positive = ring ? x * x + y * y < 0.6 : x + y > 0;
    samples.push_back({{names, {x, y}, "", ""}, positive ? "in" : "out", std::to_string(i)});
  }
  return samples;
}

SelectedAlgorithm select(const std::vector<Sample>& samples, const SelectionParams& params = {},
                         const std::string& train = "{}") {
  return select_algorithm(samples, candidates_for(training_of(train)), params, [] {});
}
std::vector<std::string> titles(const std::string& train) {
  std::vector<std::string> titles;
  for (const Candidate& one : candidates_for(training_of(train))) titles.push_back(one.title);
  return titles;
}

TEST(Selection, TakesTheSimplestWithinOneStandardError) {
  const auto with = [](double mean, double error) { return Ranked{{}, {}, mean, error, 0}; };
  EXPECT_EQ(simplest_of_the_best({with(.90, .01), with(.955, .02), with(.96, .01), with(.95, .01)}), 1U);
  EXPECT_EQ(simplest_of_the_best({with(.90, .01), with(.94, .02), with(.96, .01)}), 2U);
  EXPECT_EQ(simplest_of_the_best({with(.90, .01)}), 0U);
}

TEST(Selection, TakesALineForALineAndMoreForARing) {
  const SelectedAlgorithm line = select(samples(false)), ring = select(samples(true));
  EXPECT_EQ(line.ranking.size(), line.candidates);
  EXPECT_EQ(line.ranking[line.chosen].candidate.training.name, "logistic");
  EXPECT_THAT(ring.ranking[ring.chosen].candidate.yaml, Not(HasSubstr("logistic")));
  EXPECT_THAT(ring.ranking[ring.chosen].candidate.yaml, Not(HasSubstr("linear")));
  EXPECT_GT(ring.ranking[ring.chosen].mean, 0.95);
  EXPECT_LT(ring.ranking.front().mean, 0.8) << "no line tells inside from outside";
}

TEST(Selection, KeepsStepsThresholdAndWeightOfTheGraph) {
  const auto candidates = candidates_for(
      training_of("{algorithm: svm, class_weight: balanced, standardize: {blocks: upstream_node, "
                  "scale: rms, together: [[a, b]]}, threshold: {positive: 'a: b', rule: cost}}"));
  EXPECT_GE(candidates.size(), 12U);
  for (const Candidate& one : candidates) {
    const SharedParams& shared =
        Algorithms::instance().find(one.training.name)->shared(one.training.params.get());
    EXPECT_EQ(shared.steps.standardize->scale, Scale::Rms) << one.yaml;
    EXPECT_EQ(shared.steps.standardize->together->front().size(), 2U) << one.yaml;
    EXPECT_EQ(shared.threshold->positive, "a: b") << one.yaml;
    EXPECT_EQ(one.yaml.find("class_weight: balanced") == std::string::npos, one.training.name == "knn")
        << one.yaml;
    // What is printed can be pasted.
    EXPECT_EQ(training_of(one.yaml).name, one.training.name) << one.yaml;
  }
}

TEST(Selection, SearchesWhatTheGraphSaysTheSimplestFirst) {
  EXPECT_THAT(
      titles(
          "{search: [{algorithm: svm, C: [4, 1], gamma: [1, 0.1]}, {algorithm: mlp, hidden: [[3], [8, 3]]}, "
          "{algorithm: knn, neighbours: [3, 9]}, {algorithm: logistic}]}"),
      ElementsAre("logistic", "knn, neighbours: 9", "knn, neighbours: 3", "svm, C: 1, gamma: 1",
                  "svm, C: 1, gamma: 0.1", "svm, C: 4, gamma: 1", "svm, C: 4, gamma: 0.1", "mlp, hidden: [3]",
                  "mlp, hidden: [8, 3]"));
  // Own steps come before the graph's, and nobody else's are added.
  const auto candidates =
      candidates_for(training_of("{standardize: {}, search: [{algorithm: knn, pca: {components: 1}}, "
                                 "{algorithm: knn, standardize: {scale: rms}}]}"));
  ASSERT_EQ(candidates.size(), 2U);
  const auto steps = [&](std::size_t i) {
    return Algorithms::instance().find("knn")->shared(candidates[i].training.params.get()).steps;
  };
  EXPECT_TRUE(steps(0).pca && steps(0).standardize->scale == Scale::Deviation);
  EXPECT_TRUE(!steps(1).pca && steps(1).standardize->scale == Scale::Rms);
}

TEST(Selection, SaysWhatIsWrongWithASearchWhenTheGraphIsRead) {
  const auto wrong = [](const std::string& search) -> std::string {
    try {
      training_of("{search: " + search + "}");
      return "";
    } catch (const std::runtime_error& error) {
      return error.what();
    }
  };
  EXPECT_THAT(wrong("[{algorithm: smv}]"), HasSubstr("did you mean 'svm'?"));
  EXPECT_THAT(wrong("[{algorithm: svm, C: [1, -4]}]"), HasSubstr("C"));
  EXPECT_THAT(wrong("[{algorithm: svm, trees: [1]}]"), HasSubstr("trees"));
  EXPECT_THAT(wrong("[{algorithm: svm, C: []}]"), HasSubstr("empty"));
  EXPECT_THAT(wrong("[svm]"), HasSubstr("expected a map"));
  EXPECT_EQ(wrong("[{algorithm: svm, C: [1, 4]}]"), "");
}

TEST(Selection, IsCutOffByItsBudgetInAnOrderThatTheSeedSays) {
  std::vector<Candidate> many;
  for (int i = 0; i < 40; ++i) many.push_back({std::to_string(i), "", {}});
  const ScoreOfFold slow = [](const Candidate&, std::size_t) {
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
    return 1.0;
  };
  std::set<std::string> first;
  for (unsigned seed = 1; seed <= 6; ++seed) {
    const SelectedAlgorithm cut = rank_candidates(many, 2, slow, {.budget = 0.05, .seed = seed}, [] {});
    ASSERT_GE(cut.ranking.size(), 1U);
    EXPECT_LT(cut.ranking.size(), 10U);
    first.insert(cut.ranking.front().candidate.title);
  }
  EXPECT_GT(first.size(), 1U) << "not always the simplest is left";
}

TEST(Selection, WithoutTimeForAnyTriesTheSimplestToItsEnd) {
  for (unsigned seed = 1; seed <= 3; ++seed) {
    const SelectedAlgorithm cut = select(samples(false), {.budget = 0, .seed = seed});
    ASSERT_EQ(cut.ranking.size(), 1U);
    EXPECT_TRUE(cut.none_in_budget);
    EXPECT_GT(cut.candidates, 10U);
    EXPECT_EQ(cut.ranking.front().candidate.title, titles("{}").front());
    EXPECT_EQ(select(samples(false), {.budget = 0, .seed = seed}).ranking.front().mean,
              cut.ranking.front().mean);
  }
}

TEST(Ranking, ACandidateThatIsCutOffCountsAsNotTried) {
  const std::vector<Candidate> three{{"a", "", {}}, {"b", "", {}}, {"c", "", {}}};
  std::atomic<int> begun = 0;
  const ScoreOfFold slow_but_the_first = [&](const Candidate&, std::size_t) {
    if (++begun > 2)
      for (;;) end_if_cut_off();  // An algorithm that is never through does this.
    return 1.0;
  };
  const SelectedAlgorithm cut = rank_candidates(three, 2, slow_but_the_first, {.budget = 0.05}, [] {});
  ASSERT_EQ(cut.ranking.size(), 1U);
  EXPECT_FALSE(cut.none_in_budget);
  EXPECT_EQ(cut.ranking.front().scores.size(), 2U);
  EXPECT_EQ(cut.candidates, 3U);
  EXPECT_FALSE(cut.stopped);
}

TEST(Ranking, EndsWhenItIsAskedToWhateverItHas) {
  const std::vector<Candidate> two{{"a", "", {}}, {"b", "", {}}};
  std::atomic<bool> stop = false;
  const auto ranked = [&](int folds_before_the_end) {
    stop = false;
    std::atomic<int> begun = 0;
    return rank_candidates(
        two, 2,
        [&](const Candidate&, std::size_t) {
          if (++begun > folds_before_the_end) {
            stop = true;
            for (;;) end_if_cut_off();
          }
          return 1.0;
        },
        {.stop = [&] { return stop.load(); }}, [] {});
  };
  const SelectedAlgorithm none = ranked(0), one = ranked(2);
  EXPECT_TRUE(none.ranking.empty() && none.stopped);
  EXPECT_TRUE(one.ranking.size() == 1 && one.stopped);
}

// 800 samples of noise, and settings that would take minutes.
TEST(CutOff, EndsEachAlgorithmThatMayTakeLong) {
  TrainingSet set{cv::Mat(800, 40, CV_32F), {}, 2};
  cv::RNG{3}.fill(set.samples, cv::RNG::UNIFORM, -1, 1);
  for (int i = 0; i < 800; ++i) set.labels.push_back(i % 2);
  for (const char* yaml : {"{algorithm: random_forest, trees: 10000}", "{algorithm: svm, C: 1000, gamma: 1}",
                           "{algorithm: logistic, C: 1e6}", "{algorithm: xgboost, trees: 10000}"}) {
    const Training training = training_of(yaml);
    const Algorithm* const algorithm = Algorithms::instance().find(training.name);
    if (!algorithm) continue;  // a build without xgboost
    int asked = 0;
    const Limit limit = [&] { return ++asked > 3; };
    const LimitedBy limited{&limit};
    EXPECT_THROW(algorithm->train(set, algorithm->own(training.params.get())), CutOff) << yaml;
    EXPECT_EQ(asked, 4) << yaml;
  }
  EXPECT_EQ(current_limit(), nullptr);
}

TEST(Selection, GoesByTheMetricThatIsAsked) {
  // Nine of ten are of one class: whoever says so always is right nine times of ten, and half balanced.
  std::vector<Sample> skewed = samples(true);
  for (std::size_t i = 0; i < skewed.size(); ++i) skewed[i].label = i % 10 == 0 ? "rare" : "frequent";
  const std::string train = "{search: [{algorithm: knn, neighbours: 101}]}";
  EXPECT_NEAR(select(skewed, {.metric = Metric::Accuracy}, train).ranking[0].mean, 0.9, 1e-9);
  EXPECT_NEAR(select(skewed, {.metric = Metric::BalancedAccuracy}, train).ranking[0].mean, 0.5, 1e-9);
  EXPECT_LT(select(skewed, {.metric = Metric::AveragePrecision}, train).ranking[0].mean, 0.8);
}

// What candidates share is worked out once and changes nothing: each alone has the same score.
TEST(Selection, ScoresACandidateAsIfItWereAlone) {
  const std::string two = "{search: [{algorithm: svm, C: [1, 16], standardize: {}}, {algorithm: knn}]}";
  const SelectedAlgorithm together = select(samples(true), {}, two);
  ASSERT_EQ(together.ranking.size(), 3U);
  EXPECT_EQ(
      select(samples(true), {}, "{search: [{algorithm: svm, C: 16, standardize: {}}]}").ranking[0].scores,
      together.ranking[2].scores);
}

// Labels that nothing tells: the best of many candidates looks better than chance, nested folds do not.
TEST(Selection, NestedFoldsAreNotOptimistic) {
  std::vector<Sample> noise = samples(true);
  for (std::size_t i = 0; i < noise.size(); ++i) noise[i].label = i * 7919 % 13 < 6 ? "a" : "b";
  const auto candidates =
      candidates_for(training_of("{search: [{algorithm: knn, neighbours: [1, 2, 3, 5, 8]}]}"));
  int folds = 0;
  const Judged judged = judge_selection(noise, candidates, {}, "image", [&] { ++folds; });
  EXPECT_EQ(folds, 5 * 5 * 3);
  EXPECT_EQ(judged.cases, 200);
  EXPECT_THAT(judged.from,
              HasSubstr("200 training images by nested folds, grouped by image: each of 5 folds by what 3"));
  const auto auc = std::ranges::find(judged.estimates, "auc", &Estimate::name);
  ASSERT_NE(auc, judged.estimates.end());
  EXPECT_LT(*auc->value, 0.62);
  // And says so where there is something to tell.
  const Judged told = judge_selection(samples(true), candidates, {}, "image", [] {});
  EXPECT_GT(*std::ranges::find(told.estimates, "auc", &Estimate::name)->value, 0.9);
}

}  // namespace
}  // namespace radflow
