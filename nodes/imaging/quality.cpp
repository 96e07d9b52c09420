#include "nodes/imaging/quality.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <optional>
#include <vector>

#include "nodes/imaging/percentile.hpp"

namespace radflow {
namespace {

// How many rows from the first on hold one value only, the same in all of them. `row` gives the rows' least and greatest.
template <typename Row>
int rows_of_one_value(int count, const Row& row) {
  std::optional<double> value;
  int rows = 0;
  for (; rows < count; ++rows) {
    const auto [low, high] = row(rows);
    if (low != high || (value && *value != low)) break;
    value = low;
  }
  return rows;
}

}  // namespace

PixelQuality quality_of(const Frame& frame) {
  const int rows = frame.pixels.rows, channels = frame.pixels.channels();
  std::vector<double> values;
  values.reserve(frame.pixels.total() * static_cast<std::size_t>(channels));
  std::vector<std::pair<double, double>> ends;  // the least and greatest value of each row, as stored
  double not_finite = 0;
  cv::Mat line;
  for (int row = 0; row < rows; ++row) {
    frame.pixels.row(row).reshape(1).convertTo(line, CV_64F);
    const auto* value = line.ptr<double>();
    for (int i = 0; i < line.cols; ++i)
      if (!frame.valid.empty() && !frame.valid.at<std::uint8_t>(row, i / channels))
        continue;
      else if (std::isfinite(value[i]))
        values.push_back(value[i]);
      else
        ++not_finite;
    const auto [low, high] = std::minmax_element(value, value + line.cols);
    ends.emplace_back(*low, *high);
  }
  PixelQuality quality;
  const double all = static_cast<double>(values.size()) + not_finite;
  if (all > 0) quality.not_finite = not_finite / all;
  if (values.empty()) return quality;
  sort_numbers(values);
  const auto share = [&](double value) {
    const auto [first, last] = std::equal_range(values.begin(), values.end(), value);
    return static_cast<double>(last - first) / static_cast<double>(values.size());
  };
  quality.clipped_low = share(values.front());
  quality.clipped_high = share(values.back());
  quality.constant = values.front() == values.back();
  quality.contrast = percentile(values, 99) - percentile(values, 1);
  const int above = rows_of_one_value(rows, [&](int i) { return ends[static_cast<std::size_t>(i)]; });
  const int below =
      rows_of_one_value(rows, [&](int i) { return ends[static_cast<std::size_t>(rows - 1 - i)]; });
  quality.truncated = std::max(0, below - above) / static_cast<double>(rows);
  return quality;
}

}  // namespace radflow
