// The weights of a logistic regression: the least of  sum(weight * -log p(label)) + |weights|^2 / (2 C), where the
// intercepts are free. The minimum is unique, and scikit-learn's LogisticRegression looks for the same one.
#pragma once

#include "nodes/classify/linear.hpp"

namespace radflow {

// Throws std::runtime_error if it does not find the minimum.
Linear fit_logistic(const TrainingSet& set, const std::vector<double>& weights, double c);

}  // namespace radflow
