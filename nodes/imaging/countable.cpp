#include "nodes/imaging/countable.hpp"

#include <algorithm>
#include <limits>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "nodes/imaging/finite.hpp"

namespace radflow {

cv::Mat countable(const cv::Mat& pixels, const cv::Mat& valid) {
  cv::Mat counts = valid.empty() ? cv::Mat(pixels.size(), CV_8U, cv::Scalar{255}) : cv::Mat{valid != 0};
  if (pixels.depth() == CV_32F || pixels.depth() == CV_64F) {
    std::vector<cv::Mat> channels;
    cv::split(pixels, channels);
    const double most =
        pixels.depth() == CV_32F ? std::numeric_limits<float>::max() : std::numeric_limits<double>::max();
    for (const cv::Mat& channel : channels) counts &= cv::abs(channel) <= most;
  }
  if (cv::countNonZero(counts) == static_cast<int>(counts.total())) counts.release();
  return counts;
}

cv::Mat unordered(const cv::Mat& pixels, const cv::Mat& valid) {
  cv::Mat out;
  if (pixels.depth() == CV_64F || (pixels.depth() == CV_32F && !all_finite(pixels))) {
    cv::compare(pixels, pixels, out, cv::CMP_EQ);  // CMP_NE says of NaN what the processor has kernels for
    cv::bitwise_not(out, out);
  }
  if (!valid.empty()) {
    cv::Mat padding;
    cv::merge(std::vector<cv::Mat>(static_cast<std::size_t>(pixels.channels()), valid == 0), padding);
    if (out.empty())
      out = padding;
    else
      out |= padding;
  }
  if (!out.empty() && cv::countNonZero(out.reshape(1)) == 0) out.release();
  return out;
}

void fill_uncounted(cv::Mat& pixels, const cv::Mat& counts) {
  if (counts.empty()) return;
  if (cv::countNonZero(counts) == 0) {
    pixels.setTo(0);
    return;
  }
  cv::Mat distance, nearest;
  cv::distanceTransform(counts == 0, distance, nearest, cv::DIST_L2, cv::DIST_MASK_5, cv::DIST_LABEL_PIXEL);
  std::vector<cv::Point> places(pixels.total() + 1);
  for (int row = 0; row < counts.rows; ++row)
    for (int column = 0; column < counts.cols; ++column)
      if (*counts.ptr(row, column)) places[*nearest.ptr<int>(row, column)] = {column, row};
  for (int row = 0; row < counts.rows; ++row)
    for (int column = 0; column < counts.cols; ++column) {
      if (*counts.ptr(row, column)) continue;
      const cv::Point from = places[*nearest.ptr<int>(row, column)];
      std::copy_n(pixels.ptr(from.y, from.x), pixels.elemSize(), pixels.ptr(row, column));
    }
}

void keep_range(const cv::Mat& before, const cv::Mat& counts, cv::Mat& after) {
  if (!counts.empty() && cv::countNonZero(counts) == 0) return;
  std::vector<cv::Mat> channels;
  cv::split(before, channels);
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const cv::Mat& channel : channels) {
    double least = 0, most = 0;
    cv::minMaxIdx(channel, &least, &most, nullptr, nullptr, counts);
    low = std::min(low, least);
    high = std::max(high, most);
  }
  cv::max(after, cv::Scalar::all(low), after);
  cv::min(after, cv::Scalar::all(high), after);
}

}  // namespace radflow
