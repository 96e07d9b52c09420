// A random forest: cv::ml::RTrees grows it, flattened arrays answer for it, with the same votes and a third
// of the time. Probability of a class = its share of the trees' votes.
#pragma once

#include <cstdint>

#include <opencv2/ml.hpp>

#include "nodes/classify/algorithm.hpp"

namespace radflow {

enum class ClassWeight { None, Balanced };
Choices<ClassWeight> choices_of(ClassWeight);

struct RandomForestParams {
  int trees = 100;
  int depth = 25;
  int min_samples = 2;
  int features_per_split = 0;
  ClassWeight class_weight = ClassWeight::None;
  int seed = 1;
};

class RandomForest final : public Classifier {
 public:
  static constexpr std::string_view gives = "shares of the trees' votes";

  // 12 bytes, as in the file. The children of a split stand side by side, after it: no walk can go round.
  struct Node {
    std::int32_t feature = 0;  // a split: the column it looks at; a leaf: -1 - class
    float threshold = 0;       // a split goes left if value <= threshold, else right
    std::uint32_t left = 0;    // index of the left child; the right one follows it
  };

  // One forest, or one of one tree for each tree, where each draws from samples of its own (balanced classes).
  static std::vector<cv::Ptr<cv::ml::RTrees>> grow(const TrainingSet& set, const RandomForestParams& params);
  explicit RandomForest(const std::vector<cv::Ptr<cv::ml::RTrees>>& forests);
  // Throws ParamError.
  RandomForest(std::string_view bytes, std::size_t features, std::size_t classes);

  static std::unique_ptr<Classifier> train(const TrainingSet& set, const RandomForestParams& params);
  // Throws ParamError.
  static std::unique_ptr<Classifier> read(std::string_view bytes, std::size_t features, std::size_t classes);
  static std::string balanced_by(const RandomForestParams& params);

  void probabilities(std::span<const float> features, std::span<double> out) const override;
  std::string bytes() const override;

 private:
  void append_trees(const cv::ml::RTrees& forest);

  std::vector<std::uint32_t> roots_;
  std::vector<Node> nodes_;
};

}  // namespace radflow
