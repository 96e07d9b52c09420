#include "nodes/imaging/spline.hpp"

#include <cmath>

#include "nodes/imaging/countable.hpp"

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
  fill_uncounted(values, counts);
  const int width = values.cols * values.channels();
  const auto stride = static_cast<std::ptrdiff_t>(values.step1());
  for (int i = 0; i < width; ++i) filter_line(values.ptr<double>() + i, values.rows, stride);
  for (int row = 0; row < values.rows; ++row)
    for (int channel = 0; channel < values.channels(); ++channel)
      filter_line(values.ptr<double>(row) + channel, values.cols, values.channels());
  return values;
}

}  // namespace radflow
