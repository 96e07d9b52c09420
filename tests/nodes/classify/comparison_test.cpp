// Two models on the same cases. References: scipy.stats.binomtest for McNemar; for the areas scikit-learn's roc_auc_score and
// DeLong's covariance of the placements by numpy.cov, with ties (scikit-learn 1.9, SciPy 1.17).
#include "nodes/classify/comparison.hpp"

#include <gmock/gmock.h>

#include <stdexcept>

namespace radflow {
namespace {

TEST(Comparison, McNemarIsTheExactBinomialTest) {
  EXPECT_NEAR(mcnemar(10, 3).p, 0.09228515625, 1e-9);
  EXPECT_NEAR(mcnemar(0, 5).p, 0.0625, 1e-9);
  EXPECT_NEAR(mcnemar(120, 90).p, 0.045114087864840696, 1e-9);
  EXPECT_NEAR(mcnemar(4, 4).p, 1, 1e-9);
  EXPECT_NEAR(mcnemar(0, 1).p, 1, 1e-9);
  EXPECT_NEAR(mcnemar(0, 0).p, 1, 1e-9);
}

struct Problem {
  std::vector<double> first, second;
  std::vector<bool> positive;
};

Problem problem() {
  Problem made;
  for (int i = 0; i < 24; ++i) {
    const bool is = i * 5 % 7 < 3;
    made.positive.push_back(is);
    made.first.push_back(i * 37 % 23 / 23.0 + 0.4 * is);
    made.second.push_back(i * 11 % 8 / 8.0 + 0.3 * is);
  }
  return made;
}

TEST(Comparison, PairedAreasHaveDeLongsDeviation) {
  const Problem one = problem();
  const auto paired = paired_auc(one.first, one.second, one.positive);
  ASSERT_TRUE(paired);
  EXPECT_NEAR(paired->first, 0.8142857142857143, 1e-9);
  EXPECT_NEAR(paired->second, 0.7857142857142857, 1e-9);
  EXPECT_NEAR(paired->deviation, 0.1338946843575766, 1e-9);
  EXPECT_NEAR(paired->p, 0.831024865770285, 1e-9);
  EXPECT_EQ(paired_auc(one.first, one.first, one.positive)->p, 1);
  EXPECT_FALSE(paired_auc({1, 2, 3}, {1, 2, 3}, {true, false, false})) << "one positive has no variance";
}

std::vector<Case> cases_of(const std::vector<double>& scores, const std::vector<bool>& positive,
                           int group_of) {
  std::vector<Case> cases;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double p = scores[i] / 2;
    cases.push_back({positive[i] ? "ill" : "healthy", p > 0.5 ? "ill" : "healthy", {1 - p, p}});
    if (group_of > 0) cases.back().group = std::to_string(i / static_cast<std::size_t>(group_of));
  }
  return cases;
}

TEST(Comparison, SaysByWhatTheDifferencesWereFound) {
  const Problem one = problem();
  const std::vector<std::string> classes{"healthy", "ill"};
  const auto plain =
      compare(classes, cases_of(one.first, one.positive, 0), cases_of(one.second, one.positive, 0), 1);
  ASSERT_EQ(plain.size(), 2U);
  EXPECT_EQ(plain[0].by, "McNemar, exact");
  EXPECT_EQ(plain[1].measure, "AUC of ill");
  EXPECT_EQ(plain[1].by, "DeLong");
  EXPECT_NEAR(plain[1].first, 0.8142857142857143, 1e-9);

  const auto grouped =
      compare(classes, cases_of(one.first, one.positive, 3), cases_of(one.second, one.positive, 3), 1);
  EXPECT_EQ(grouped[1].by, "bootstrap over 8 groups");
  EXPECT_FALSE(grouped[0].p) << "McNemar does not know of groups";
  ASSERT_TRUE(grouped[1].interval);
  const double difference = grouped[1].first - grouped[1].second;
  EXPECT_LT(grouped[1].interval->low, difference);
  EXPECT_GT(grouped[1].interval->high, difference);
}

TEST(Comparison, OfAModelWithItselfHasNoIntervalOfNoWidth) {
  const Problem one = problem();
  for (const int group_of : {0, 3}) {
    const auto cases = cases_of(one.first, one.positive, group_of);
    for (const Difference& found : compare({"healthy", "ill"}, cases, cases, 1)) {
      EXPECT_EQ(found.first, found.second);
      EXPECT_FALSE(found.interval) << found.measure;
    }
  }
}

// Most draws of the groups lack the one that has all positives: the others would say that the models surely differ.
TEST(Comparison, HasNoIntervalWhereFewDrawsHaveTheClass) {
  const Problem one = problem();
  std::vector<Case> first = cases_of(one.first, one.positive, 3),
                    second = cases_of(one.second, one.positive, 3);
  for (std::vector<Case>* cases : {&first, &second})
    for (Case& of : *cases)
      if (of.expected == "ill") of.group = "the only ill one";
  const auto found = compare({"healthy", "ill"}, first, second, 1);
  EXPECT_TRUE(found[0].interval) << "every draw has an accuracy";
  EXPECT_FALSE(found[1].interval);
  EXPECT_EQ(found[1].without, too_few);
}

TEST(Comparison, CallsAPerfectModelNotTheSameAsAConstantOne) {
  const std::vector<bool> positive{true, true, true, false, false, false};
  const auto found = compare({"healthy", "ill"}, cases_of({1.8, 1.6, 1.4, 0.6, 0.4, 0.2}, positive, 0),
                             cases_of({0.5, 0.5, 0.5, 0.5, 0.5, 0.5}, positive, 0), 1);
  EXPECT_EQ(found[1].first - found[1].second, 0.5);
  EXPECT_FALSE(found[1].p) << *found[1].p;
  EXPECT_EQ(found[1].without, no_variance);
}

TEST(Comparison, RefusesOtherCases) {
  const std::vector<Case> one{{"a", "a", {1, 0}}}, other{{"b", "b", {0, 1}}};
  EXPECT_THROW(compare({"a", "b"}, one, other, 1), std::runtime_error);
  EXPECT_THROW(compare({"a", "b"}, {}, {}, 1), std::runtime_error);
}

}  // namespace
}  // namespace radflow
