// Platt: probabilities from scores (Platt 1999), by the robust fit of Lin, Lin and Weng 2007, as scikit-learn's sigmoid
// calibration. The scores must be of samples that did not fit the algorithm: those that did look too sure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "nodes/classify/model_bytes.hpp"

namespace radflow {

// Probability = 1 / (1 + exp(a * score + b)).
struct Sigmoid {
  double a = 0;
  double b = 0;

  double operator()(double score) const;
};

// The fit of the least loss among those whose probability does not fall as the score grows: a <= 0. Where the best fit
// falls, the scores say nothing of the class, a is 0 and every sample has the prior's probability. A falling sigmoid would
// turn the order of the scores round by what chance did to the samples that it was fitted on.
Sigmoid fit_sigmoid(std::span<const double> scores, const std::vector<bool>& positive);

// One sigmoid a class, the class against the rest; the sum of the classes is brought to 1. Of two classes the second
// has the sigmoid and the first what remains, so that nothing has to be brought to 1.
class Platt {
 public:
  // scores[class][sample]
  Platt(const std::vector<std::vector<double>>& scores, const std::vector<int>& labels);
  // Throws ParamError.
  Platt(ModelBytes& bytes, std::size_t classes);

  // In place.
  void to_probabilities(std::span<double> scores) const;
  // The classes whose scores do not grow with their probability (a is 0); of two classes the second stands for both.
  std::vector<std::size_t> without_slope() const;
  std::string bytes() const;

 private:
  std::vector<Sigmoid> sigmoids_;
};

}  // namespace radflow
