#include "nodes/imaging/counts.hpp"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <opencv2/core.hpp>

namespace radflow {

int own_levels(const Frame& frame) {
  return frame.levels == 0 && frame.pixels.depth() == CV_8U ? 256 : frame.levels;
}

double count_pixels(const cv::Mat& pixels, const cv::Mat& counted) {
  return counted.empty() ? static_cast<double>(pixels.total()) : cv::countNonZero(counted);
}

namespace {

// Calls line(values, counted or null, how many) for stretches without gaps.
template <typename T, typename Line>
void for_each_line(const cv::Mat& pixels, const cv::Mat& counted, const Line& line) {
  const bool one = pixels.isContinuous() && counted.isContinuous();
  const int lines = one ? 1 : pixels.rows;
  for (int row = 0; row < lines; ++row)
    line(pixels.ptr<T>(row), counted.empty() ? nullptr : counted.ptr<std::uint8_t>(row),
         pixels.total() / lines);
}

// Tables in turns, because a count waits for an earlier count of the same value.
template <std::size_t values>
using Tables = std::array<std::array<std::uint32_t, values>, 8>;

// How often each byte is there. What does not count is counted as 256.
std::array<std::uint32_t, 256> count_bytes(const cv::Mat& pixels, const cv::Mat& counted, int codes) {
  std::array<std::uint32_t, 256> counts{};
  if (codes <= 16) {
    for_each_line<std::uint8_t>(pixels, counted,
                                [&](const auto* values, const auto* mask, std::size_t count) {
                                  count_few_codes(values, mask, count, codes, counts.data());
                                });
    return counts;
  }
  Tables<512> tables{};
  for_each_line<std::uint8_t>(pixels, counted, [&](const auto* values, const auto* mask, std::size_t count) {
    std::size_t i = 0;
    for (; i + 8 <= count; i += 8) {
      std::uint64_t eight = 0, counts_of_eight = ~std::uint64_t{0};
      std::memcpy(&eight, values + i, sizeof eight);
      if (mask) std::memcpy(&counts_of_eight, mask + i, sizeof counts_of_eight);
      if (counts_of_eight == ~std::uint64_t{0}) {
        for (int k = 0; k < 8; ++k) ++tables[k][eight >> (8 * k) & 255];
      } else if (counts_of_eight != 0) {
        for (int k = 0; k < 8; ++k) ++tables[k][values[i + k] + (mask[i + k] == 0 ? 256 : 0)];
      }
    }
    for (; i < count; ++i) ++tables[0][values[i] + (mask && mask[i] == 0 ? 256 : 0)];
  });
  for (int value = 0; value < 256; ++value)
    for (const auto& table : tables) counts[value] += table[value];
  return counts;
}

// Bins are worked out for a stretch at a time, and counted in tables in turns.
void count_floats(const cv::Mat& pixels, const cv::Mat& counted, const FloatBins& bins,
                  std::vector<double>& counts) {
  constexpr std::size_t stretch = 1024;
  std::array<std::uint16_t, stretch> found;
  const std::size_t size = counts.size() + 1;
  std::vector<std::uint32_t> tables(4 * size, 0);
  std::uint32_t *a = tables.data(), *b = a + size, *c = b + size, *d = c + size;
  for_each_line<float>(pixels, counted,
                       [&](const float* values, const std::uint8_t* mask, std::size_t count) {
                         for (std::size_t begin = 0; begin < count; begin += stretch) {
                           const std::size_t some = std::min(stretch, count - begin);
                           bins(values + begin, mask ? mask + begin : nullptr, some, found.data());
                           std::size_t i = 0;
                           for (; i + 4 <= some; i += 4)
                             ++a[found[i]], ++b[found[i + 1]], ++c[found[i + 2]], ++d[found[i + 3]];
                           for (; i < some; ++i) ++a[found[i]];
                         }
                       });
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = static_cast<double>(a[i]) + b[i] + c[i] + d[i];
}

}  // namespace

std::vector<double> count_values(const cv::Mat& pixels, const cv::Mat& counted, const Binning& binning,
                                 const FloatBins* float_bins) {
  std::vector<double> counts(binning.bins, 0.0);
  if (pixels.depth() == CV_32F && float_bins && float_bins->proven()) {
    count_floats(pixels, counted, *float_bins, counts);
    return counts;
  }
  for_depth(pixels.depth(), [&](auto zero) {
    using T = decltype(zero);
    if constexpr (sizeof(T) > 1) {
      for_each_counted<T>(pixels, counted, [&](T value) {
        if (const int bin = binning.bin_of(value); bin >= 0) ++counts[bin];
      });
    } else {
      const bool from_zero = !std::is_signed_v<T> && binning.low >= 0 && binning.high < 16;
      const auto bytes = count_bytes(pixels, counted, from_zero ? static_cast<int>(binning.high) + 1 : 256);
      for (int i = 0; i < 256; ++i)
        if (const int bin = binning.bin_of(static_cast<T>(i)); bin >= 0) counts[bin] += bytes[i];
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
