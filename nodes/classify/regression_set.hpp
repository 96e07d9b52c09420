// The training set of numbers, and parts of it.
#pragma once

#include <span>
#include <vector>

#include "nodes/classify/regressor.hpp"
#include "nodes/classify/samples.hpp"

namespace radflow {

// The steps and the folds ask for classes: all samples are of one.
TrainingSet of_one_class(const RegressionSet& set);
// Takes the labels away. Throws std::runtime_error as training_set() does, and where a label is no number.
RegressionSet regression_set(std::vector<Sample>& samples, const Features& first, bool takes_missing);
// All but the fold `without`.
RegressionSet part_of(const RegressionSet& set, const std::vector<int>& fold_of, int without);
std::span<const float> row(const RegressionSet& set, std::size_t i);

}  // namespace radflow
