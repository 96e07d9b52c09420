#include "nodes/imaging/spline.hpp"

#include <cmath>
#include <limits>
#include <opencv2/imgproc.hpp>

namespace radflow {
namespace {

// Along one line of `count` values, `step` apart; beyond its ends the line mirrors at the centre of the last pixel.
void filter_line(double* line, int count, std::ptrdiff_t step) {
  if (count < 2) return;
  const double pole = std::sqrt(3.0) - 2;
  const auto at = [&](int i) -> double& { return line[i * step]; };
  for (int i = 0; i < count; ++i) at(i) *= 6;
  const double last_power = std::pow(pole, count - 1);
  double power = pole;
  at(0) += last_power * at(count - 1);
  for (int i = 1; i < count - 1; ++i, power *= pole)
    at(0) += power * (at(i) + last_power * at(count - 1 - i));
  at(0) /= 1 - last_power * last_power;
  for (int i = 1; i < count; ++i) at(i) += pole * at(i - 1);
  at(count - 1) = (pole * at(count - 2) + at(count - 1)) * pole / (pole * pole - 1);
  for (int i = count - 2; i >= 0; --i) at(i) = pole * (at(i + 1) - at(i));
}

// Pixels that do not count become the nearest one that does.
void fill(cv::Mat& values, const cv::Mat& counts) {
  cv::Mat distance, nearest;
  cv::distanceTransform(counts == 0, distance, nearest, cv::DIST_L2, cv::DIST_MASK_5, cv::DIST_LABEL_PIXEL);
  std::vector<cv::Point> places(values.total() + 1);
  for (int row = 0; row < counts.rows; ++row)
    for (int column = 0; column < counts.cols; ++column)
      if (counts.ptr<std::uint8_t>(row)[column]) places[nearest.ptr<int>(row)[column]] = {column, row};
  const int channels = values.channels();
  for (int row = 0; row < counts.rows; ++row)
    for (int column = 0; column < counts.cols; ++column) {
      if (counts.ptr<std::uint8_t>(row)[column]) continue;
      const cv::Point from = places[nearest.ptr<int>(row)[column]];
      const double* value = values.ptr<double>(from.y) + from.x * channels;
      std::copy(value, value + channels, values.ptr<double>(row) + column * channels);
    }
}

}  // namespace

double spline_weight(double x) {
  x = std::abs(x);
  if (x < 1) return 2.0 / 3 - x * x + x * x * x / 2;
  if (x < 2) return (2 - x) * (2 - x) * (2 - x) / 6;
  return 0;
}

cv::Mat spline_coefficients(const cv::Mat& pixels, const cv::Mat& counts) {
  cv::Mat values;
  pixels.convertTo(values, CV_64F);
  if (!counts.empty()) {
    if (cv::countNonZero(counts) == 0)
      values.setTo(0);
    else
      fill(values, counts);
  }
  const int width = values.cols * values.channels();
  const auto stride = static_cast<std::ptrdiff_t>(values.step1());
  for (int i = 0; i < width; ++i) filter_line(values.ptr<double>() + i, values.rows, stride);
  for (int row = 0; row < values.rows; ++row)
    for (int channel = 0; channel < values.channels(); ++channel)
      filter_line(values.ptr<double>(row) + channel, values.cols, values.channels());
  return values;
}

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
