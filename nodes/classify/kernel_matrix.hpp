// KernelMatrix: how near every two of the training samples are, worked out once before a support vector machine is fitted:
// its optimiser asks for most of them many times, and cv::ml works each row out from the features again.
#pragma once

#include <cstddef>
#include <mutex>
#include <span>

#include <opencv2/core/mat.hpp>

namespace radflow {

// In float, of 16 sums, the same on every processor.
float squared_distance(std::span<const float> a, const float* b);
float scalar_product(std::span<const float> a, const float* b);

// More samples than these would take a matrix of more than 400 MB.
constexpr int most_kernel_rows = 10000;

enum class Pairs { SquaredDistances, ScalarProducts };
// Of the rows of `samples` (CV_32F), each with each: symmetric, CV_32F.
cv::Mat pairs_of(const cv::Mat& samples, Pairs which);

// Those of one set of samples, worked out when they are first asked for. Any thread.
class SharedPairs {
 public:
  // `samples` are the same each time.
  cv::Mat of(const cv::Mat& samples, Pairs which);

 private:
  std::mutex mutex_;
  cv::Mat distances_, products_;
};

}  // namespace radflow
