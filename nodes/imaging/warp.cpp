#include "nodes/imaging/warp.hpp"

#include <array>
#include <opencv2/core.hpp>

#include "nodes/imaging/countable.hpp"
#include "nodes/imaging/spline.hpp"

namespace radflow {
namespace {

// The four coefficients around a position along one axis; the line mirrors at the centre of its last pixel.
struct Support {
  Support(double position, int size) {
    const int left = cvFloor(position);
    for (int k = 0; k < 4; ++k) {
      const int at = left - 1 + k, period = 2 * (size - 1);
      weights[k] = spline_weight(position - at);
      if (weights[k] < 1e-14) weights[k] = 0;
      const int folded = size == 1 ? 0 : (at % period + period) % period;
      places[k] = folded < size ? folded : period - folded;
    }
  }
  std::array<int, 4> places;
  std::array<double, 4> weights;
};

double value_at(const cv::Mat& coefficients, const Support& across, const Support& down, int channel) {
  double sum = 0;
  for (int i = 0; i < 4; ++i) {
    const double* line = coefficients.ptr<double>(down.places[i]);
    double along = 0;
    for (int k = 0; k < 4; ++k)
      along += across.weights[k] * line[across.places[k] * coefficients.channels() + channel];
    sum += down.weights[i] * along;
  }
  return sum;
}

bool all_count(const cv::Mat& counts, const Support& across, const Support& down) {
  for (int i = 0; i < 4; ++i)
    for (int k = 0; k < 4; ++k)
      if (down.weights[i] * across.weights[k] != 0 &&
          !counts.ptr<std::uint8_t>(down.places[i])[across.places[k]])
        return false;
  return true;
}

// A position that rounding put beyond the outermost centre is on it.
double on_centre(double position, int size) {
  if (position < 0 && position > -1e-9) return 0;
  if (position > size - 1 && position < size - 1 + 1e-9) return size - 1;
  return position;
}

void drop_if_all_image(cv::Mat& valid) {
  if (cv::countNonZero(valid) == static_cast<int>(valid.total())) valid.release();
}

}  // namespace

Frame warped_nearest(const Frame& frame, const PixelMap& to_old, const BeyondFrame& beyond) {
  const cv::Mat& old = frame.pixels;
  Frame result = frame.with_pixels(cv::Mat(old.size(), old.type(), cv::Scalar::all(beyond.value)));
  result.valid = cv::Mat(old.size(), CV_8U, cv::Scalar::all(beyond.counts ? 255 : 0));
  for (int row = 0; row < old.rows; ++row)
    for (int column = 0; column < old.cols; ++column) {
      const auto [x, y] = apply(to_old, column, row);
      const int from = cvFloor(x + 0.5), line = cvFloor(y + 0.5);
      if (from < 0 || line < 0 || from >= old.cols || line >= old.rows) continue;
      std::copy_n(old.ptr(line, from), old.elemSize(), result.pixels.ptr(row, column));
      *result.valid.ptr(row, column) = frame.valid.empty() ? 255 : *frame.valid.ptr(line, from);
    }
  drop_if_all_image(result.valid);
  return result;
}

Frame warped_spline(const Frame& frame, const PixelMap& to_old, const BeyondFrame& beyond) {
  const cv::Mat counts = countable(frame.pixels, frame.valid);
  const cv::Mat coefficients = spline_coefficients(frame.pixels, counts);
  const int rows = frame.pixels.rows, columns = frame.pixels.cols, channels = frame.pixels.channels();
  cv::Mat values(frame.pixels.size(), coefficients.type(), cv::Scalar::all(0));
  cv::Mat splined(frame.pixels.size(), CV_8U, cv::Scalar{0}), outside = splined.clone(),
                                                              valid = splined.clone();
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column) {
      auto [x, y] = apply(to_old, column, row);
      x = on_centre(x, columns);
      y = on_centre(y, rows);
      if (!(x >= 0 && y >= 0 && x <= columns - 1 && y <= rows - 1)) {
        *outside.ptr(row, column) = 255;
        continue;
      }
      const Support across{x, columns}, down{y, rows};
      *valid.ptr(row, column) = frame.valid.empty() || all_count(frame.valid, across, down) ? 255 : 0;
      if (!counts.empty() && !all_count(counts, across, down)) continue;
      *splined.ptr(row, column) = 255;
      for (int channel = 0; channel < channels; ++channel)
        values.ptr<double>(row)[column * channels + channel] = value_at(coefficients, across, down, channel);
    }
  keep_range(frame.pixels, counts, values);
  values.convertTo(values, frame.pixels.depth());
  Frame result = warped_nearest(frame, to_old, beyond);
  values.copyTo(result.pixels, splined);
  result.pixels.setTo(cv::Scalar::all(beyond.value), outside);
  if (beyond.counts) valid |= outside;
  result.valid = valid;
  drop_if_all_image(result.valid);
  return result;
}

}  // namespace radflow
