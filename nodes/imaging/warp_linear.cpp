#include "nodes/imaging/warp_linear.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <vector>

#include "nodes/imaging/depth.hpp"
#include "nodes/imaging/finite.hpp"
#include "nodes/imaging/simd/rounding.hpp"
#include "nodes/imaging/simd/turn.hpp"

namespace radflow {
namespace {

// Where a new pixel lies in the old frame: the four pixels around it and the fractions between them.
struct Place {
  Place(const PixelMap& to_old, int column, int row) {
    const auto [x, y] = apply(to_old, column, row);
    left = cvFloor(x);
    top = cvFloor(y);
    dc = x - left;
    dr = y - top;
    right = left + (dc > 0 ? 1 : 0);
    bottom = top + (dr > 0 ? 1 : 0);
  }

  int left, right, top, bottom;
  double dc, dr;
};

// Bilinear, `fill` beyond the frame; in the order of operations of scikit-image.
template <typename T>
double bilinear(const cv::Mat& image, const Place& place, int channel, double fill) {
  const auto pixel = [&](int row, int column) -> double {
    if (row < 0 || row >= image.rows || column < 0 || column >= image.cols) return fill;
    return image.ptr<T>(row)[column * image.channels() + channel];
  };
  const auto& [left, right, top, bottom, dc, dr] = place;
  const double above = (1 - dc) * pixel(top, left) + dc * pixel(top, right);
  const double below = (1 - dc) * pixel(bottom, left) + dc * pixel(bottom, right);
  return (1 - dr) * above + dr * below;
}

struct Columns {
  int begin, end;
};

// The plain way: single pixels of any frame.
class Plain {
 public:
  Plain(const Frame& frame, const PixelMap& to_old, const BeyondFrame& beyond)
      : frame_{frame}, to_old_{to_old}, beyond_{beyond} {}

  void pixels(int row, Columns columns, cv::Mat& result) const {
    for_depth(frame_.pixels.depth(), [&](auto zero) {
      using T = decltype(zero);
      const int channels = frame_.pixels.channels();
      T* out = result.ptr<T>(row) + static_cast<std::ptrdiff_t>(columns.begin) * channels;
      for (int column = columns.begin; column < columns.end; ++column) {
        const Place place{to_old_, column, row};
        for (int channel = 0; channel < channels; ++channel)
          *out++ = cv::saturate_cast<T>(bilinear<T>(frame_.pixels, place, channel, beyond_.value));
      }
    });
  }
  void valid(int row, Columns columns, cv::Mat& result) const {
    const auto image = [&](int line, int column) {
      if (line < 0 || line >= frame_.pixels.rows || column < 0 || column >= frame_.pixels.cols)
        return beyond_.counts;
      return frame_.valid.empty() || frame_.valid.ptr<std::uint8_t>(line)[column] != 0;
    };
    for (int column = columns.begin; column < columns.end; ++column) {
      const Place at{to_old_, column, row};
      const bool whole = image(at.top, at.left) && image(at.top, at.right) && image(at.bottom, at.left) &&
                         image(at.bottom, at.right);
      result.ptr<std::uint8_t>(row)[column] = whole ? 255 : 0;
    }
  }

 private:
  const Frame& frame_;
  const PixelMap& to_old_;
  const BeyondFrame& beyond_;
};

// The columns of a row whose old positions lie in [-margin, size - 1 + margin] along both axes; empty where none does.
Columns within(const PixelMap& to_old, int row, int columns, const cv::Size& size, double margin) {
  double begin = 0, end = columns;
  const auto limit = [&](double start, double step, int length) {
    const double low = -margin - start, high = length - 1 + margin - start;
    if (std::abs(step) < 1e-9) {
      if (low > 0 || high < 0) end = begin;
      return;
    }
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
    for (int row = 0; row < size.height; ++row) {
      const Columns outer = within(to_old_, row, size.width, size, 1 + 1e-3);
      Columns inner = within(to_old_, row, size.width, size, -1e-3);
      if (inner.begin == inner.end) inner = {outer.begin, outer.begin};
      fill(row, {0, outer.begin}, result);
      plain(row, {outer.begin, inner.begin}, result);
      turn(row, inner, result);
      plain(row, {inner.end, outer.end}, result);
      fill(row, {outer.end, size.width}, result);
    }
    return result;
  }

 private:
  // 255 where the pixel, and those right of, below and right below it, are image.
  void find_whole() {
    whole_ = cv::Mat(floats_.rows, static_cast<int>(floats_.step1()), CV_8U, cv::Scalar{0});
    for (int row = 0; row + 1 < floats_.rows; ++row) {
      const auto *here = frame_.valid.ptr(row), *below = frame_.valid.ptr(row + 1);
      auto* out = whole_.ptr(row);
      for (int column = 0; column + 1 < floats_.cols; ++column)
        out[column] = (here[column] & here[column + 1] & below[column] & below[column + 1]) != 0 ? 255 : 0;
    }
  }

  void fill(int row, Columns columns, Frame& result) const {
    const cv::Range across{columns.begin, columns.end};
    if (across.empty()) return;
    result.pixels.row(row).colRange(across).setTo(cv::Scalar{beyond_.value});
    if (!result.valid.empty())
      result.valid.row(row).colRange(across).setTo(cv::Scalar{beyond_.counts ? 255.0 : 0.0});
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
        for (std::size_t i = 0; i < count; ++i) valid[i] = whole_.data[places_[i]];
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
  std::vector<std::int32_t> places_;
  std::vector<float> line_;
  std::vector<std::uint32_t> doubtful_;
};

bool kernel_can(const Frame& frame, const PixelMap& to_old, const BeyondFrame& beyond, Precision precision) {
  const cv::Mat& pixels = frame.pixels;
  // By whole quarters all positions are those of pixels; far larger steps than between pixels are no rotation.
  const bool between =
      std::abs(to_old[0]) < 100 && std::abs(to_old[3]) < 100 && to_old[0] != 0 && to_old[3] != 0;
  const bool small =
      pixels.rows * std::max(pixels.step1(), static_cast<std::size_t>(pixels.cols)) < std::size_t{1} << 30;
  if (pixels.type() == CV_8UC1) return between && small && beyond.value == std::round(beyond.value);
  // The kernel would make NaN of an infinite neighbour without weight.
  return pixels.type() == CV_32FC1 && precision == Precision::Float32 && between && small &&
         all_finite(pixels);
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
