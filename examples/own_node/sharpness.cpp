// sharpness: how sharp each frame is, as the variance of its Laplacian (Pech-Pacheco et al. 2000), in squared
// units of the frame. A blurred image has a low one.
//   - sharpness
#include <opencv2/imgproc.hpp>

#include "graph/node.hpp"
#include "nodes/types/features.hpp"
#include "nodes/types/frame.hpp"

namespace radflow {
namespace {

class Sharpness {
 public:
  // Called concurrently: const. What it returns says what the node is: a frame becomes features, or an error.
  Result<Features> operator()(const Frame& frame) const {
    if (frame.pixels.channels() != 1) return Error{"not_grey", "sharpness takes frames of one channel"};
    cv::Mat laplacian;
    cv::Laplacian(frame.pixels, laplacian, CV_64F);
    cv::Scalar mean, deviation;
    cv::meanStdDev(laplacian, mean, deviation, frame.valid);  // padding is no image
    Features features;
    features.names = names_;
    features.values = {deviation[0] * deviation[0]};
    return features;
  }

 private:
  std::shared_ptr<const std::vector<std::string>> names_ =
      std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"sharpness"});
};

// Name, sentence and parameters stand here only; checking, `radflow describe` and the schema come from it.
const Register<Sharpness> registered{NodeSpec{"sharpness", "Says how sharp each frame is."}.errors(
    {{"not_grey", "The frame has more than one channel: put `to_grey` before it."}})};

}  // namespace
}  // namespace radflow
