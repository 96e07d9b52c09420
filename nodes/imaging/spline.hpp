// Cubic B-splines through the pixels, as scipy.ndimage makes them (order 3, mode "mirror"). M. Unser, A. Aldroubi, M. Eden,
// B-spline signal processing, IEEE Transactions on Signal Processing 41 (1993). Pure functions.
#pragma once

#include <opencv2/core/mat.hpp>

namespace radflow {

// The kernel: the weight of the coefficient that lies `x` pixels away; 0 from 2 on.
double spline_weight(double x);

// CV_64F with the channels of `pixels`: what the kernel must weigh to give the pixels back. Each coefficient depends on all
// pixels, so those that do not count take the value of the nearest one that does (nodes/imaging/countable.hpp).
cv::Mat spline_coefficients(const cv::Mat& pixels, const cv::Mat& counts);

}  // namespace radflow
