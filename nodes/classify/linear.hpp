// Linear: scores that are weighted sums of the features, a row of weights a class, or one row for two classes: the
// second's score, of which the first's is the negative. What logistic, ridge and the linear svm have in common.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/param_codec.hpp"
#include "nodes/classify/classifier.hpp"

namespace radflow {

struct Linear {
  std::vector<double> weights;     // row by row
  std::vector<double> intercepts;  // one a row

  // Rows for this number of classes.
  static std::size_t rows(std::size_t classes) { return classes == 2 ? 1 : classes; }
  // Throws ParamError; `part` is what it names: "the ridge".
  static Linear read(std::string_view bytes, std::size_t features, std::size_t classes,
                     const std::string& part);

  void scores(std::span<const float> features, std::span<double> out) const;
  std::string bytes() const;
};

enum class LossWeight { None, Balanced };
Choices<LossWeight> choices_of(LossWeight);
// What each sample counts: 1, or samples / (classes * samples of its class), as scikit-learn has it.
std::vector<double> sample_weights(const TrainingSet& set, LossWeight weight);
// Manifest::balanced_by.
std::string balanced_by(LossWeight weight);

}  // namespace radflow
