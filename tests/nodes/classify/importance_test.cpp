// Permutation importance of models whose answers can be worked out by hand.
#include "nodes/classify/importance.hpp"

#include <gmock/gmock.h>

#include <stdexcept>

#include "nodes/classify/regressor.hpp"

namespace radflow {
namespace {

// The probability of the second class is the first feature; the others change nothing.
struct First final : Classifier {
  void probabilities(std::span<const float> features, std::span<double> out) const override {
    out[1] = features[0];
    out[0] = 1 - out[1];
  }
  std::string bytes() const override { return ""; }
};

Model model() {
  Model made;
  made.manifest.classes = {"a", "b"};
  made.manifest.features = {"edges.0", "edges.1", "shades.0"};
  made.classifier = std::make_shared<const First>();
  return made;
}

const std::vector<std::vector<float>> rows{{.1F, 5, 1}, {.2F, 4, 2}, {.3F, 3, 3},
                                           {.8F, 2, 4}, {.9F, 1, 5}, {.7F, 0, 6}};
const std::vector<std::size_t> expected{0, 0, 0, 1, 1, 1};

TEST(Importance, IsZeroOfWhatIsNotUsedAndPositiveOfWhatIs) {
  const auto all = importance_of(model(), rows, expected, Permuted::Features, 40, 1);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].name, "edges.0");
  // The area is 1; of features in any order it is .5 on average, and its deviation sqrt((6 + 1) / (12 * 3 * 3)) = .255.
  EXPECT_NEAR(all[0].mean, 0.5, 4 * 0.255 / 6.3);
  EXPECT_GT(all[0].deviation, 0.1);
  for (const std::size_t unused : {1U, 2U}) {
    EXPECT_EQ(all[unused].mean, 0) << all[unused].name;
    EXPECT_EQ(all[unused].deviation, 0);
  }
}

TEST(Importance, ExchangesTheFeaturesOfANodeTogether) {
  const auto all = importance_of(model(), rows, expected, Permuted::Blocks, 5, 1);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].name, "edges");
  EXPECT_GT(all[0].mean, 0);
  EXPECT_EQ(all[1].mean, 0);
  const auto again = importance_of(model(), rows, expected, Permuted::Blocks, 5, 1);
  EXPECT_EQ(again[0].mean, all[0].mean) << "the seed fixes it";
}

// The number is the first feature.
struct FirstNumber final : Regressor {
  double operator()(std::span<const float> features) const override { return features[0]; }
  std::string bytes() const override { return ""; }
};

TEST(Importance, OfNumbersIsHowMuchOfTheVarianceIsLost) {
  Model numbers = model();
  numbers.classifier = nullptr;
  numbers.regressor = std::make_shared<const FirstNumber>();
  std::vector<double> truth;
  for (const auto& row : rows) truth.push_back(row[0]);
  const auto all = importance_of_numbers(numbers, rows, truth, Permuted::Features, 400, 1);
  EXPECT_EQ(all[0].name, "edges.0");
  // R^2 is 1; of numbers in any order the squared errors are twice the variance, so that it is -1: it falls by 2.
  EXPECT_NEAR(all[0].mean, 2, 0.2);
  EXPECT_EQ(all[1].mean, 0);
  EXPECT_THROW(importance_of_numbers(numbers, rows, std::vector<double>(6, 1), Permuted::Features, 5, 1),
               std::runtime_error);
}

TEST(Importance, NeedsTwoClasses) {
  EXPECT_THROW(importance_of(model(), rows, std::vector<std::size_t>(6, 1), Permuted::Features, 5, 1),
               std::runtime_error);
}

}  // namespace
}  // namespace radflow
