// gaussian_blur: smooths each frame with a separable Gaussian kernel, cut off at 4 sigma. Depth and range
// stay. Padding is left out (weights of the image pixels are made to sum to 1) and stays as it is.
//   - gaussian_blur: {sigma: 1.5}
#include <array>
#include <opencv2/imgproc.hpp>

#include "graph/node.hpp"
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
};

class GaussianBlur {
 public:
  explicit GaussianBlur(const Params& params)
      : kernel_{cv::getGaussianKernel(2 * static_cast<int>(4 * params.sigma + 0.5) + 1, params.sigma,
                                      CV_64F)},
        border_{static_cast<int>(params.border)} {}

  Result<Frame> operator()(const Frame& frame) const {
    if (auto error = require_values(frame, "gaussian_blur")) return *error;
    const int depth = frame.pixels.depth();
    // 8 and 16 bit are smoothed in float and rounded once;
    // OpenCV's own 8-bit filter rounds its weights to 1/256.
    const int work_depth = depth == CV_64F || depth == CV_32S ? CV_64F : CV_32F;
    cv::Mat work;
    frame.pixels.convertTo(work, work_depth);
    cv::Mat result;
    if (frame.valid.empty()) {
      smooth(work).convertTo(result, depth);
      return frame.with_pixels(std::move(result));
    }
    work.setTo(cv::Scalar::all(0), frame.valid == 0);
    cv::Mat share;
    frame.valid.convertTo(share, work_depth, 1 / 255.0);
    share = smooth(share);
    if (work.channels() == 3) cv::merge(std::array{share, share, share}, share);
    cv::Mat{smooth(work) / share}.convertTo(result, depth);
    frame.pixels.copyTo(result, frame.valid == 0);
    return frame.with_pixels(std::move(result));
  }

 private:
  cv::Mat smooth(const cv::Mat& image) const {
    cv::Mat blurred;
    cv::sepFilter2D(image, blurred, -1, kernel_, kernel_, {-1, -1}, 0, border_);
    return blurred;
  }

  cv::Mat kernel_;
  int border_;
};

const Register<GaussianBlur, Params> registered{
    NodeSpec{"gaussian_blur", "Smooths each frame with a Gaussian kernel."}
        .param(&Params::sigma, "sigma", range(0.1, 50.0), "Standard deviation, in pixels.")
        .param(&Params::border, "border", any(), "What stands beyond the frame's border.")
        .keeps_known()
        .errors({codes_not_supported})
        .example("- gaussian_blur: {sigma: 1.5}")};

}  // namespace
}  // namespace radflow
