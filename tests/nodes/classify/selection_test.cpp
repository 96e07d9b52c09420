// Which algorithm --select takes: the simplest within one standard error, and what it needs for problems of two kinds.
#include "nodes/classify/selection.hpp"

#include <gmock/gmock.h>

#include "tests/nodes/classify/stated_problem.hpp"

namespace radflow {
namespace {

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

SelectedAlgorithm select(const std::vector<Sample>& samples, double budget = 600) {
  return select_algorithm(samples, default_candidates(training_of("{}")),
                          std::chrono::duration<double>{budget}, [](std::size_t) {});
}

TEST(Selection, TakesTheSimplestWithinOneStandardError) {
  const auto with = [](double mean, double error) { return Ranked{"", "", {}, {}, mean, error, 0}; };
  EXPECT_EQ(simplest_of_the_best({with(.90, .01), with(.955, .02), with(.96, .01), with(.95, .01)}), 1U);
  EXPECT_EQ(simplest_of_the_best({with(.90, .01), with(.94, .02), with(.96, .01)}), 2U);
  EXPECT_EQ(simplest_of_the_best({with(.90, .01)}), 0U);
}

TEST(Selection, TakesALineForALineAndMoreForARing) {
  const SelectedAlgorithm line = select(samples(false)), ring = select(samples(true));
  EXPECT_EQ(line.ranking.size(), line.candidates);
  EXPECT_EQ(line.ranking[line.chosen].training.name, "logistic");
  EXPECT_THAT(ring.ranking[ring.chosen].yaml, Not(HasSubstr("logistic")));
  EXPECT_THAT(ring.ranking[ring.chosen].yaml, Not(HasSubstr("linear")));
  EXPECT_GT(ring.ranking[ring.chosen].mean, 0.95);
  EXPECT_LT(ring.ranking.front().mean, 0.8) << "no line tells inside from outside";
}

TEST(Selection, KeepsStepsThresholdAndWeightOfTheGraph) {
  const auto candidates =
      default_candidates(training_of("{algorithm: svm, class_weight: balanced, standardize: {scale: rms}, "
                                     "threshold: {positive: 'a: b', rule: cost}}"));
  EXPECT_GE(candidates.size(), 12U);
  for (const Ranked& one : candidates) {
    const SharedParams& shared =
        Algorithms::instance().find(one.training.name)->shared(one.training.params.get());
    EXPECT_EQ(shared.steps.standardize->scale, Scale::Rms) << one.yaml;
    EXPECT_EQ(shared.threshold->positive, "a: b") << one.yaml;
    EXPECT_EQ(one.yaml.find("class_weight: balanced") == std::string::npos, one.training.name == "knn")
        << one.yaml;
  }
}

TEST(Selection, IsCutOffByItsBudget) {
  const SelectedAlgorithm cut = select(samples(false), 0);
  EXPECT_EQ(cut.ranking.size(), 1U);
  EXPECT_GT(cut.candidates, 10U);
}

}  // namespace
}  // namespace radflow
