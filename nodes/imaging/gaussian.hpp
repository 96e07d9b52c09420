// Smoothing by a Gaussian that is cut off at 4 sigma, as scipy.ndimage.gaussian_filter does.
#pragma once

#include <opencv2/core/mat.hpp>

namespace radflow {

// A column of weights of sum 1.
cv::Mat gaussian_kernel(double sigma);

// Any number of channels; of CV_32F CV_32F, of all others CV_64F: nothing is rounded. Where `valid` is
// not empty, pixels that are 0 there have no weight, and no value in the result. `border` is OpenCV's.
cv::Mat smoothed(const cv::Mat& pixels, const cv::Mat& valid, const cv::Mat& kernel, int border);

}  // namespace radflow
