#include "nodes/imaging/warp_linear.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <vector>

#include "nodes/imaging/simd/rounding.hpp"
#include "nodes/imaging/simd/turn.hpp"
#include "nodes/imaging/warp_plain.hpp"

namespace radflow {
namespace {

// The columns of a row whose old positions lie in [-margin, size - 1 + margin] along both axes; empty where none does.
Columns within(const PixelMap& to_old, int row, int columns, const cv::Size& size, double margin) {
  double first = 0, last = columns - 1;
  const auto limit = [&](double start, double step, int length) {
    const double low = -margin - start, high = length - 1 + margin - start;
    // Where there is one row or column, nothing lies inside it.
    if (low > high || (std::abs(step) < 1e-9 && (low > 0 || high < 0))) last = -1;
    if (std::abs(step) < 1e-9) return;
    const double per_step = 1 / step, from = low * per_step, to = high * per_step;
    first = std::max(first, std::min(from, to));
    last = std::min(last, std::max(from, to));
  };
  limit(to_old[1] * row + to_old[2], to_old[0], size.width);
  limit(to_old[4] * row + to_old[5], to_old[3], size.height);
  if (!(first <= last)) return {0, 0};
  return {cvCeil(first), cvFloor(last) + 1};
}

// One channel of floats or bytes. Rows are, from the middle: what surely lies between pixels, by the kernel; what may touch
// the border, in the plain way; and what lies beyond it, which is the fill.
class ByKernel {
 public:
  static constexpr int least_columns = 16, least_rows = 4;

  ByKernel(const Frame& frame, const PixelMap& to_old, const BeyondFrame& beyond)
      : frame_{frame}, to_old_{to_old}, beyond_{beyond}, plain_{frame, to_old, beyond}, valid_{frame.valid} {
    if (!valid_.empty()) find_whole();
  }

  Frame operator()() {
    const cv::Size size = frame_.pixels.size();
    Frame result = frame_.with_pixels(cv::Mat(size, frame_.pixels.type()));
    if (frame_.valid.empty() && beyond_.counts)
      result.valid.release();
    else
      result.valid = cv::Mat(size, CV_8U);
    for (int row = 0; row < size.height; row += 2) two_rows(std::min(row, size.height - 2), result);
    return result;
  }

 private:
  // Gives validity the stride of the pixels, and finds where four by four pixels are image.
  void find_whole() {
    const cv::Size size{static_cast<int>(frame_.pixels.step1()), frame_.pixels.rows};
    if (valid_.step1() != frame_.pixels.step1()) {
      cv::Mat wide(size, CV_8U);
      valid_.copyTo(wide.colRange(0, valid_.cols));
      valid_ = wide.colRange(0, valid_.cols);
    }
    whole_.create(size, CV_8U);
    std::vector<std::uint8_t> four(valid_.cols);
    for (int row = 0; row + 4 <= valid_.rows; ++row) {
      all_of_four(valid_.ptr(row), valid_.ptr(row + 1), valid_.ptr(row + 2), valid_.ptr(row + 3), four.size(),
                  four.data());
      all_of_four(four.data(), four.data() + 1, four.data() + 2, four.data() + 3, four.size() - 3,
                  whole_.ptr(row));
    }
  }
  static void all_of_four(const std::uint8_t* a, const std::uint8_t* b, const std::uint8_t* c,
                          const std::uint8_t* d, std::size_t count, std::uint8_t* __restrict out) {
    for (std::size_t i = 0; i < count; ++i) out[i] = a[i] & b[i] & c[i] & d[i];
  }

  // Parts of a row: `inner` is the kernel's, and beyond `outer` is the fill.
  struct Parts {
    Columns outer, inner;
  };
  Parts parts(int row) const {
    const cv::Size size = frame_.pixels.size();
    const Columns outer = within(to_old_, row, size.width, size, 1 + 1e-3);
    const Columns inner = within(to_old_, row, size.width, size, -1e-3);
    return {outer, inner.begin < inner.end ? inner : Columns{outer.begin, outer.begin}};
  }

  void two_rows(int row, Frame& result) {
    const Parts both[] = {parts(row), parts(row + 1)};
    doubtful_.clear();
    const Columns columns = turned(both[0].inner, both[1].inner);
    if (columns.begin < columns.end) turn(row, columns, result);
    for (int k = 0; k < 2; ++k) {
      const auto& [outer, inner] = both[k];
      fill(row + k, {0, outer.begin}, result);
      plain(row + k, {outer.begin, inner.begin}, result);
      for (const std::uint32_t i : doubtful_) {
        const int column = columns.begin + static_cast<int>(i);
        if (column >= inner.begin && column < inner.end) plain(row + k, {column, column + 1}, result);
      }
      plain(row + k, {inner.end, outer.end}, result);
      fill(row + k, {outer.end, result.pixels.cols}, result);
    }
  }
  // The kernel takes both rows alike. What it makes of pixels that are inner ones of only one row is overwritten.
  Columns turned(const Columns& upper, const Columns& lower) const {
    if (upper.begin == upper.end && lower.begin == lower.end) return {0, 0};
    Columns both = upper.begin == upper.end ? lower
                   : lower.begin == lower.end
                       ? upper
                       : Columns{std::min(upper.begin, lower.begin), std::max(upper.end, lower.end)};
    both.begin = std::max(std::min(both.begin, both.end - least_columns), 0);
    both.end = std::max(both.end, both.begin + least_columns);
    return both;
  }
  void turn(int row, const Columns& columns, Frame& result) {
    const cv::Mat& old = frame_.pixels;
    const std::size_t count = columns.end - columns.begin;
    NewRow rows[2];
    for (int k = 0; k < 2; ++k)
      if (!valid_.empty())
        rows[k].valid = result.valid.ptr(row + k) + columns.begin;
      else if (!result.valid.empty())
        std::fill_n(result.valid.ptr(row + k) + columns.begin, count, std::uint8_t{255});
    if (old.depth() == CV_32F) {
      for (int k = 0; k < 2; ++k) rows[k].pixels = result.pixels.ptr<float>(row + k) + columns.begin;
      turn_rows(OldImage<float>{old.ptr<float>(), valid_.data, whole_.data, old.step1(), old.rows, old.cols},
                to_old_, row, columns.begin, count, rows[0], rows[1], doubtful_);
      return;
    }
    line_.resize(2 * count);
    for (int k = 0; k < 2; ++k) rows[k].pixels = line_.data() + k * count;
    turn_rows(OldImage<std::uint8_t>{old.ptr(), valid_.data, whole_.data, old.step1(), old.rows, old.cols},
              to_old_, row, columns.begin, count, rows[0], rows[1], doubtful_);
    // Pixels are 5e-7 off their positions at most, and four products and sums are rounded.
    for (int k = 0; k < 2; ++k)
      round_to_bytes(rows[k].pixels, count, 2 * 255 * 1e-6F, result.pixels.ptr(row + k) + columns.begin,
                     doubtful_);
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
    plain_(row, columns, result);
  }

  const Frame& frame_;
  const PixelMap& to_old_;
  const BeyondFrame& beyond_;
  Plain plain_;
  cv::Mat valid_, whole_;  // their stride is that of the pixels
  std::vector<float> line_;
  std::vector<std::uint32_t> doubtful_;
};

bool kernel_can(const Frame& frame, const PixelMap& to_old, const BeyondFrame& beyond, Precision precision) {
  const cv::Mat& pixels = frame.pixels;
  if (pixels.rows < ByKernel::least_rows || pixels.cols < ByKernel::least_columns) return false;
  // By whole quarters all positions are those of pixels.
  const bool between = fit_into_four(to_old) && to_old[0] != 0 && to_old[3] != 0;
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
    for (int row = 0; row < result.pixels.rows; ++row) plain(row, {0, result.pixels.cols}, result);
  }
  if (!result.valid.empty() && cv::countNonZero(result.valid) == static_cast<int>(result.valid.total()))
    result.valid.release();
  return result;
}

}  // namespace radflow
