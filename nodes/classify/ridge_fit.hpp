// The least squares with L2 penalty that ridge is, of numbers and of classes alike.
#pragma once

#include <opencv2/core/mat.hpp>
#include <vector>

#include "nodes/classify/linear.hpp"

namespace radflow {

// A row of weights for each column of `targets`, in double, with intercepts, which have no penalty. `weights` are of the
// samples. Throws std::runtime_error if the equations cannot be solved.
Linear fit_ridge(const cv::Mat& samples, cv::Mat targets, const std::vector<double>& weights, double alpha);

}  // namespace radflow
