// Threshold: from which probability on the positive of two classes is said, chosen by a named rule from probabilities of
// samples that did not fit the model.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/param_codec.hpp"

namespace radflow {

enum class ThresholdRule { Youden, Sensitivity, Specificity, Cost };
Choices<ThresholdRule> choices_of(ThresholdRule);

struct ThresholdParams {
  std::string positive;
  ThresholdRule rule = ThresholdRule::Youden;
  double least = 0.95;
  double miss = 1;
  static Fields<ThresholdParams> fields();
};

// As it stands in a manifest.
struct Threshold {
  std::string positive;  // the class
  double value = 0.5;    // the positive class is said if its probability is this or more
  std::string rule;      // "sensitivity of 0.95 or more"
  std::string from;      // which samples' probabilities it was chosen from
  // Of those samples at this threshold: they chose it, so that both are optimistic.
  double sensitivity = 0;
  double specificity = 0;
};

// Of the value, the rule and what it gives. `probabilities` are of the positive class. Candidates lie half-way between
// probabilities that occur; of equally good ones the lowest, which misses least. Throws std::runtime_error if there is no
// sample of one of both classes.
Threshold choose_threshold(const ThresholdParams& params, const std::vector<double>& probabilities,
                           const std::vector<bool>& positive);

}  // namespace radflow
