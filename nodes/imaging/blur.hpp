// Smoothing of frames' pixels by a Gaussian, to the depth that they have.
#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <vector>

#include "nodes/imaging/precision.hpp"
#include "nodes/imaging/simd/blur.hpp"

namespace radflow {

class Blur {
 public:
  // `border` is OpenCV's.
  Blur(double sigma, int border, Precision precision);

  // Padding has no weight and keeps its values. 8-bit unsigned pixels of one channel come out as sums in double give them,
  // rounded to nearest; 32-bit floats within 1e-6 of their range, or as in double; others as smoothed() gives them.
  cv::Mat operator()(const cv::Mat& pixels, const cv::Mat& valid) const;

 private:
  cv::Mat by_kernels(const cv::Mat& pixels, const cv::Mat& valid) const;
  template <typename T>
  cv::Mat in_bands(const cv::Mat& pixels, const cv::Mat& valid) const;
  void decide(const cv::Mat& pixels, const cv::Mat& valid, const std::vector<std::uint32_t>& doubtful,
              cv::Mat& result) const;
  double in_double(const cv::Mat& pixels, const cv::Mat& valid, int row, int column) const;

  cv::Mat weights_;  // a column of doubles
  BlurKernel kernel_;
  float error_ = 0;  // how far the kernel's sums of bytes may be off
  int border_;
  Precision precision_;
};

}  // namespace radflow
