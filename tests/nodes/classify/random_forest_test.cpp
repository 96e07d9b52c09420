#include "nodes/classify/random_forest.hpp"

#include <cstring>
#include <random>

#include "graph/param.hpp"

namespace radflow {
namespace {

// Classes that overlap: trees grow deep and disagree, votes tie.
TrainingSet overlapping(int rows, int columns, int classes, unsigned seed) {
  std::mt19937 random{seed};
  std::normal_distribution<float> noise{0, 1};
  TrainingSet set{cv::Mat(rows, columns, CV_32F), {}, classes};
  for (int i = 0; i < rows; ++i) {
    set.labels.push_back(i % classes);
    for (int j = 0; j < columns; ++j) {
      // Some columns hold few distinct values, so that many values lie on thresholds of neighbours.
      const float value = noise(random) + 0.4F * static_cast<float>(i % classes);
      set.samples.at<float>(i, j) = j % 3 ? value : std::round(value * 4) / 4;
    }
  }
  return set;
}

std::span<const float> row(const cv::Mat& samples, int i) {
  return {samples.ptr<float>(i), static_cast<std::size_t>(samples.cols)};
}

// Votes of cv::ml for each sample, one column per class. A forest of one tree that saw one class alone, or of
// trees that name their classes in another order, would show here.
cv::Mat votes_of(const std::vector<cv::Ptr<cv::ml::RTrees>>& forests, const cv::Mat& samples, int classes) {
  cv::Mat sum = cv::Mat::zeros(samples.rows, classes, CV_32S);
  for (const auto& forest : forests) {
    cv::Mat votes;  // the first row names the classes
    forest->getVotes(samples, votes, 0);
    for (int c = 0; c < votes.cols; ++c) sum.col(votes.at<int>(0, c)) += votes.rowRange(1, votes.rows).col(c);
  }
  return sum;
}

class SameVotes : public testing::TestWithParam<std::tuple<int, std::string>> {};

TEST_P(SameVotes, AsCvMlOnSamplesSeenAndNew) {
  const auto& [classes, weight] = GetParam();
  RandomForestParams params;
  params.trees = 31;
  params.class_weight = weight == "balanced" ? ClassWeight::Balanced : ClassWeight::None;
  const TrainingSet set = overlapping(600, 7, classes, 1);
  const auto grown = RandomForest::grow(set, params);
  const RandomForest forest{grown};
  for (const cv::Mat& samples : {set.samples, overlapping(400, 7, classes, 2).samples}) {
    const cv::Mat votes = votes_of(grown, samples, classes);
    std::vector<double> probabilities(classes);
    for (int i = 0; i < samples.rows; ++i) {
      forest.probabilities(row(samples, i), probabilities);
      for (int c = 0; c < classes; ++c)
        ASSERT_EQ(probabilities[c], votes.at<int>(i, c) / 31.0) << "sample " << i << " class " << c;
      if (grown.size() == 1) {
        ASSERT_EQ(std::ranges::max_element(probabilities) - probabilities.begin(),
                  static_cast<int>(grown.front()->predict(samples.row(i))));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Forests, SameVotes,
                         testing::Combine(testing::Values(2, 3, 5), testing::Values("none", "balanced")));

TEST(RandomForest, OneSplitByHand) {
  // One feature, -1 of class 0 and 1 of class 1: every tree that saw both splits between them.
  TrainingSet set{cv::Mat(40, 1, CV_32F), {}, 2};
  for (int i = 0; i < 40; ++i) {
    set.labels.push_back(i % 2);
    set.samples.at<float>(i) = i % 2 ? 1 : -1;
  }
  const RandomForest forest{RandomForest::grow(set, {})};
  std::vector<double> probabilities(2);
  const std::vector<float> low{-1}, high{1};
  forest.probabilities(low, probabilities);
  EXPECT_EQ(probabilities, (std::vector<double>{1, 0}));
  forest.probabilities(high, probabilities);
  EXPECT_EQ(probabilities, (std::vector<double>{0, 1}));
}

TEST(RandomForest, SameSeedSameBytes) {
  const TrainingSet set = overlapping(300, 5, 2, 1);
  RandomForestParams params;
  params.trees = 10;
  const std::string bytes = RandomForest{RandomForest::grow(set, params)}.bytes();
  cv::theRNG().state =
      12345;  // what the thread drew before does not matter, and goes on as if nothing had been
  EXPECT_TRUE(RandomForest{RandomForest::grow(set, params)}.bytes() == bytes);
  EXPECT_EQ(cv::theRNG().state, 12345U);
  params.seed = 2;
  EXPECT_FALSE(RandomForest{RandomForest::grow(set, params)}.bytes() == bytes);
}

TEST(RandomForest, BytesReadBack) {
  const RandomForest forest{RandomForest::grow(overlapping(300, 5, 3, 1), {})};
  EXPECT_TRUE((RandomForest{forest.bytes(), 5, 3}).bytes() == forest.bytes());
}

// A forest of one tree: node 0 splits on feature 0, nodes 1 and 2 are leaves of class 0 and 1.
struct Bytes3 {
  std::uint32_t trees = 1, nodes = 3, root = 0;
  RandomForest::Node node[3] = {{0, 0.5F, 1}, {-1, 0, 0}, {-2, 0, 0}};
  std::string str() const { return {reinterpret_cast<const char*>(this), sizeof(*this)}; }
};

TEST(RandomForest, RefusesDamage) {
  ASSERT_NO_THROW((RandomForest{Bytes3{}.str(), 1, 2}));
  const auto refused = [](auto damage) {
    Bytes3 bytes;
    damage(bytes);
    EXPECT_THROW((RandomForest{bytes.str(), 1, 2}), ParamError);
  };
  refused([](Bytes3& b) { b.root = 3; });              // begins outside
  refused([](Bytes3& b) { b.node[0].feature = 1; });   // no such feature
  refused([](Bytes3& b) { b.node[1].feature = -3; });  // no such class
  refused([](Bytes3& b) { b.node[1].feature = INT32_MIN; });
  refused([](Bytes3& b) { b.node[0].left = 0; });  // a walk that never ends
  refused([](Bytes3& b) { b.node[0].left = 2; });  // right child outside
  refused([](Bytes3& b) { b.node[0].left = UINT32_MAX; });
  refused([](Bytes3& b) { b.trees = 0; });
  refused([](Bytes3& b) { b.trees = 2; });
  refused([](Bytes3& b) { b.nodes = UINT32_MAX; });  // promises 51 GB
  for (std::size_t size = 0; size < sizeof(Bytes3); ++size)
    EXPECT_THROW((RandomForest{Bytes3{}.str().substr(0, size), 1, 2}), ParamError) << size;
  EXPECT_THROW((RandomForest{Bytes3{}.str() + "x", 1, 2}), ParamError);
  const std::uint32_t without_nodes[]{1, 0, 0};
  EXPECT_THROW((RandomForest{{reinterpret_cast<const char*>(without_nodes), 12}, 1, 2}), ParamError);
}

}  // namespace
}  // namespace radflow
