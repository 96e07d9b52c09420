// resize: each frame or mask to a given size. The default equals scikit-image's transform.resize (0.19.3: order 1,
// mode reflect, anti-aliasing where it shrinks) but keeps depth and value range; with `to_float` before it
// the numbers are the same. Spacing is scaled and the origin moves by half the difference of the pixel sizes.
//   - resize: {width: 256, height: 256}
#include <opencv2/core.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/geometry.hpp"
#include "nodes/imaging/picture.hpp"
#include "nodes/imaging/require.hpp"
#include "nodes/imaging/resample.hpp"
#include "nodes/types/facts.hpp"

namespace radflow {
namespace {

struct Params {
  int width = 0;
  int height = 0;
  Interpolation interpolation = Interpolation::Linear;
  bool anti_aliasing = true;
};

class Resize {
 public:
  explicit Resize(const Params& params) : params_{params}, interpolation_{params.interpolation} {}

  Known known() const { return Known{}.set(KnownSize{params_.width, params_.height}); }

  // Errors: codes_not_supported, too_large.
  Result<Payload> operator()(const Picture& picture, const Context& context) const {
    const Interpolation interpolation = is_mask(picture) ? Interpolation::Nearest : interpolation_;
    return changed(picture, [&](const Frame& frame) { return resized(frame, interpolation, context); });
  }

 private:
  Result<Frame> resized(const Frame& frame, Interpolation interpolation, const Context& context) const {
    if (interpolation != Interpolation::Nearest)
      if (auto error = require_values(frame, "resize with an interpolation other than nearest"))
        return *error;
    const int rows = frame.pixels.rows, columns = frame.pixels.cols;
    if (rows == params_.height && columns == params_.width) return frame;
    if (const std::size_t bytes = enlarging(frame))
      if (auto error = context.charge(bytes)) return *error;
    const auto down = axis_weights(rows, params_.height, interpolation, params_.anti_aliasing);
    const auto across = axis_weights(columns, params_.width, interpolation, params_.anti_aliasing);

    Frame result = frame.with_pixels(resample(frame.pixels, down, across));
    if (interpolation == Interpolation::Cubic) keep_range(frame.pixels, result.pixels);
    if (!frame.valid.empty()) result.valid = resample_valid(frame.valid, down, across);
    const double x = static_cast<double>(columns) / params_.width;
    const double y = static_cast<double>(rows) / params_.height;
    result.geometry = remapped(frame.geometry, {x, 0, (x - 1) / 2, 0, y, (y - 1) / 2});
    return result;
  }

  // What the result and the doubles on the way to it take; 0 where it shrinks:
  // bounded by what `decode` asked for.
  std::size_t enlarging(const Frame& frame) const {
    const std::size_t height = params_.height, width = params_.width, rows = frame.pixels.rows;
    if (height * width <= frame.pixels.total()) return 0;
    const std::size_t doubles = height < rows ? 0 : rows * width * frame.pixels.channels() * sizeof(double);
    return height * width * (frame.pixels.elemSize() + (frame.valid.empty() ? 0 : 1)) + doubles;
  }

  // Cubic weights overshoot at edges; the result stays within what the frame had.
  static void keep_range(const cv::Mat& before, cv::Mat& after) {
    double low = 0, high = 0;
    cv::minMaxIdx(before.reshape(1), &low, &high);
    cv::max(after, cv::Scalar::all(low), after);
    cv::min(after, cv::Scalar::all(high), after);
  }

  Params params_;
  Interpolation interpolation_;
};

const Register<Resize, Params> registered{
    NodeSpec{"resize",
             "Resamples each frame or mask to a size in pixels; keeps depth and value range. A result that "
             "is larger "
             "than the graph's `memory` is an error (too_large)."}
        .param(&Params::width, "width", required(range(1, 16384)), "Columns of the result.")
        .param(&Params::height, "height", required(range(1, 16384)), "Rows of the result.")
        .param(&Params::interpolation, "interpolation", any(),
               "How a new pixel gets its value; masks take the nearest label.")
        .param(&Params::anti_aliasing, "anti_aliasing", any(),
               "Smooths before shrinking: a Gaussian of sigma (factor - 1) / 2 pixels; for linear and cubic.")
        .keeps_known()
        .errors({codes_not_supported, too_large})
        .example("- resize: {width: 256, height: 256}")};

}  // namespace
}  // namespace radflow
