// rotate: turns each frame or mask counter-clockwise about its centre and keeps its size, as scikit-image's
// transform.rotate (0.19.3: bilinear, constant fill) but with depth and value range kept. Pixels that are not
// square are turned in mm, so the frame stays a picture of the patient; scikit-image turns in pixels. What comes
// from outside the frame is `fill`, in the frame's units, and is marked as padding, which nodes behind leave
// out: with `outside: value` it counts as any other value, as in scikit-image. OpenCV's warpAffine rounds
// positions to 1/32 pixel, so it is not used.
//   - rotate: {angle: 45}
#include <cmath>
#include <numbers>
#include <opencv2/core.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/geometry.hpp"
#include "nodes/imaging/picture.hpp"
#include "nodes/imaging/require.hpp"
#include "nodes/imaging/warp.hpp"
#include "nodes/imaging/warp_linear.hpp"

namespace radflow {
namespace {

enum class Outside { Padding, Value };
Choices<Outside> choices_of(Outside) {
  return {{Outside::Padding, "padding",
           "Padding, which histogram and statistics leave out; also if this is absent."},
          {Outside::Value, "value", "A value that they count, as scikit-image's users do."}};
}

enum class Between { Nearest, Linear, BSpline };
Choices<Between> choices_of(Between) {
  return {{Between::Nearest, "nearest", "The nearest pixel: keeps codes and labels."},
          {Between::Linear, "linear", "From the four pixels around; also if this is absent."},
          {Between::BSpline, "bspline",
           "A cubic B-spline, to 1e-6 scipy.ndimage.affine_transform of order 3 (mode constant), kept within "
           "the frame's "
           "range."}};
}

struct Params {
  double angle = 0;
  double fill = 0;
  std::optional<Outside> outside;
  std::optional<Between> interpolation;
  std::optional<Precision> precision;
};

class Rotate {
 public:
  explicit Rotate(const Params& params)
      : fill_{params.fill},
        outside_counts_{params.outside == Outside::Value},
        between_{params.interpolation.value_or(Between::Linear)},
        precision_{params.precision.value_or(Precision::Float32)} {
    // Exact at multiples of 90 degrees, where sin and cos of a rounded pi are not.
    const double quarters = params.angle / 90, radians = params.angle * std::numbers::pi / 180;
    const bool exact = quarters == std::round(quarters);
    cos_ = exact ? std::round(std::cos(radians)) : std::cos(radians);
    sin_ = exact ? std::round(std::sin(radians)) : std::sin(radians);
  }

  Result<Payload> operator()(const Picture& picture) const {
    if (const auto* mask = picture.get<Mask>()) return Payload::of(rotated(*mask));
    return changed(picture, [this](const Frame& frame) { return rotated(frame); });
  }

 private:
  // Every pixel takes the nearest label, and none from outside the mask.
  Mask rotated(const Mask& mask) const {
    const PixelMap to_old = map(mask.labels.size(), mask.geometry);
    Mask result{cv::Mat::zeros(mask.labels.size(), mask.labels.type()), mask.names,
                remapped(mask.geometry, to_old)};
    for (int row = 0; row < result.labels.rows; ++row)
      for (int column = 0; column < result.labels.cols; ++column) {
        const auto [x, y] = apply(to_old, column, row);
        const int from = cvFloor(x + 0.5), line = cvFloor(y + 0.5);
        if (from >= 0 && line >= 0 && from < mask.labels.cols && line < mask.labels.rows)
          result.labels.ptr<std::uint16_t>(row)[column] = mask.labels.ptr<std::uint16_t>(line)[from];
      }
    return result;
  }
  Result<Frame> rotated(const Frame& frame) const {
    if (between_ != Between::Nearest)
      if (auto error = require_values(frame, "rotate with an interpolation other than nearest"))
        return *error;
    const PixelMap to_old = map(frame.pixels.size(), frame.geometry);
    const BeyondFrame beyond{fill_, outside_counts_};
    Frame result = between_ == Between::Linear    ? warped_linear(frame, to_old, beyond, precision_)
                   : between_ == Between::BSpline ? warped_spline(frame, to_old, beyond)
                                                  : warped_nearest(frame, to_old, beyond);
    result.geometry = remapped(frame.geometry, to_old);
    return result;
  }

  PixelMap map(const cv::Size& size, const Geometry& geometry) const {
    const double x = size.width / 2.0 - 0.5, y = size.height / 2.0 - 0.5;
    const auto& spacing = geometry.spacing;
    const double aspect =
        spacing ? spacing->row / spacing->column : 1;  // rows down per column across, in length
    const double right = -sin_ * aspect, down = sin_ / aspect;
    return {cos_, right, (cos_ * -x + right * -y) + x, down, cos_, (down * -x + cos_ * -y) + y};
  }

  double fill_;
  bool outside_counts_;
  Between between_;
  Precision precision_;
  double cos_ = 1;
  double sin_ = 0;
};

const Register<Rotate, Params> registered{
    NodeSpec{
        "rotate",
        "Turns each frame or mask about its centre, in mm where pixels are not square, and keeps its size."}
        .param(&Params::angle, "angle", required(range(-360, 360)), "Degrees, counter-clockwise.")
        .param(&Params::fill, "fill", any(),
               "Value of what comes from outside the frame, in the frame's units.")
        .param(&Params::outside, "outside", any(), "What that is to the nodes behind.")
        .param(&Params::interpolation, "interpolation", any(),
               "How a new pixel gets its value; masks take the nearest label.")
        .param(&Params::precision, "precision", any(), precision_sentence)
        .keeps_known()
        .errors({codes_not_supported})
        .example("- rotate: {angle: 45}")};

}  // namespace
}  // namespace radflow
