// A random forest: cv::ml::RTrees grows it, flattened arrays answer for it, with the same votes and a third
// of the time. Probability of a class = its share of the trees' votes.
#pragma once

#include <cstdint>

#include <opencv2/ml.hpp>

#include "nodes/classify/classifier.hpp"

namespace radflow {

class RandomForest final : public Classifier {
 public:
  // 12 bytes, as in the file. The children of a split stand side by side, after it: no walk can go round.
  struct Node {
    std::int32_t feature = 0;  // of a split: the column it looks at; of a leaf: -1 - class
    float threshold = 0;       // a split goes left if value <= threshold, else right
    std::uint32_t left = 0;    // index of the left child; the right one follows it
  };

  // One forest, or one of one tree for each tree, where each draws from samples of its own (balanced classes).
  static std::vector<cv::Ptr<cv::ml::RTrees>> grow(const TrainingSet& set, const ClassifyParams& params);
  explicit RandomForest(const std::vector<cv::Ptr<cv::ml::RTrees>>& forests);
  // Throws ParamError.
  RandomForest(std::string_view bytes, std::size_t features, std::size_t classes);

  void probabilities(std::span<const float> features, std::span<double> out) const override;
  std::string bytes() const override;

 private:
  void append_trees(const cv::ml::RTrees& forest);

  std::vector<std::uint32_t> roots_;
  std::vector<Node> nodes_;
};

extern const Algorithm random_forest;

}  // namespace radflow
