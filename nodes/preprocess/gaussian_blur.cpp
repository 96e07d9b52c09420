// gaussian_blur: smooths each frame with a separable Gaussian kernel, cut off at 4 sigma. Depth and range
// stay. Padding is left out (weights of the image pixels are made to sum to 1) and stays as it is.
//   - gaussian_blur: {sigma: 1.5}
#include <opencv2/core.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/blur.hpp"
#include "nodes/imaging/require.hpp"

namespace radflow {
namespace {

// As numpy.pad calls them, with OpenCV's values.
enum class Border {
  Reflect = cv::BORDER_REFLECT_101,
  Symmetric = cv::BORDER_REFLECT,
  Edge = cv::BORDER_REPLICATE
};
Choices<Border> choices_of(Border) {
  return {{Border::Reflect, "reflect", "Beyond a b c d comes c b a."},
          {Border::Symmetric, "symmetric", "Beyond a b c d comes d c b."},
          {Border::Edge, "edge", "Beyond a b c d comes d d d."}};
}

struct Params {
  double sigma = 1.5;
  Border border = Border::Reflect;
  std::optional<Precision> precision;
};

class GaussianBlur {
 public:
  explicit GaussianBlur(const Params& params)
      : blur_{params.sigma, static_cast<int>(params.border), params.precision.value_or(Precision::Float32)} {}

  Result<Frame> operator()(const Frame& frame) const {
    if (auto error = require_values(frame, "gaussian_blur")) return *error;
    return frame.with_pixels(blur_(frame.pixels, frame.valid));
  }

 private:
  Blur blur_;
};

const Register<GaussianBlur, Params> registered{
    NodeSpec{"gaussian_blur", "Smooths each frame with a Gaussian kernel."}
        .param(&Params::sigma, "sigma", range(0.1, 50.0), "Standard deviation, in pixels.")
        .param(&Params::border, "border", any(), "What stands beyond the frame's border.")
        .param(&Params::precision, "precision", any(), precision_sentence)
        .keeps_known()
        .errors({codes_not_supported})
        .example("- gaussian_blur: {sigma: 1.5}")};

}  // namespace
}  // namespace radflow
