#include "nodes/imaging/counts.hpp"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <numeric>
#include <opencv2/core.hpp>

#include "nodes/imaging/simd/counts.hpp"

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
  const bool one = pixels.isContinuous() && (counted.empty() || counted.isContinuous());
  const int lines = one ? 1 : pixels.rows;
  for (int row = 0; row < lines; ++row)
    line(pixels.ptr<T>(row), counted.empty() ? nullptr : counted.ptr<std::uint8_t>(row),
         pixels.total() / lines);
}

// How often each byte is there, of stretches.
class ByteCounts {
 public:
  void add(const std::uint8_t* values, std::size_t count) {
    std::size_t i = 0;
    for (; i + turns <= count; i += turns) {
      const std::uint64_t eight = eight_of(values + i);
      for (std::size_t k = 0; k < turns; ++k) ++tables_[eight >> (8 * k) & 255][k];
    }
    for (; i < count; ++i) ++tables_[values[i]][0];
  }
  // Only where `counted` is not 0. A stretch of those that all count, or none, is the rule.
  void add(const std::uint8_t* values, const std::uint8_t* counted, std::size_t count) {
    if (!counted) return add(values, count);
    constexpr std::size_t stretch = 8 * turns;
    std::size_t i = 0;
    for (; i + stretch <= count; i += stretch) {
      std::uint64_t all = ~std::uint64_t{0}, any = 0;
      for (std::size_t k = i; k < i + stretch; k += turns)
        all &= eight_of(counted + k), any |= eight_of(counted + k);
      if (all == ~std::uint64_t{0})
        add(values + i, stretch);
      else if (any != 0)
        add_some(values + i, counted + i, stretch);
    }
    add_some(values + i, counted + i, count - i);
  }
  std::uint32_t of(int value) const {
    return std::accumulate(std::begin(tables_[value]), std::end(tables_[value]), std::uint32_t{0});
  }

 private:
  // Counts in turns, because a count waits for an earlier one in the same place; those of a value lie side by side, because
  // neighbours are alike and one line of the cache takes them faster than several do.
  static constexpr std::size_t turns = 8;

  void add_some(const std::uint8_t* values, const std::uint8_t* counted, std::size_t count) {
    std::size_t i = 0;
    for (; i + turns <= count; i += turns) {
      const std::uint64_t some = eight_of(counted + i);
      if (some == ~std::uint64_t{0})
        for (std::size_t k = 0; k < turns; ++k) ++tables_[values[i + k]][k];
      else if (some != 0)
        for (std::size_t k = 0; k < turns; ++k) tables_[values[i + k]][k] += counted[i + k] != 0 ? 1 : 0;
    }
    for (; i < count; ++i) tables_[values[i]][0] += counted[i] != 0 ? 1 : 0;
  }
  static std::uint64_t eight_of(const std::uint8_t* bytes) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, bytes, sizeof eight);
    return eight;
  }

  alignas(64) std::uint32_t tables_[256][turns] = {};
};

// Counts of bytes from 0 to before `codes`.
std::vector<std::uint32_t> count_bytes(const cv::Mat& pixels, const cv::Mat& counted, int codes) {
  std::vector<std::uint32_t> counts(codes, 0);
  if (codes <= most_few_codes) {
    for_each_line<std::uint8_t>(pixels, counted,
                                [&](const auto* values, const auto* mask, std::size_t count) {
                                  count_few_codes(values, mask, count, codes, counts.data());
                                });
    return counts;
  }
  ByteCounts bytes;
  for_each_line<std::uint8_t>(pixels, counted, [&](const auto* values, const auto* mask, std::size_t count) {
    bytes.add(values, mask, count);
  });
  for (int value = 0; value < codes; ++value) counts[value] = bytes.of(value);
  return counts;
}

// Calls seen(places, how many) for stretches of floats whose bins are worked out; what does not count is at place 0.
template <typename Place, typename Seen>
void for_each_stretch(const cv::Mat& pixels, const cv::Mat& counted, const FloatBins& bins,
                      const Seen& seen) {
  std::array<Place, 16384> places;
  for_each_line<float>(pixels, counted, [&](const float* values, const auto* mask, std::size_t count) {
    for (std::size_t begin = 0; begin < count; begin += places.size()) {
      const std::size_t some = std::min(places.size(), count - begin);
      bins(values + begin, some, places.data());
      for (std::size_t i = 0; mask && i < some; ++i) places[i] = mask[begin + i] != 0 ? places[i] : Place{0};
      seen(places.data(), some);
    }
  });
}

void count_floats(const cv::Mat& pixels, const cv::Mat& counted, const FloatBins& bins,
                  std::vector<double>& counts) {
  const int size = bins.bins();
  if (size < most_few_codes) {
    std::array<std::uint32_t, most_few_codes> found{};
    for_each_stretch<std::uint8_t>(pixels, counted, bins, [&](const auto* places, std::size_t count) {
      count_few_codes(places, nullptr, count, size + 1, found.data());
    });
    std::copy_n(found.begin() + 1, size, counts.begin());
  } else if (size <= FloatBins::most_of_bytes) {
    ByteCounts bytes;
    for_each_stretch<std::uint8_t>(pixels, counted, bins,
                                   [&](const auto* places, std::size_t count) { bytes.add(places, count); });
    for (int bin = 0; bin < size; ++bin) counts[bin] = bytes.of(bin + 1);
  } else {
    std::vector<std::array<std::uint32_t, 4>> tables(size + 2);
    for_each_stretch<std::uint16_t>(pixels, counted, bins, [&](const auto* places, std::size_t count) {
      for (std::size_t i = 0; i < count; ++i) ++tables[places[i]][i % 4];
    });
    for (int bin = 0; bin < size; ++bin)
      counts[bin] = std::accumulate(tables[bin + 1].begin(), tables[bin + 1].end(), 0.0);
  }
}

}  // namespace

std::vector<double> ValueCounter::operator()(const cv::Mat& pixels, const cv::Mat& counted,
                                             const Binning& binning) const {
  std::vector<double> counts(binning.bins, 0.0);
  // Floats hold every integer of 16 bit.
  if (pixels.depth() == CV_16U || pixels.depth() == CV_16S || pixels.depth() == CV_32F) {
    const auto float_bins = float_bins_.get(binning, [&] { return FloatBins{binning}; });
    if (float_bins->proven()) {
      cv::Mat floats = pixels;
      if (pixels.depth() != CV_32F) pixels.convertTo(floats, CV_32F);
      count_floats(floats, counted, *float_bins, counts);
      return counts;
    }
  }
  for_depth(pixels.depth(), [&](auto zero) {
    using T = decltype(zero);
    if constexpr (sizeof(T) > 1) {
      for_each_counted<T>(pixels, counted, [&](T value) {
        if (const int bin = binning.bin_of(value); bin >= 0) ++counts[bin];
      });
    } else {
      const bool from_zero = !std::is_signed_v<T> && binning.low >= 0 && binning.high < 256;
      const int codes = from_zero ? static_cast<int>(binning.high) + 1 : 256;
      const auto bytes = count_bytes(pixels, counted, codes);
      for (int i = 0; i < codes; ++i)
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
