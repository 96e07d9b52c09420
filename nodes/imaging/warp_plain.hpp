// Bilinear interpolation of single pixels of any frame, in double and in the order of operations of scikit-image.
#pragma once

#include <opencv2/core.hpp>

#include "nodes/imaging/depth.hpp"
#include "nodes/imaging/warp_linear.hpp"

namespace radflow {

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

// `fill` beyond the frame.
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

// The new pixels of a stretch of a row, and their validity.
class Plain {
 public:
  Plain(const Frame& frame, const PixelMap& to_old, const BeyondFrame& beyond)
      : frame_{frame}, to_old_{to_old}, beyond_{beyond} {}

  // Validity is written where `result` has any.
  void operator()(int row, Columns columns, Frame& result) const {
    for_depth(frame_.pixels.depth(), [&](auto zero) {
      using T = decltype(zero);
      const int channels = frame_.pixels.channels();
      T* out = result.pixels.ptr<T>(row) + static_cast<std::ptrdiff_t>(columns.begin) * channels;
      auto* const valid = result.valid.empty() ? nullptr : result.valid.ptr<std::uint8_t>(row);
      for (int column = columns.begin; column < columns.end; ++column) {
        const Place place{to_old_, column, row};
        for (int channel = 0; channel < channels; ++channel)
          *out++ = cv::saturate_cast<T>(bilinear<T>(frame_.pixels, place, channel, beyond_.value));
        if (valid) valid[column] = whole(place) ? 255 : 0;
      }
    });
  }

 private:
  bool whole(const Place& at) const {
    return image(at.top, at.left) && image(at.top, at.right) && image(at.bottom, at.left) &&
           image(at.bottom, at.right);
  }
  bool image(int row, int column) const {
    if (row < 0 || row >= frame_.pixels.rows || column < 0 || column >= frame_.pixels.cols)
      return beyond_.counts;
    return frame_.valid.empty() || frame_.valid.ptr<std::uint8_t>(row)[column] != 0;
  }

  const Frame& frame_;
  const PixelMap& to_old_;
  const BeyondFrame& beyond_;
};

}  // namespace radflow
