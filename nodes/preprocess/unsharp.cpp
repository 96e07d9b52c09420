// unsharp: sharpens each frame by adding its difference from a blurred one, as scikit-image's unsharp_mask with
// preserve_range. Depth stays; what overshoots it saturates. Padding takes no part and stays as it is.
//   - unsharp: {radius: 2, amount: 1.5}
#include <opencv2/core.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/gaussian.hpp"
#include "nodes/imaging/require.hpp"

namespace radflow {
namespace {

struct Params {
  double radius = 1;
  double amount = 1;
};

class Unsharp {
 public:
  explicit Unsharp(const Params& params) : kernel_{gaussian_kernel(params.radius)}, amount_{params.amount} {}

  Result<Frame> operator()(const Frame& frame) const {
    if (auto error = require_values(frame, "unsharp")) return *error;
    const cv::Mat blurred = smoothed(frame.pixels, frame.valid, kernel_, cv::BORDER_REFLECT);
    cv::Mat sharp;
    frame.pixels.convertTo(sharp, blurred.depth());
    cv::scaleAdd(sharp - blurred, amount_, sharp, sharp);
    sharp.convertTo(sharp, frame.pixels.depth());
    if (!frame.valid.empty()) frame.pixels.copyTo(sharp, frame.valid == 0);
    return frame.with_pixels(std::move(sharp));
  }

 private:
  cv::Mat kernel_;
  double amount_;
};

const Register<Unsharp, Params> registered{
    NodeSpec{"unsharp",
             "Sharpens each frame: value + amount x (value - blurred), to 1e-6 of the value scikit-image's "
             "unsharp_mask with preserve_range; integers are rounded and saturate."}
        .param(&Params::radius, "radius", range(0.1, 50), "Standard deviation of the blur, in pixels.")
        .param(&Params::amount, "amount", range(0, 100), "How much of the difference is added.")
        .keeps_known()
        .errors({codes_not_supported})
        .example("- unsharp: {radius: 2, amount: 1.5}")};

}  // namespace
}  // namespace radflow
