// Classifier: what turns the numbers of one message into a probability per class, and the algorithms that
// make one. A new algorithm is one .cpp with an Algorithm, added to algorithms(); its parameters join
// ClassifyParams.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <opencv2/core/mat.hpp>

namespace radflow {

// The parameters of the node `classify`. Those of training say how a model is made, not what a given one
// says: they are no part of the graph's digest.
struct ClassifyParams {
  std::string model;
  std::string algorithm = "random_forest";
  int trees = 100;
  int depth = 25;
  int min_samples = 2;
  int features_per_split = 0;
  std::string class_weight = "none";
  int seed = 1;
};

struct TrainingSet {
  cv::Mat samples;          // one row per sample, one column per feature, CV_32F, finite
  std::vector<int> labels;  // of each row, an index below `classes`; every class occurs
  int classes = 0;          // 2 or more
};

// Immutable; any thread.
class Classifier {
 public:
  virtual ~Classifier() = default;
  // `features` are finite, as many as there were columns; `out` has one place per class and sums to 1.
  virtual void probabilities(std::span<const float> features, std::span<double> out) const = 0;
  // What Algorithm::read reads; the same for the same training set and parameters.
  virtual std::string bytes() const = 0;
};

struct Algorithm {
  std::string_view name;
  std::unique_ptr<Classifier> (*train)(const TrainingSet& set, const ClassifyParams& params);
  // Throws ParamError if the bytes are not what bytes() wrote, whatever they are.
  std::unique_ptr<Classifier> (*read)(std::string_view bytes, std::size_t features, std::size_t classes);
};

// Null if there is none of that name.
const Algorithm* find_algorithm(std::string_view name);
std::vector<std::string> algorithm_names();

}  // namespace radflow
