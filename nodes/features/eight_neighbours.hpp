// Patterns of 8 points at radius 1 of 8-bit pixels, the common case of LBP, in 16-bit integers instead of
// doubles and with the same result to the bit.
#pragma once

#include <opencv2/core/mat.hpp>

namespace radflow {

// One CV_8U pattern per pixel of CV_8UC1: bit i is neighbour i, as LocalBinaryPattern's.
cv::Mat eight_neighbour_patterns(const cv::Mat& pixels);

// The same of CV_32FC1, as interpolated in doubles.
cv::Mat eight_neighbour_patterns_of_floats(const cv::Mat& pixels);

}  // namespace radflow
