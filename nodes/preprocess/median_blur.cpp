// median_blur: each pixel becomes the median of the square of 2 * radius + 1 pixels around it; removes specks
// and keeps edges. Depth and range stay. The frame's last pixels are repeated beyond its border. Padding and NaN are
// left out (of an even number of pixels the lower middle one is taken) and stay as they are.
//   - median_blur: {radius: 1}
#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/countable.hpp"
#include "nodes/imaging/depth.hpp"
#include "nodes/imaging/require.hpp"

namespace radflow {
namespace {

struct Params {
  int radius = 1;
};

class MedianBlur {
 public:
  explicit MedianBlur(const Params& params) : radius_{params.radius} {}

  Result<Frame> operator()(const Frame& frame) const {
    if (auto error = require_grey(frame, "median_blur")) return *error;
    const int depth = frame.pixels.depth();
    const bool by_opencv =
        depth == CV_8U || (radius_ <= 2 && (depth == CV_16U || depth == CV_16S || depth == CV_32F));
    const cv::Mat left_out = unordered(frame.pixels, frame.valid);
    cv::Mat result;
    if (!by_opencv) {
      result = frame.pixels.clone();
    } else if (left_out.empty()) {
      cv::medianBlur(frame.pixels, result, 2 * radius_ + 1);
    } else {
      cv::Mat ordered = frame.pixels.clone();
      ordered.setTo(0, left_out);
      cv::medianBlur(ordered, result, 2 * radius_ + 1);
      frame.pixels.copyTo(result, left_out);
    }
    if (!by_opencv || !left_out.empty()) add_medians(frame.pixels, left_out, by_opencv, result);
    return frame.with_pixels(std::move(result));
  }

 private:
  // Of all pixels, or only of those near what is left out.
  void add_medians(const cv::Mat& all, const cv::Mat& left_out, bool near_only, cv::Mat& result) const {
    const cv::Mat counts =
        left_out.empty() ? cv::Mat(all.size(), CV_8U, cv::Scalar{255}) : cv::Mat{left_out == 0};
    cv::Mat pixels, valid, far(result.size(), CV_8U, cv::Scalar{0});
    if (near_only) cv::erode(counts, far, cv::Mat(2 * radius_ + 1, 2 * radius_ + 1, CV_8U, cv::Scalar{1}));
    const auto padded = [this](const cv::Mat& image, cv::Mat& wide) {
      cv::copyMakeBorder(image, wide, radius_, radius_, radius_, radius_, cv::BORDER_REPLICATE);
    };
    padded(all, pixels);
    padded(counts, valid);
    for_depth(pixels.depth(), [&](auto zero) {
      using T = decltype(zero);
      std::vector<T> around;
      for (int row = 0; row < result.rows; ++row)
        for (int column = 0; column < result.cols; ++column) {
          if (far.at<std::uint8_t>(row, column) || !valid.at<std::uint8_t>(row + radius_, column + radius_))
            continue;
          around.clear();
          for (int y = row; y <= row + 2 * radius_; ++y)
            for (int x = column; x <= column + 2 * radius_; ++x)
              if (valid.ptr<std::uint8_t>(y)[x]) around.push_back(pixels.ptr<T>(y)[x]);
          const auto middle = around.begin() + static_cast<std::ptrdiff_t>((around.size() - 1) / 2);
          std::nth_element(around.begin(), middle, around.end());
          result.at<T>(row, column) = *middle;
        }
    });
  }

  int radius_;
};

const Register<MedianBlur, Params> registered{
    NodeSpec{"median_blur",
             "Replaces each pixel by the median of its surroundings; NaN is left out and stays."}
        .param(&Params::radius, "radius", range(1, 50), "Half the side of the square, in pixels: 1 is 3x3.")
        .keeps_known()
        .errors({colour_not_supported})
        .example("- median_blur: {radius: 1}")};

}  // namespace
}  // namespace radflow
