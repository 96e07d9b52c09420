#include "cli/value_summary.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/core.hpp>
#include <string_view>

namespace radflow::cli {
namespace {

double interpolated(const std::vector<double>& sorted, double percent) {
  const double at = percent / 100 * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

ValueSummary summarise(const Frame& frame) {
  ValueSummary summary;
  std::vector<double> values;
  cv::Mat line;
  for (int row = 0; row < frame.pixels.rows; ++row) {
    frame.pixels.row(row).reshape(1).convertTo(line, CV_64F);
    const int channels = frame.pixels.channels();
    for (int i = 0; i < line.cols; ++i) {
      const double value = line.at<double>(0, i);
      if (!frame.valid.empty() && !frame.valid.at<std::uint8_t>(row, i / channels))
        ++summary.padding;
      else if (!std::isfinite(value))
        ++summary.not_finite;
      else
        values.push_back(value);
    }
  }
  summary.padding /= frame.pixels.channels();
  summary.not_finite /= frame.pixels.channels();
  summary.counted = static_cast<std::int64_t>(values.size()) / std::max(1, frame.pixels.channels());
  summary.histogram.assign(ValueSummary::bins, 0);
  if (values.empty()) return summary;
  std::ranges::sort(values);
  summary.low = values.front();
  summary.high = values.back();
  for (const int percent : {1, 5, 25, 50, 75, 95, 99})
    summary.percentiles.emplace_back(percent, interpolated(values, percent));
  const double width = summary.high - summary.low;
  for (const double value : values) {
    const double share = width > 0 ? (value - summary.low) / width : 0;
    ++summary.histogram[std::min<std::size_t>(static_cast<std::size_t>(share * ValueSummary::bins),
                                              ValueSummary::bins - 1)];
  }
  return summary;
}

std::string sparkline(const std::vector<std::int64_t>& counts) {
  static constexpr std::array<std::string_view, 8> heights{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  std::int64_t most = 0;
  for (const std::int64_t count : counts) most = std::max(most, count);
  std::string line;
  for (const std::int64_t count : counts) {
    if (count == 0) {
      line += ' ';
      continue;
    }
    const double share = std::log1p(static_cast<double>(count)) / std::log1p(static_cast<double>(most));
    line += heights[std::min<std::size_t>(static_cast<std::size_t>(share * 8), 7)];
  }
  return line;
}

}  // namespace radflow::cli
