// gaussian_blur: smooths each frame with a separable Gaussian kernel.
//   - gaussian_blur: {sigma: 1.5}
#include <opencv2/imgproc.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/frame.hpp"

namespace radflow {
namespace {

struct Params {
  double sigma = 1.5;
};

class GaussianBlur {
 public:
  explicit GaussianBlur(const Params& params) : params_{params} {}

  Frame operator()(const Frame& frame) const {
    cv::Mat blurred;
    cv::GaussianBlur(frame.pixels, blurred, {}, params_.sigma);
    return frame.with_pixels(std::move(blurred));
  }

 private:
  Params params_;
};

const Register<GaussianBlur, Params> registered{
    NodeSpec{"gaussian_blur", "Smooths each frame with a Gaussian kernel."}.param(
        &Params::sigma, "sigma", range(0.1, 50.0), "Standard deviation, in pixels.")};

}  // namespace
}  // namespace radflow
