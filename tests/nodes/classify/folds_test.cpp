// Folds: groups stay together, classes are spread evenly, and a class that is too rare is named.
#include "nodes/classify/folds.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

namespace radflow {
namespace {

TEST(Folds, KeepGroupsTogetherAndClassesEven) {
  TrainingSet set{cv::Mat(100, 1, CV_32F, cv::Scalar(0)), {}, 2};
  for (int i = 0; i < 100; ++i) {
    set.labels.push_back(i % 4 == 0);
    set.groups.push_back(i / 8 * 2 + i % 4 / 2);  // A group has some four samples.
  }
  const std::vector<int> folds = stratified_folds(set, 5, 1);
  EXPECT_EQ(folds, stratified_folds(set, 5, 1));
  std::map<int, std::set<int>> of_group;
  std::vector<int> positives(5), size(5);
  for (std::size_t i = 0; i < 100; ++i) {
    of_group[set.groups[i]].insert(folds[i]);
    positives[static_cast<std::size_t>(folds[i])] += set.labels[i];
    ++size[static_cast<std::size_t>(folds[i])];
  }
  for (const auto& [group, in] : of_group) EXPECT_EQ(in.size(), 1) << group;
  EXPECT_THAT(positives, testing::Each(testing::AllOf(testing::Ge(4), testing::Le(7))));
  EXPECT_THAT(size, testing::Each(testing::AllOf(testing::Ge(14), testing::Le(26))));
  set.groups.assign(100, 1);
  EXPECT_THROW(stratified_folds(set, 5, 1), std::runtime_error);
}

TEST(Folds, NameTheClassThatHasTooFewGroups) {
  TrainingSet set{cv::Mat(30, 1, CV_32F, cv::Scalar(0)), std::vector<int>(30, 0), 2};
  set.class_names = {"well", "ill"};
  set.labels[3] = 1;
  const auto said = [](const auto& make) -> std::string {
    try {
      make();
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(said([&] { stratified_folds(set, 5, 1); }), testing::HasSubstr("class 'ill' has them in 1 "));
  // Two images of it make two folds, and no folds within the other one.
  set.labels[4] = 1;
  EXPECT_EQ(std::ranges::max(stratified_folds(set, 5, 1)), 1);
  EXPECT_THAT(said([&] { nested_folds(set, 1); }), testing::HasSubstr("class 'ill' has them in 2 "));
  set.labels[5] = 1;
  const NestedFolds nested = nested_folds(set, 1);
  EXPECT_EQ(nested.inner.size(), 3);
  EXPECT_EQ(nested.all, 6);
  EXPECT_EQ(nested.inner_in_words(), "2 folds");
}

}  // namespace
}  // namespace radflow
