// bilateral: smooths each frame but not across edges: a pixel becomes the mean of those within a radius, weighed by their
// distance and by how near their value is (C. Tomasi, R. Manduchi, 1998). By OpenCV; 16 bit is computed in float and
// rounded back. Where there is padding, or in double precision, the same formula is computed here: padding has no weight
// and stays.
//   - bilateral: {sigma_value: 50, sigma: 2}
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/require.hpp"

namespace radflow {
namespace {

struct Params {
  double sigma_value = 0;
  double sigma = 2;
  std::optional<int> radius;
};

class Bilateral {
 public:
  explicit Bilateral(const Params& params)
      : params_{params}, radius_{params.radius.value_or(std::max(1, cvRound(params.sigma * 1.5)))} {}

  Result<Frame> operator()(const Frame& frame) const {
    if (auto error = require_grey(frame, "bilateral")) return *error;
    if (auto error = require_values(frame, "bilateral")) return *error;
    const cv::Mat& pixels = frame.pixels;
    const bool finite = pixels.depth() != CV_32F || cv::checkRange(pixels, true, nullptr, -1e37, 1e37);
    cv::Mat smooth;
    if (!frame.valid.empty() || pixels.depth() == CV_64F || pixels.depth() == CV_32S || !finite) {
      smooth = computed(pixels, frame.valid);
    } else {
      cv::Mat values = pixels;
      if (pixels.depth() != CV_8U && pixels.depth() != CV_32F) pixels.convertTo(values, CV_32F);
      cv::bilateralFilter(values, smooth, 2 * radius_ + 1, params_.sigma_value, params_.sigma,
                          cv::BORDER_REFLECT_101);
    }
    smooth.convertTo(smooth, pixels.depth());
    if (!frame.valid.empty()) pixels.copyTo(smooth, frame.valid == 0);
    return frame.with_pixels(std::move(smooth));
  }

 private:
  cv::Mat computed(const cv::Mat& pixels, const cv::Mat& valid) const {
    cv::Mat values, counts, smooth(pixels.size(), CV_64F);
    pixels.convertTo(values, CV_64F);
    cv::copyMakeBorder(values, values, radius_, radius_, radius_, radius_, cv::BORDER_REFLECT_101);
    if (!valid.empty())
      cv::copyMakeBorder(valid, counts, radius_, radius_, radius_, radius_, cv::BORDER_REFLECT_101);
    const double near = -0.5 / (params_.sigma * params_.sigma);
    const double alike = -0.5 / (params_.sigma_value * params_.sigma_value);
    for (int row = 0; row < smooth.rows; ++row)
      for (int column = 0; column < smooth.cols; ++column) {
        const double centre = values.ptr<double>(row + radius_)[column + radius_];
        double sum = 0, weights = 0;
        for (int y = -radius_; y <= radius_; ++y)
          for (int x = -radius_; x <= radius_; ++x) {
            if (x * x + y * y > radius_ * radius_) continue;
            const int r = row + radius_ + y, c = column + radius_ + x;
            if (!counts.empty() && !counts.ptr<std::uint8_t>(r)[c]) continue;
            const double value = values.ptr<double>(r)[c];
            const double difference = value - centre;
            const double weight = std::exp((x * x + y * y) * near + difference * difference * alike);
            if (!(weight > 0)) continue;  // another value that is not finite
            sum += weight * value;
            weights += weight;
          }
        smooth.ptr<double>(row)[column] = weights > 0 ? sum / weights : centre;
      }
    return smooth;
  }

  Params params_;
  int radius_;
};

const Register<Bilateral, Params> registered{
    NodeSpec{
        "bilateral",
        "Smooths each frame but not across edges. By OpenCV's bilateralFilter, 16 bit in float and rounded "
        "back; "
        "with padding, in double and where a value is not finite by its formula, within 1e-3 of sigma_value. "
        "What is not finite stays and has no weight elsewhere."}
        .param(&Params::sigma_value, "sigma_value", required(at_least(1e-6)),
               "How different values may be, in the frame's units: a standard deviation.")
        .param(&Params::sigma, "sigma", range(0.1, 50),
               "How far apart pixels may be: a standard deviation, in pixels.")
        .param(&Params::radius, "radius", range(1, 100),
               "Pixels beyond it have no weight; absent: 1.5 sigma.")
        .keeps_known()
        .errors({colour_not_supported, codes_not_supported})
        .example("- bilateral: {sigma_value: 50, sigma: 2}")};

}  // namespace
}  // namespace radflow
