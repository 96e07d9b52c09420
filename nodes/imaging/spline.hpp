// Cubic B-splines through the pixels, as scipy.ndimage makes them (order 3, mode "mirror"). M. Unser, A. Aldroubi, M. Eden,
// B-spline signal processing, IEEE Transactions on Signal Processing 41 (1993). Pure functions.
#pragma once

#include <opencv2/core/mat.hpp>

namespace radflow {

// The kernel: the weight of the coefficient that lies `x` pixels away; 0 from 2 on.
double spline_weight(double x);

// CV_64F with the channels of `pixels`: what the kernel must weigh to give the pixels back. Each coefficient depends on all
// pixels, so those that do not count (padding, what is not finite) take the value of the nearest one that does.
// `counts` is 8 bit, 0 where a pixel does not count; empty: all do.
cv::Mat spline_coefficients(const cv::Mat& pixels, const cv::Mat& counts);

// 8 bit, 0 where a pixel is padding or one of its channels is not finite; empty: there is no such pixel.
cv::Mat countable(const cv::Mat& pixels, const cv::Mat& valid);

// Limits `after` to the range of the values that count in `before`; nothing where none does. A spline, as any cubic kernel,
// overshoots at edges.
void keep_range(const cv::Mat& before, const cv::Mat& counts, cv::Mat& after);

}  // namespace radflow
