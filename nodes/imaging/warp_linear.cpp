#include "nodes/imaging/warp_linear.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <opencv2/core.hpp>
#include <vector>

#include "nodes/imaging/simd/rounding.hpp"
#include "nodes/imaging/simd/turn.hpp"
#include "nodes/imaging/warp_plain.hpp"

namespace radflow {
namespace {

// The columns of a row whose old positions lie in [-margin, size - 1 + margin] along both axes; empty where none does.
Columns within(const PixelMap& to_old, int row, int columns, const cv::Size& size, double margin) {
  double begin = 0, end = columns;
  const auto limit = [&](double start, double step, int length) {
    const double low = -margin - start, high = length - 1 + margin - start;
    // Where there is one row or column, nothing lies inside it.
    if (low > high || (std::abs(step) < 1e-9 && (low > 0 || high < 0))) end = begin;
    if (end <= begin || std::abs(step) < 1e-9) return;
    begin = std::max(begin, std::ceil(std::min(low / step, high / step)));
    end = std::min(end, std::floor(std::max(low / step, high / step)) + 1);
  };
  const auto [x, y] = apply(to_old, 0, row);
  limit(x, to_old[0], size.width);
  limit(y, to_old[3], size.height);
  if (!(begin < end)) return {0, 0};
  return {static_cast<int>(begin), static_cast<int>(end)};
}

// One channel of floats or bytes. Rows are, from the middle: what surely lies between pixels, by the kernel; what may touch
// the border, in the plain way; and what lies beyond it, which is the fill.
class ByKernel {
 public:
  ByKernel(const Frame& frame, const PixelMap& to_old, const BeyondFrame& beyond)
      : frame_{frame},
        to_old_{to_old},
        beyond_{beyond},
        plain_{frame, to_old, beyond},
        places_(frame.pixels.cols) {
    if (frame.pixels.depth() == CV_32F)
      floats_ = frame.pixels;
    else
      frame.pixels.convertTo(floats_, CV_32F);
    if (!frame.valid.empty()) find_whole();
  }

  Frame operator()() {
    const cv::Size size = frame_.pixels.size();
    Frame result = frame_.with_pixels(cv::Mat(size, frame_.pixels.type()));
    const bool all_count = frame_.valid.empty() && beyond_.counts;
    if (all_count)
      result.valid.release();
    else
      result.valid = cv::Mat(size, CV_8U);
    // Tiles, so that the part of the old frame that one needs stays in the cache.
    for (int first = 0; first < size.height; first += tile_rows) {
      const int last = std::min(first + tile_rows, size.height);
      for (int row = first; row < last; ++row) {
        const Columns outer = within(to_old_, row, size.width, size, 1 + 1e-3);
        Columns& inner = inner_[row - first];
        inner = within(to_old_, row, size.width, size, -1e-3);
        if (inner.begin == inner.end) inner = {outer.begin, outer.begin};
        fill(row, {0, outer.begin}, result);
        plain(row, {outer.begin, inner.begin}, result);
        plain(row, {inner.end, outer.end}, result);
        fill(row, {outer.end, size.width}, result);
      }
      for (int column = 0; column < size.width; column += tile_columns)
        for (int row = first; row < last; ++row) {
          const Columns& inner = inner_[row - first];
          turn(row, {cut(inner, column), cut(inner, column + tile_columns)}, result);
        }
    }
    return result;
  }

 private:
  static constexpr int tile_rows = 16, tile_columns = 512;

  // Where a row is cut near a column: not so near its ends that a piece would be too short for the kernel.
  static int cut(const Columns& columns, int at) {
    if (at < columns.begin + 16) return columns.begin;
    return at > columns.end - 16 ? columns.end : at;
  }

  // 255 where the pixel, and those right of, below and right below it, are image.
  void find_whole() {
    whole_ = cv::Mat(floats_.rows, static_cast<int>(floats_.step1()), CV_8U, cv::Scalar{0});
    for (int row = 0; row + 1 < floats_.rows; ++row)
      find_whole(frame_.valid.ptr(row), frame_.valid.ptr(row + 1), floats_.cols - 1, whole_.ptr(row));
  }
  static void find_whole(const std::uint8_t* here, const std::uint8_t* below, int count,
                         std::uint8_t* __restrict out) {
    for (int i = 0; i < count; ++i) out[i] = (here[i] & here[i + 1] & below[i] & below[i + 1]) != 0 ? 255 : 0;
  }
  static void look_up(const std::uint8_t* whole, const std::int32_t* places, std::size_t count,
                      std::uint8_t* __restrict valid) {
    std::size_t i = 0;
    for (; i + 8 <= count; i += 8) {  // stores of single bytes take twice as long
      std::uint64_t eight = 0;
      for (std::size_t k = 0; k < 8; ++k) eight |= std::uint64_t{whole[places[i + k]]} << (8 * k);
      std::memcpy(valid + i, &eight, 8);
    }
    for (; i < count; ++i) valid[i] = whole[places[i]];
  }

  void fill(int row, Columns columns, Frame& result) const {
    if (columns.begin >= columns.end) return;
    const std::size_t count = columns.end - columns.begin;
    if (result.pixels.depth() == CV_8U)
      std::fill_n(result.pixels.ptr(row) + columns.begin, count,
                  cv::saturate_cast<std::uint8_t>(beyond_.value));
    else
      std::fill_n(result.pixels.ptr<float>(row) + columns.begin, count, static_cast<float>(beyond_.value));
    if (!result.valid.empty())
      std::fill_n(result.valid.ptr(row) + columns.begin, count,
                  static_cast<std::uint8_t>(beyond_.counts ? 255 : 0));
  }
  void plain(int row, Columns columns, Frame& result) const {
    if (columns.begin >= columns.end) return;
    plain_.pixels(row, columns, result.pixels);
    if (!result.valid.empty()) plain_.valid(row, columns, result.valid);
  }
  void turn(int row, Columns columns, Frame& result) {
    if (columns.begin >= columns.end) return;
    const std::size_t count = columns.end - columns.begin;
    const auto [x, y] = apply(to_old_, columns.begin, row);
    const bool bytes = result.pixels.depth() == CV_8U;
    line_.resize(count);
    float* out = bytes ? line_.data() : result.pixels.ptr<float>(row) + columns.begin;
    doubtful_.clear();
    turn_line(floats_.ptr<float>(), floats_.step1(), {x, y, to_old_[0], to_old_[3]}, count, out,
              places_.data(), doubtful_);
    // Pixels are 5e-7 off their positions at most, and four products and sums are rounded.
    if (bytes) round_to_bytes(out, count, 2 * 255 * 1e-6F, result.pixels.ptr(row) + columns.begin, doubtful_);
    if (!result.valid.empty()) {
      auto* valid = result.valid.ptr(row) + columns.begin;
      if (whole_.empty())
        std::fill_n(valid, count, std::uint8_t{255});
      else  // Of so few pixels that the kernel does none, all are doubtful.
        look_up(whole_.data, places_.data(), count, valid);
    }
    for (const std::uint32_t i : doubtful_) {
      const int column = columns.begin + static_cast<int>(i);
      plain(row, {column, column + 1}, result);
    }
  }

  const Frame& frame_;
  const PixelMap& to_old_;
  const BeyondFrame& beyond_;
  Plain plain_;
  cv::Mat floats_, whole_;
  std::array<Columns, tile_rows> inner_{};
  std::vector<std::int32_t> places_;
  std::vector<float> line_;
  std::vector<std::uint32_t> doubtful_;
};

bool kernel_can(const Frame& frame, const PixelMap& to_old, const BeyondFrame& beyond, Precision precision) {
  const cv::Mat& pixels = frame.pixels;
  // By whole quarters all positions are those of pixels; far larger steps than between pixels are no rotation.
  const bool between = std::abs(to_old[0]) < OldLine::longest_step &&
                       std::abs(to_old[3]) < OldLine::longest_step && to_old[0] != 0 && to_old[3] != 0;
  const bool small =
      pixels.rows * std::max(pixels.step1(), static_cast<std::size_t>(pixels.cols)) < std::size_t{1} << 30;
  if (pixels.type() == CV_8UC1) return between && small && beyond.value == std::round(beyond.value);
  return pixels.type() == CV_32FC1 && precision == Precision::Float32 && between && small;
}

}  // namespace

Frame warped_linear(const Frame& frame, const PixelMap& to_old, const BeyondFrame& beyond,
                    Precision precision) {
  Frame result = frame;
  if (kernel_can(frame, to_old, beyond, precision)) {
    result = ByKernel{frame, to_old, beyond}();
  } else {
    const Plain plain{frame, to_old, beyond};
    result.pixels = cv::Mat(frame.pixels.size(), frame.pixels.type());
    result.valid = cv::Mat(frame.pixels.size(), CV_8U);
    for (int row = 0; row < result.pixels.rows; ++row) {
      plain.pixels(row, {0, result.pixels.cols}, result.pixels);
      plain.valid(row, {0, result.pixels.cols}, result.valid);
    }
  }
  if (!result.valid.empty() && cv::countNonZero(result.valid) == static_cast<int>(result.valid.total()))
    result.valid.release();
  return result;
}

}  // namespace radflow
