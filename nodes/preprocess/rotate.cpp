// rotate: turns each frame counter-clockwise about its centre and keeps its size, as scikit-image's
// transform.rotate (0.19.3: bilinear, constant fill) but with depth and value range kept. Pixels that are not
// square are turned in mm, so the frame stays a picture of the patient. What comes from outside the frame is
// `fill`, in the frame's units, and is marked as padding. OpenCV's warpAffine rounds positions to 1/32 pixel,
// so it is not used.
//   - rotate: {angle: 45}
#include <cmath>
#include <numbers>
#include <opencv2/core.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/depth.hpp"
#include "nodes/imaging/geometry.hpp"

namespace radflow {
namespace {

struct Params {
  double angle = 0;
  double fill = 0;
};

// Bilinear at (column, row); `fill` beyond the frame. In the order of operations of scikit-image.
template <typename T>
double bilinear(const cv::Mat& image, double column, double row, int channel, double fill) {
  const double left = std::floor(column), top = std::floor(row);
  const auto pixel = [&](double r, double c) -> double {
    if (r < 0 || r >= image.rows || c < 0 || c >= image.cols) return fill;
    return image.ptr<T>(static_cast<int>(r))[static_cast<int>(c) * image.channels() + channel];
  };
  const double dc = column - left, dr = row - top;
  const double right = std::ceil(column), bottom = std::ceil(row);
  const double above = (1 - dc) * pixel(top, left) + dc * pixel(top, right);
  const double below = (1 - dc) * pixel(bottom, left) + dc * pixel(bottom, right);
  return (1 - dr) * above + dr * below;
}

class Rotate {
 public:
  explicit Rotate(const Params& params) : fill_{params.fill} {
    // Exact at multiples of 90 degrees, where sin and cos of a rounded pi are not.
    const double quarters = params.angle / 90, radians = params.angle * std::numbers::pi / 180;
    const bool exact = quarters == std::round(quarters);
    cos_ = exact ? std::round(std::cos(radians)) : std::cos(radians);
    sin_ = exact ? std::round(std::sin(radians)) : std::sin(radians);
  }

  Frame operator()(const Frame& frame) const {
    const PixelMap to_old = map(frame);
    Frame result = frame.with_pixels(turned(frame.pixels, to_old, fill_));
    const cv::Mat valid =
        frame.valid.empty() ? cv::Mat(frame.pixels.size(), CV_8U, cv::Scalar{255}) : frame.valid;
    // Interpolated in double: 255 only where all that a pixel was made of is image.
    cv::Mat share;
    valid.convertTo(share, CV_64F);
    result.valid = turned(share, to_old, 0) > 255 - 1e-9;
    if (cv::countNonZero(result.valid) == static_cast<int>(result.valid.total())) result.valid.release();
    result.geometry = remapped(frame.geometry, to_old);
    return result;
  }

 private:
  PixelMap map(const Frame& frame) const {
    const double x = frame.pixels.cols / 2.0 - 0.5, y = frame.pixels.rows / 2.0 - 0.5;
    const auto& spacing = frame.geometry.spacing;
    const double aspect =
        spacing ? spacing->row / spacing->column : 1;  // rows down per column across, in length
    const double right = -sin_ * aspect, down = sin_ / aspect;
    return {cos_, right, (cos_ * -x + right * -y) + x, down, cos_, (down * -x + cos_ * -y) + y};
  }

  static cv::Mat turned(const cv::Mat& image, const PixelMap& to_old, double fill) {
    cv::Mat result{image.size(), image.type()};
    for_depth(image.depth(), [&](auto zero) {
      using T = decltype(zero);
      for (int row = 0; row < result.rows; ++row) {
        T* out = result.ptr<T>(row);
        for (int column = 0; column < result.cols; ++column) {
          const auto [x, y] = apply(to_old, column, row);
          for (int channel = 0; channel < image.channels(); ++channel)
            *out++ = cv::saturate_cast<T>(bilinear<T>(image, x, y, channel, fill));
        }
      }
    });
    return result;
  }

  double fill_;
  double cos_ = 1;
  double sin_ = 0;
};

const Register<Rotate, Params> registered{
    NodeSpec{"rotate", "Turns each frame about its centre and keeps its size."}
        .param(&Params::angle, "angle", required(range(-360, 360)), "Degrees, counter-clockwise.")
        .param(&Params::fill, "fill", any(),
               "Value of what comes from outside the frame, in the frame's units.")
        .example("- rotate: {angle: 45}")};

}  // namespace
}  // namespace radflow
