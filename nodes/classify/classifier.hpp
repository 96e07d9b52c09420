// Classifier: what turns the numbers of one message into a probability per class. How one
// is made: nodes/classify/algorithm.hpp.
#pragma once

#include <memory>
#include <opencv2/core/mat.hpp>
#include <span>
#include <string>
#include <vector>

namespace radflow {

class SharedPairs;  // nodes/classify/kernel_matrix.hpp

struct TrainingSet {
  cv::Mat samples;          // one row per sample, one column per feature, CV_32F, finite
  std::vector<int> labels;  // each row has an index below `classes`; every class occurs
  int classes = 0;          // 2 or more
  // The group of each row: when an algorithm is fitted on a part of the rows, a group is in the part or it is not. Empty:
  // each row is a group.
  std::vector<int> groups = {};
  std::vector<std::string> class_names = {};  // what messages call the classes; empty: nobody said
  // Where several algorithms are fitted on the same samples: what one works out of them for the next. Null elsewhere.
  std::shared_ptr<SharedPairs> pairs = {};
};

// Immutable; any thread.
class Classifier {
 public:
  virtual ~Classifier() = default;
  // `features` are finite, as many as there were columns; `out` has one place per class and sums to 1. An algorithm that
  // gives scores (nodes/classify/algorithm.hpp) has its score of each class there instead.
  virtual void probabilities(std::span<const float> features, std::span<double> out) const = 0;
  // What the algorithm's `read` reads; the same for the same training set and parameters.
  virtual std::string bytes() const = 0;
  // The classes of which it knows no better than the prior, as its scores do not grow with their probability; of two
  // classes the second stands for both.
  virtual std::vector<std::size_t> unknown_classes() const { return {}; }
  // What it keeps of single training samples, which may be personal data: "the features of all 5232 training samples".
  virtual std::string holds() const { return ""; }
};

}  // namespace radflow
