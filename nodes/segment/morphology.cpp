// morphology: erosion, dilation, opening and closing of a frame's values or a mask's labels by a flat shape, as
// scikit-image's morphology. Of labels that meet the higher one grows. Padding and NaN take no part and stay; beyond the edge
// of the image there is nothing.
//   - morphology: {operation: open, radius: 2}
#include <limits>
#include <opencv2/imgproc.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/countable.hpp"
#include "nodes/imaging/depth.hpp"
#include "nodes/imaging/picture.hpp"
#include "nodes/imaging/require.hpp"

namespace radflow {
namespace {

enum class Operation { Erode, Dilate, Open, Close };
Choices<Operation> choices_of(Operation) {
  return {{Operation::Erode, "erode", "The least value under the shape."},
          {Operation::Dilate, "dilate", "The greatest value under the shape."},
          {Operation::Open, "open", "Erodes, then dilates: what is smaller than the shape goes."},
          {Operation::Close, "close", "Dilates, then erodes: holes smaller than the shape go."}};
}

enum class Form { Disk, Square };
Choices<Form> choices_of(Form) {
  return {{Form::Disk, "disk", "All pixels within the radius."},
          {Form::Square, "square", "2 radius + 1 rows and columns."}};
}

struct Params {
  Operation operation = Operation::Open;
  int radius = 1;
  Form shape = Form::Disk;
};

class Morphology {
 public:
  explicit Morphology(const Params& params)
      : operation_{params.operation},
        element_(2 * params.radius + 1, 2 * params.radius + 1, CV_8U, cv::Scalar{1}) {
    const int radius = params.radius;
    if (params.shape == Form::Disk)
      for (int y = -radius; y <= radius; ++y)
        for (int x = -radius; x <= radius; ++x)
          element_.at<std::uint8_t>(y + radius, x + radius) = x * x + y * y <= radius * radius;
  }

  Result<Payload> operator()(const Picture& picture) const {
    if (const auto* frame = picture.get<Frame>())
      if (auto error = require_values(*frame, "morphology")) return *error;
    return changed(picture, [this](const Frame& frame) -> Result<Frame> {
      const cv::Mat left_out = unordered(frame.pixels, frame.valid);
      Frame result = frame.with_pixels(computed(frame.pixels, left_out));
      if (!left_out.empty()) frame.pixels.copyTo(result.pixels, left_out);
      return result;
    });
  }

 private:
  cv::Mat computed(const cv::Mat& pixels, const cv::Mat& left_out) const {
    switch (operation_) {
      case Operation::Erode:
        return eroded(pixels, left_out);
      case Operation::Dilate:
        return dilated(pixels, left_out);
      case Operation::Open:
        return dilated(eroded(pixels, left_out), left_out);
      case Operation::Close:
        return eroded(dilated(pixels, left_out), left_out);
    }
    return {};
  }
  cv::Mat eroded(const cv::Mat& pixels, const cv::Mat& left_out) const {
    return extreme(pixels, left_out, true);
  }
  cv::Mat dilated(const cv::Mat& pixels, const cv::Mat& left_out) const {
    return extreme(pixels, left_out, false);
  }

  // OpenCV has no kernel for 8 bit signed and 32 bit integers: doubles hold them exactly.
  cv::Mat extreme(const cv::Mat& pixels, const cv::Mat& left_out, bool least) const {
    cv::Mat values = pixels;
    if (pixels.depth() == CV_8S || pixels.depth() == CV_32S) pixels.convertTo(values, CV_64F);
    if (!left_out.empty()) {  // becomes what never is the extreme one
      values = values.clone();
      const auto [low, high] = limits(values.depth());
      values.setTo(cv::Scalar::all(least ? high : low), left_out);
    }
    cv::Mat result;
    if (least)
      cv::erode(values, result, element_);
    else
      cv::dilate(values, result, element_);
    if (result.depth() != pixels.depth()) result.convertTo(result, pixels.depth());
    return result;
  }
  static std::pair<double, double> limits(int depth) {
    return for_depth(depth, [](auto zero) {
      using Limits = std::numeric_limits<decltype(zero)>;
      if constexpr (Limits::has_infinity)
        return std::pair{-double{Limits::infinity()}, double{Limits::infinity()}};
      return std::pair{static_cast<double>(Limits::lowest()), static_cast<double>(Limits::max())};
    });
  }

  Operation operation_;
  cv::Mat element_;
};

const Register<Morphology, Params> registered{
    NodeSpec{"morphology",
             "Erodes, dilates, opens or closes a frame or a mask by a flat shape; equal to scikit-image's "
             "erosion, dilation, opening and closing. NaN takes no part and stays."}
        .param(&Params::operation, "operation", any(), "What is done.")
        .param(&Params::radius, "radius", range(1, 100), "Of the shape, in pixels.")
        .param(&Params::shape, "shape", any(), "The shape's form.")
        .keeps_known()
        .errors({codes_not_supported})
        .example("- morphology: {operation: open, radius: 2}")};

}  // namespace
}  // namespace radflow
