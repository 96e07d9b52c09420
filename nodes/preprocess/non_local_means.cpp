// non_local_means: makes each pixel the mean of those near it whose surroundings look alike (A. Buades, B. Coll, J.-M. Morel,
// 2005), so that noise goes and texture stays. It gives what scikit-image's denoise_nl_means gives with fast_mode and
// preserve_range, for every type; OpenCV's takes 8 bit only. Padding has no weight and stays.
//   - non_local_means: {h: 12, sigma: 15}
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <opencv2/imgproc.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/require.hpp"

namespace radflow {
namespace {

struct Params {
  double h = 0;
  double sigma = 0;
  int patch_radius = 3;
  int distance = 11;
};

// N. Schraudolph's approximation of exp(-x) (1999), within 4 %. scikit-image weighs by it: the exact exponential would
// give another picture than the reference.
double weight_of(double x) {
  const auto high = static_cast<std::int32_t>(1512775.3951951856938 * -x) + 1072632447;
  return std::bit_cast<double>(static_cast<std::uint64_t>(high) << 32);
}

// The sum of the weighed pixels and that of the weights.
struct Sums {
  explicit Sums(const cv::Size& size)
      : values{cv::Mat::zeros(size, CV_64F)}, weights{cv::Mat::zeros(size, CV_64F)} {}
  cv::Mat values, weights;
};

class NonLocalMeans {
 public:
  explicit NonLocalMeans(const Params& params)
      : params_{params}, ones_{cv::Mat::ones(2 * params.patch_radius, 1, CV_64F)} {}

  Result<Frame> operator()(const Frame& frame) const {
    if (auto error = require_grey(frame, "non_local_means")) return *error;
    if (auto error = require_values(frame, "non_local_means")) return *error;
    cv::Mat values;
    frame.pixels.convertTo(values, CV_64F);
    cv::Mat counts = cv::abs(values) <= std::numeric_limits<double>::max();
    if (!frame.valid.empty()) counts &= frame.valid != 0;
    const bool all = cv::countNonZero(counts) == static_cast<int>(counts.total());
    if (!all) values.setTo(0, counts == 0);
    cv::Mat smooth = smoothed(values, all ? cv::Mat{} : counts);
    smooth.convertTo(smooth, frame.pixels.depth());
    if (!all) frame.pixels.copyTo(smooth, counts == 0);
    return frame.with_pixels(std::move(smooth));
  }

 private:
  cv::Mat smoothed(const cv::Mat& values, const cv::Mat& counts) const {
    const int around = params_.patch_radius + params_.distance;
    cv::Mat wide, counted;
    cv::copyMakeBorder(values, wide, around, around, around, around, cv::BORDER_REFLECT_101);
    if (!counts.empty()) {
      counts.convertTo(counted, CV_64F, 1.0 / 255);
      cv::copyMakeBorder(counted, counted, around, around, around, around, cv::BORDER_REFLECT_101);
    }
    Sums sums{values.size()};
    for (int down = -params_.distance; down <= params_.distance; ++down)
      for (int right = -params_.distance; right <= params_.distance; ++right)
        add_shifted(wide, counted, {right, down}, sums);
    cv::Mat smooth;
    cv::divide(sums.values, sums.weights, smooth);
    return smooth;
  }

  // Adds the pixel at the shift to every pixel's sum, with the weight that their patches' difference gives it.
  void add_shifted(const cv::Mat& wide, const cv::Mat& counted, cv::Point shift, Sums& sums) const {
    const int radius = params_.patch_radius, distance = params_.distance;
    const cv::Rect here{distance, distance, wide.cols - 2 * distance, wide.rows - 2 * distance};
    const cv::Rect there = here + shift;
    cv::Mat squares, pairs;
    cv::subtract(wide(here), wide(there), squares);
    cv::multiply(squares, squares, squares);
    if (!counted.empty()) {
      cv::multiply(counted(here), counted(there), pairs);
      cv::multiply(squares, pairs, squares);
      pairs = patch_sums(pairs);
    }
    squares = patch_sums(squares);
    const double pixels = 4.0 * radius * radius, side = 2.0 * radius + 1;
    const double scale = 1 / (params_.h * params_.h * side * side);
    const double noise = 2 * params_.sigma * params_.sigma * pixels;
    for (int row = 0; row < sums.values.rows; ++row) {
      const int from = row + there.y + radius;
      const double* value = wide.ptr<double>(from) + there.x + radius;
      const double* counts = counted.empty() ? nullptr : counted.ptr<double>(from) + there.x + radius;
      const double* square = squares.ptr<double>(row + radius) + radius;
      const double* pair = counted.empty() ? nullptr : pairs.ptr<double>(row + radius) + radius;
      double *sum = sums.values.ptr<double>(row), *weights = sums.weights.ptr<double>(row);
      for (int column = 0; column < sums.values.cols; ++column) {
        double difference = square[column];
        if (counts) {
          if (counts[column] == 0 || pair[column] == 0) continue;
          difference *= pixels / pair[column];
        }
        difference = std::max(difference - noise, 0.0) * scale;
        if (!(difference <= 5)) continue;  // The reference counts such weights as none.
        const double weight = weight_of(difference);
        sum[column] += weight * value[column];
        weights[column] += weight;
      }
    }
  }

  // Of each pixel's patch. The reference takes its sums from a table of sums between corners, which leaves the first row
  // and column out: 6 x 6 pixels for a radius of 3.
  cv::Mat patch_sums(const cv::Mat& image) const {
    cv::Mat sums;
    const int first = params_.patch_radius - 1;
    cv::sepFilter2D(image, sums, CV_64F, ones_, ones_, {first, first}, 0, cv::BORDER_REPLICATE);
    return sums;
  }

  Params params_;
  cv::Mat ones_;
};

const Register<NonLocalMeans, Params> registered{
    NodeSpec{
        "non_local_means",
        "Makes each pixel the mean of those near it whose surroundings look alike. To 1e-6 of the frame's "
        "range scikit-image's denoise_nl_means with fast_mode and preserve_range; integers are rounded. What "
        "is "
        "not finite stays and has no weight elsewhere."}
        .param(&Params::h, "h", required(at_least(1e-9)),
               "How different surroundings may be, in the frame's units: root mean square.")
        .param(&Params::sigma, "sigma", at_least(0),
               "Standard deviation of the noise, in the frame's units: what it adds to a difference does not "
               "count.")
        .param(&Params::patch_radius, "patch_radius", range(1, 25),
               "Surroundings are so many pixels to each side.")
        .param(&Params::distance, "distance", range(1, 50), "How far away pixels are looked for, in pixels.")
        .keeps_known()
        .errors({colour_not_supported, codes_not_supported})
        .example("- non_local_means: {h: 12, sigma: 15}")};

}  // namespace
}  // namespace radflow
