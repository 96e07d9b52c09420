// Numbers worked out by hand, or taken from the literature where it says so.
#include "nodes/classify/evaluation.hpp"

#include <algorithm>
#include <random>
#include <stdexcept>

namespace radflow {
namespace {

TEST(Auc, ByHand) {
  // Pairs (positive, negative): 0.8 wins over 0.5 and 0.2; 0.5 ties with 0.5 and wins over 0.2: 3.5 of 4.
  EXPECT_EQ(auc({0.8, 0.5}, {0.5, 0.2})->value, 3.5 / 4);
  EXPECT_EQ(auc({1, 1}, {0, 0})->value, 1);
  EXPECT_EQ(auc({0, 0}, {1, 1})->value, 0);
  EXPECT_EQ(auc({0.3}, {0.3})->value, 0.5);
  EXPECT_FALSE(auc({}, {1}));
  EXPECT_FALSE(auc({1}, {}));
}

TEST(Auc, IntervalByHand) {
  // Positives 0.8, 0.5 win 1 and 0.75 of the negatives: variance (0.125^2 * 2) / 1 = 0.03125, over 2 of them.
  // Negatives 0.5, 0.2 lose 0.75 and 1 of the positives: the same. Sum 0.03125, root 0.176777,
  // times 1.959964.
  const ConfidenceInterval interval = *auc({0.8, 0.5}, {0.5, 0.2})->interval;
  EXPECT_NEAR(interval.low, 0.875 - 0.346476, 1e-6);
  EXPECT_EQ(interval.high, 1);
  EXPECT_FALSE(auc({0.8}, {0.5, 0.2})->interval);
}

TEST(Auc, EqualsCountingEveryPair) {
  std::mt19937 random{1};
  std::vector<double> positives, negatives;
  for (int i = 0; i < 60; ++i) positives.push_back((random() % 11 + 2) / 12.0);
  for (int i = 0; i < 45; ++i) negatives.push_back(random() % 11 / 12.0);
  double wins = 0;
  for (const double p : positives)
    for (const double n : negatives) wins += p > n ? 1 : p == n ? 0.5 : 0;
  EXPECT_EQ(auc(positives, negatives)->value, wins / (60.0 * 45.0));
}

TEST(Share, WilsonsInterval) {
  // 81 of 263: Newcombe 1998, table I, method 3.
  EXPECT_NEAR((Share{81, 263}.interval()->low), 0.2553, 5e-5);
  EXPECT_NEAR((Share{81, 263}.interval()->high), 0.3662, 5e-5);
  // 0 of 20, from the same table.
  EXPECT_EQ((Share{0, 20}.interval()->low), 0);
  EXPECT_NEAR((Share{0, 20}.interval()->high), 0.1611, 5e-5);
  EXPECT_FALSE((Share{0, 0}.value()));
  EXPECT_FALSE((Share{0, 0}.interval()));
}

// 4 ill, 3 of them found; 2 healthy, 1 taken for ill.
std::vector<Case> six() {
  return {{"ill", "ill", {0.1, 0.9}},     {"ill", "ill", {0.2, 0.8}},     {"ill", "ill", {0.4, 0.6}},
          {"ill", "healthy", {0.7, 0.3}}, {"healthy", "ill", {0.4, 0.6}}, {"healthy", "healthy", {0.8, 0.2}}};
}

TEST(Evaluate, TwoClassesByHand) {
  const Evaluation result = evaluate({"healthy", "ill"}, six());
  EXPECT_EQ(result.cases, 6);
  EXPECT_EQ(*result.accuracy.value(), 4.0 / 6);
  EXPECT_EQ(result.confusion, (std::vector<std::vector<std::int64_t>>{{1, 1}, {1, 3}}));
  const ClassScore& ill = result.classes[1];
  EXPECT_EQ(ill.name, "ill");
  EXPECT_EQ(ill.cases, 4);
  EXPECT_EQ(*ill.sensitivity.value(), 3.0 / 4);
  EXPECT_EQ(*ill.specificity.value(), 1.0 / 2);
  // 0.9 and 0.8 beat both negatives, 0.6 ties with one and beats one, 0.3 beats one: 6.5 of 8.
  EXPECT_EQ(ill.auc->value, 6.5 / 8);
  EXPECT_EQ(result.classes[0].auc->value, 6.5 / 8);
  EXPECT_EQ(*result.auc, 6.5 / 8);
  EXPECT_EQ(*result.classes[0].sensitivity.value(), 1.0 / 2);
  EXPECT_EQ(*result.classes[0].specificity.value(), 3.0 / 4);
}

TEST(Evaluate, OrderChangesNoDigit) {
  std::vector<Case> cases = six();
  const Evaluation first = evaluate({"healthy", "ill"}, cases);
  std::ranges::reverse(cases);
  const Evaluation second = evaluate({"healthy", "ill"}, cases);
  EXPECT_EQ(first.auc, second.auc);
  EXPECT_EQ(first.classes[1].auc->interval->low, second.classes[1].auc->interval->low);
}

TEST(Evaluate, ThreeClassesAndOneWithoutCases) {
  std::vector<Case> cases{{"a", "a", {1, 0, 0}}, {"b", "c", {0, 0.4, 0.6}}};
  const Evaluation result = evaluate({"a", "b", "c"}, cases);
  EXPECT_EQ(*result.accuracy.value(), 0.5);
  EXPECT_EQ(result.confusion[1][2], 1);
  EXPECT_FALSE(result.classes[2].auc);
  EXPECT_FALSE(result.classes[2].sensitivity.value());
  EXPECT_EQ(*result.classes[2].specificity.value(), 0.5);
  EXPECT_EQ(*result.auc, 1) << "the mean of a and b, as balanced accuracy is that of their sensitivities";
  EXPECT_FALSE(evaluate({"a", "b", "c"}, {cases[0]}).auc) << "there is nothing to tell a from";
  cases.push_back({"c", "c", {0, 0.5, 0.5}});
  // a: 1. b: 0.4 against 0 and 0.5: 1 of 2. c: 0.5 against 0 and 0.6: 1 of 2.
  EXPECT_DOUBLE_EQ(*evaluate({"a", "b", "c"}, cases).auc, (1 + 0.5 + 0.5) / 3);
}

TEST(Evaluate, RefusesWhatItCannotJudge) {
  EXPECT_THROW(evaluate({"a", "b"}, {}), std::runtime_error);
  EXPECT_THROW(evaluate({"a", "b"}, {{"c", "a", {1, 0}}}), std::runtime_error);
  EXPECT_THROW(evaluate({"a", "b"}, {{"a", "c", {1, 0}}}), std::runtime_error);
  EXPECT_THROW(evaluate({"a", "b"}, {{"a", "a", {1}}}), std::runtime_error);
}

}  // namespace
}  // namespace radflow
