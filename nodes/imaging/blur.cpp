#include "nodes/imaging/blur.hpp"

#include <cmath>
#include <opencv2/core.hpp>
#include <vector>

#include "nodes/imaging/gaussian.hpp"
#include "nodes/imaging/simd/rounding.hpp"

namespace radflow {
namespace {

// Wider kernels have so many terms that doubles would have to decide too many bytes.
constexpr std::size_t most_radius_of_bytes = 16;

// The rows of an image of floats or bytes with their border, and the columns of the borders at the sides.
template <typename T>
void blur_rows(const cv::Mat& image, const BlurKernel& kernel, int border, float* result) {
  const int radius = static_cast<int>(kernel.radius());
  std::vector<const T*> rows;
  for (int row = -radius; row < image.rows + radius; ++row)
    rows.push_back(image.ptr<T>(cv::borderInterpolate(row, image.rows, border)));
  std::vector<int> beside;
  for (int column = -radius; column < 0; ++column)
    beside.push_back(cv::borderInterpolate(column, image.cols, border));
  for (int column = image.cols; column < image.cols + radius; ++column)
    beside.push_back(cv::borderInterpolate(column, image.cols, border));
  if constexpr (std::is_same_v<T, float>)
    blur_floats(rows.data(), image.rows, image.cols, beside.data(), kernel, result);
  else
    blur_bytes(rows.data(), image.rows, image.cols, beside.data(), kernel, result);
}

}  // namespace

Blur::Blur(double sigma, int border, Precision precision)
    : weights_{gaussian_kernel(sigma)}, border_{border}, precision_{precision} {
  for (int i = 0; i < weights_.rows; ++i)
    kernel_.weights.push_back(static_cast<float>(weights_.at<double>(i)));
}

cv::Mat Blur::operator()(const cv::Mat& pixels, const cv::Mat& valid) const {
  const bool bytes = pixels.type() == CV_8UC1 && kernel_.radius() <= most_radius_of_bytes;
  const bool floats = pixels.type() == CV_32FC1 && precision_ == Precision::Float32;
  if ((bytes || floats) && pixels.cols >= static_cast<int>(least_blur_columns()))
    return by_kernels(pixels, valid);
  cv::Mat work = pixels, result;
  if (pixels.depth() == CV_32F && precision_ == Precision::Float64) pixels.convertTo(work, CV_64F);
  smoothed(work, valid, weights_, border_).convertTo(result, pixels.depth());
  if (!valid.empty()) pixels.copyTo(result, valid == 0);
  return result;
}

cv::Mat Blur::by_kernels(const cv::Mat& pixels, const cv::Mat& valid) const {
  cv::Mat work = pixels;
  if (!valid.empty()) {
    work = cv::Mat(pixels.size(), pixels.type(),
                   cv::Scalar{0});  // An expression would be assigned into `pixels`.
    pixels.copyTo(work, valid);
  }
  cv::Mat floats(pixels.size(), CV_32F);
  const bool bytes = pixels.depth() == CV_8U;
  if (bytes)
    blur_rows<std::uint8_t>(work, kernel_, border_, floats.ptr<float>());
  else
    blur_rows<float>(work, kernel_, border_, floats.ptr<float>());
  if (!valid.empty()) {
    cv::Mat share(pixels.size(), CV_32F);
    blur_rows<std::uint8_t>(valid, kernel_, border_, share.ptr<float>());
    for (int row = 0; row < pixels.rows; ++row) {
      const auto normalise = [&](const auto* original) {
        normalise_blurred(floats.ptr<float>(row), share.ptr<float>(row), valid.ptr(row), original,
                          pixels.cols);
      };
      bytes ? normalise(pixels.ptr(row)) : normalise(pixels.ptr<float>(row));
    }
  }
  if (!bytes) return floats;

  cv::Mat result(pixels.size(), CV_8U);
  // What rounding may move two sums of so many terms, of values and of shares.
  const float error =
      static_cast<float>(2 * kernel_.weights.size() + 4) * (valid.empty() ? 1 : 2) * 255 * 0x1p-24F;
  std::vector<std::uint32_t> doubtful;
  round_to_bytes(floats.ptr<float>(), floats.total(), error, result.ptr(), doubtful);
  for (const std::uint32_t at : doubtful) {
    const int row = static_cast<int>(at) / pixels.cols, column = static_cast<int>(at) % pixels.cols;
    if (valid.empty() || valid.ptr(row)[column] != 0)
      result.ptr()[at] = cv::saturate_cast<std::uint8_t>(in_double(pixels, valid, row, column));
  }
  return result;
}

// One pixel of bytes.
double Blur::in_double(const cv::Mat& pixels, const cv::Mat& valid, int row, int column) const {
  const int radius = static_cast<int>(kernel_.radius());
  const auto* weights = weights_.ptr<double>() + radius;
  double sum = 0, share = 0;
  for (int i = -radius; i <= radius; ++i) {
    const int line = cv::borderInterpolate(row + i, pixels.rows, border_);
    const auto *values = pixels.ptr(line), *counts = valid.empty() ? nullptr : valid.ptr(line);
    double line_sum = 0, line_share = 0;
    for (int j = -radius; j <= radius; ++j) {
      const int at = cv::borderInterpolate(column + j, pixels.cols, border_);
      if (counts && counts[at] == 0) continue;
      line_sum += weights[j] * values[at];
      line_share += weights[j];
    }
    sum += weights[i] * line_sum;
    share += weights[i] * line_share;
  }
  return valid.empty() ? sum : sum / share;
}

}  // namespace radflow
