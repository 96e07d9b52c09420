#include "nodes/imaging/counts.hpp"

#include <fmt/format.h>

#include <array>
#include <opencv2/core.hpp>

namespace radflow {

int own_levels(const Frame& frame) {
  return frame.levels == 0 && frame.pixels.depth() == CV_8U ? 256 : frame.levels;
}

double count_pixels(const cv::Mat& pixels, const cv::Mat& counted) {
  return counted.empty() ? static_cast<double>(pixels.total()) : cv::countNonZero(counted);
}

std::vector<double> count_values(const cv::Mat& pixels, const cv::Mat& counted, const Binning& binning) {
  std::vector<double> counts(binning.bins, 0.0);
  for_depth(pixels.depth(), [&](auto zero) {
    using T = decltype(zero);
    if constexpr (sizeof(T) > 1) {
      for_each_counted<T>(pixels, counted, [&](T value) {
        if (const int bin = binning.bin_of(value); bin >= 0) ++counts[bin];
      });
    } else {  // 256 values; in turns, because a count waits for an earlier count of the same value
      std::array<std::array<std::uint32_t, 256>, 4> tables{};
      unsigned turn = 0;
      for_each_counted<T>(pixels, counted,
                          [&](T value) { ++tables[turn++ & 3][static_cast<std::uint8_t>(value)]; });
      for (int i = 0; i < 256; ++i)
        if (const int bin = binning.bin_of(static_cast<T>(i)); bin >= 0)
          for (const auto& table : tables) counts[bin] += table[i];
    }
  });
  return counts;
}

Result<Interval> range_of(const Frame& frame, const std::optional<Interval>& range, std::string_view node) {
  if (range) return *range;
  if (frame.pixels.depth() == CV_8U) return Interval{0, 255};
  return Error{"range_required",
               fmt::format("{} got values that are not 8 bit unsigned: say `range: [low, high]` in {}", node,
                           frame.units)};
}

Result<Binning> bins_of(const Frame& frame, const std::optional<Interval>& range, int bins,
                        std::string_view node) {
  if (!range && frame.pixels.depth() == CV_8U) return Binning{256, -0.5, 255.5, false};
  const Result<Interval> given = range_of(frame, range, node);
  if (!given) return given.error();
  return Binning{bins, given->low, given->high, true};
}

}  // namespace radflow
