// Every measure against scikit-learn on the same predictions; the numbers are those that
// tests/nodes/classify/evaluation_reference.py prints, by scikit-learn 1.9.0.
#include "nodes/classify/measures.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace radflow {
namespace {

using testing::DoubleNear;
using testing::HasSubstr;
using testing::Pointwise;

const std::vector<std::string> names{"a", "b", "c"};

std::vector<Case> cases(std::size_t classes) {
  std::vector<Case> cases;
  for (std::size_t i = 0; i < 200; ++i) {
    const std::size_t truth = i * 7 % 10 % classes;
    std::vector<double> raw;
    for (std::size_t c = 0; c < classes; ++c)
      raw.push_back(1 + static_cast<double>((i * 31 + 7 * c * c + i * c * 17) % 23) +
                    (c == truth ? static_cast<double>(i % 19) : 0.0));
    const double sum = std::accumulate(raw.begin(), raw.end(), 0.0);
    for (double& value : raw) value /= sum;
    const auto label = static_cast<std::size_t>(std::ranges::max_element(raw) - raw.begin());
    cases.push_back({names[truth], names[label], raw});
  }
  return cases;
}

std::vector<double> values(const std::vector<Estimate>& estimates) {
  std::vector<double> values;
  for (const Estimate& one : estimates) values.push_back(one.value.value_or(-1));
  return values;
}

TEST(Measures, EqualScikitLearnOfTwoClasses) {
  const Evaluation result = evaluate({"a", "b"}, cases(2));
  EXPECT_THAT(values(result.estimates),
              Pointwise(DoubleNear(1e-12), {0.78, 0.78, 0.78, 0.8485, 0.16732823886022863}));
  EXPECT_THAT(values(result.classes[0].estimates),
              Pointwise(DoubleNear(1e-12),
                        {0.78, 0.78, 0.78, 0.78, 0.78, 0.8485, 0.8374341192463286, 0.16732823886022863}));
  EXPECT_THAT(values(result.classes[1].estimates),
              Pointwise(DoubleNear(1e-12),
                        {0.78, 0.78, 0.78, 0.78, 0.78, 0.8485, 0.8448915188171942, 0.16732823886022863}));
}

TEST(Measures, EqualScikitLearnOfThreeClasses) {
  const Evaluation result = evaluate(names, cases(3));
  EXPECT_THAT(values(result.estimates),
              Pointwise(DoubleNear(1e-12), {0.695, 0.6930555555555555, 0.6926797791401874, 0.8205481150793651,
                                            0.5024330115427666}));
  const std::vector<std::vector<double>> theirs{
      {0.7125, 0.85, 0.76, 0.816, 0.7354838709677419, 0.8568229166666667, 0.8289307629012788,
       0.17619831359427923},
      {0.6833333333333333, 0.8, 0.5942028985507246, 0.8549618320610687, 0.6356589147286822, 0.772797619047619,
       0.6349502741698805, 0.16898144081126873},
      {0.6833333333333333, 0.8928571428571429, 0.7321428571428571, 0.8680555555555556, 0.7068965517241379,
       0.8320238095238095, 0.7259670584595939, 0.15725325713721863}};
  for (std::size_t c = 0; c < 3; ++c)
    EXPECT_THAT(values(result.classes[c].estimates), Pointwise(DoubleNear(1e-12), theirs[c])) << c;
}

TEST(Measures, EqualScikitLearnWhereAClassHasNoCases) {
  std::vector<Case> some = cases(3);
  std::erase_if(some, [](const Case& one) { return one.expected == "c"; });
  const std::vector<double> all = values(evaluate(names, some).estimates);
  EXPECT_THAT(std::vector(all.begin(), all.begin() + 4),
              Pointwise(DoubleNear(1e-12), {0.7, 0.6979166666666667, 0.4903749903749904, 0.81078125}));
}

// A draw without the class would have the mean of other classes, and the interval would be that of two measures.
TEST(Measures, MeansOverClassesHaveNoIntervalWhereManyDrawsLackOne) {
  std::vector<Case> some = cases(3);
  bool kept = false;
  std::erase_if(some, [&](const Case& one) { return one.expected == "c" && std::exchange(kept, true); });
  for (const Estimate& one : evaluate(names, some).estimates) {
    EXPECT_TRUE(one.value) << one.name;
    const bool of_classes = one.name == "balanced_accuracy" || one.name == "f1" || one.name == "auc";
    EXPECT_EQ(one.interval.has_value(), !of_classes) << one.name;
    EXPECT_EQ(one.without, of_classes ? too_few : "") << one.name;
  }
}

TEST(Measures, CalibrationEqualsScikitLearn) {
  const Evaluation result = evaluate(names, cases(3));
  std::vector<double> share, mean;
  std::int64_t count = 0;
  for (const CalibrationBin& bin : result.classes[1].calibration) {
    share.push_back(bin.share);
    mean.push_back(bin.mean_probability);
    count += bin.cases;
  }
  EXPECT_EQ(count, 200);
  EXPECT_THAT(share, Pointwise(DoubleNear(1e-12), {0.05555555555555555, 0.06060606060606061,
                                                   0.2647058823529412, 0.17647058823529413,
                                                   0.5357142857142857, 0.5, 0.7777777777777778, 0.875, 1.0}));
  EXPECT_THAT(mean,
              Pointwise(DoubleNear(1e-12), {0.05066363012355826, 0.15658464187710877, 0.25249333967778476,
                                            0.34968366111786975, 0.4526467510322223, 0.547232026218286,
                                            0.6462649869294601, 0.7317546989084258, 0.8095238095238095}));
}

// For a share of independent cases the bootstrap's interval is Wilson's, but for a hundredth; of cases that come in fives
// of one kind it is wider by the root of five.
TEST(Intervals, AreWiderWhereCasesBelongTogether) {
  std::vector<Case> single, grouped;
  for (int i = 0; i < 400; ++i) {
    const bool right = i / 5 * 7 % 10 < 8;
    single.push_back(
        {i % 2 ? "a" : "b", (i % 2 == 1) == right ? "a" : "b", {i % 2 ? 0.6 : 0.4, i % 2 ? 0.4 : 0.6}});
    grouped.push_back(single.back());
    grouped.back().group = "patient " + std::to_string(i / 5);
  }
  const Evaluation alone = evaluate({"a", "b"}, single), together = evaluate({"a", "b"}, grouped);
  EXPECT_EQ(values(alone.estimates), values(together.estimates));
  const auto width = [](const Estimate& one) { return one.interval->high - one.interval->low; };
  EXPECT_NEAR(width(alone.estimates[1]), width(alone.estimates[0]), 0.01)
      << "balanced by bootstrap, accuracy by Wilson";
  EXPECT_NEAR(width(together.estimates[0]) / width(alone.estimates[0]), std::sqrt(5), 0.25);
  EXPECT_EQ(together.groups, 80);
  EXPECT_EQ(together.intervals, "bootstrap over 80 groups");
  EXPECT_THAT(alone.intervals, HasSubstr("optimistic"));
  const Evaluation again = evaluate({"a", "b"}, grouped);
  EXPECT_EQ(again.estimates[0].interval->low, together.estimates[0].interval->low);
}

TEST(Measures, AreAbsentWhereTheCasesHaveNone) {
  const Evaluation result = evaluate({"a", "b"}, {{"a", "a", {1, 0}}, {"a", "a", {0.8, 0.2}}});
  EXPECT_EQ(result.classes[0].estimates[0].value, 1);             // sensitivity
  EXPECT_EQ(result.classes[0].estimates[1].value, std::nullopt);  // specificity
  EXPECT_EQ(result.classes[0].estimates[3].value, std::nullopt);  // npv
  EXPECT_EQ(result.classes[0].estimates[5].value, std::nullopt);  // auc
  EXPECT_EQ(result.estimates[1].value, 1) << "balanced accuracy, of the classes that have cases";
  EXPECT_FALSE(result.estimates[3].interval);
}

// Where all is right every draw says so. A share has Wilson's interval of as many cases as there are groups that have such
// cases: 8 of the 12 patients are of the class a. The rest has no interval, and says why.
TEST(Intervals, HaveNoWidthOfZero) {
  std::vector<Case> all;
  for (int patient = 0; patient < 12; ++patient)
    for (int image = 0; image < 3; ++image) {
      const bool a = patient < 8;
      all.push_back({a ? "a" : "b", a ? "a" : "b", {a ? 0.9 : 0.1, a ? 0.1 : 0.9}, std::to_string(patient)});
    }
  const auto check = [](const Evaluation& result, double all_cases, double of_a, double of_b) {
    const auto expect = [](const Estimate& one, double n) {
      ASSERT_TRUE(one.interval) << one.name;
      EXPECT_NEAR(one.interval->low, n / (n + 1.959963984540054 * 1.959963984540054), 1e-12) << one.name;
      EXPECT_EQ(one.interval->high, 1) << one.name;
      EXPECT_EQ(one.without, "");
    };
    expect(result.estimates[0], all_cases);
    for (const std::size_t m : {0U, 2U}) {  // sensitivity, precision
      expect(result.classes[0].estimates[m], of_a);
      expect(result.classes[1].estimates[m], of_b);
      expect(result.classes[0].estimates[m + 1], of_b);  // specificity, negative predictive value
      expect(result.classes[1].estimates[m + 1], of_a);
    }
    std::vector<Estimate> others(result.estimates.begin() + 1, result.estimates.end());
    for (const ClassScore& score : result.classes)
      others.insert(others.end(), score.estimates.begin() + 4, score.estimates.end());
    for (const Estimate& one : others) {
      EXPECT_TRUE(one.value) << one.name;
      EXPECT_FALSE(one.interval) << one.name;
      EXPECT_EQ(one.without, "no variance") << one.name;
    }
  };
  const Evaluation grouped = evaluate({"a", "b"}, all);
  check(grouped, 12, 8, 4);
  EXPECT_EQ(grouped.intervals,
            "bootstrap over 12 groups, Wilson over the groups for shares of which all draws are the same");
  for (Case& one : all) one.group = "";
  check(evaluate({"a", "b"}, all), 36, 24, 12);
  all.resize(25);
  EXPECT_EQ(evaluate({"a", "b"}, all).estimates[3].without, "too few") << "one case of b";
}

}  // namespace
}  // namespace radflow
