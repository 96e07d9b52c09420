// normalize: each frame by its own statistics, padding left out of them and set to 0.
//   zscore: (value - mean) / standard deviation (of the population); mean 0, deviation 1; no fixed range
//           with `floor` (value - mean) / (standard deviation + floor), so that little contrast stays little
//   minmax: (value - minimum) / (maximum - minimum); 0..1
// `clip` clips to values in the frame's units (Hounsfield units of CT) before anything is measured, `percentiles`
// to these of the frame (linear between ranks, as numpy.percentile). A frame of one value becomes 0. The result is
// 32 bit float, 64 bit of 64 and 32 bit integer pixels; units are "zscore" or "minmax".
//   - normalize: {method: zscore, percentiles: [1, 99]}
#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <tuple>

#include "graph/node.hpp"
#include "nodes/imaging/finite.hpp"
#include "nodes/imaging/percentile.hpp"
#include "nodes/imaging/require.hpp"
#include "nodes/types/facts.hpp"

namespace radflow {
namespace {

enum class Method { ZScore, MinMax };
Choices<Method> choices_of(Method) {
  return {{Method::ZScore, "zscore", "Mean 0 and deviation 1."}, {Method::MinMax, "minmax", "0..1."}};
}

struct Params {
  Method method = Method::ZScore;
  std::optional<Interval> percentiles;
  std::optional<Interval> clip;
  std::optional<double> floor;
};

std::vector<double> valid_values(const cv::Mat& pixels, const cv::Mat& valid) {
  std::vector<double> values;
  values.reserve(pixels.total());
  for (int row = 0; row < pixels.rows; ++row)
    for (int column = 0; column < pixels.cols; ++column)
      if (valid.empty() || valid.at<std::uint8_t>(row, column))
        values.push_back(pixels.at<double>(row, column));
  return values;
}

// Whether all that is image is; OpenCV's own test looks at padding too, where NaN may stand.
template <typename T>
bool is_finite(const cv::Mat& pixels, const cv::Mat& valid) {
  if constexpr (std::is_same_v<T, float>)
    if (all_finite(pixels)) return true;
  for (int row = 0; row < pixels.rows; ++row) {
    const T* line = pixels.ptr<T>(row);
    // A product with 0 is 0 only of what is finite.
    T sums[4] = {};
    for (int column = 0; column < pixels.cols; ++column) sums[column & 3] += line[column] * 0;
    if (sums[0] + sums[1] + sums[2] + sums[3] == 0) continue;
    for (int column = 0; column < pixels.cols; ++column)
      if (!std::isfinite(line[column]) && (valid.empty() || valid.ptr(row)[column] != 0)) return false;
  }
  return true;
}

// Divided, not multiplied by the inverse: the largest value becomes 1 and not a digit less.
template <typename From, typename To>
void divide(const From* __restrict values, int count, double origin, double scale, To* __restrict result) {
  for (int i = 0; i < count; ++i)
    result[i] = scale > 0 ? static_cast<To>((values[i] - origin) / scale) : To{0};
}

class Normalize {
 public:
  Normalize(const Params& params, const BuildInfo& info)
      : zscore_{params.method == Method::ZScore},
        percentiles_{params.percentiles},
        clip_{params.clip},
        floor_{params.floor.value_or(0)} {
    if (params.floor && !zscore_) throw ParamError{"floor", "belongs to `method: zscore`"};
    known_.set(KnownLevels{0});
    if (info.known.empty()) return;
    if (const auto* meaning = info.known.front().get<KnownMeaning>())
      known_.set(KnownMeaning{units(), meaning->photometric});
  }

  Known known() const { return known_; }

  Result<Frame> operator()(const Frame& frame) const {
    if (auto error = require_grey(frame, "normalize")) return *error;
    if (!frame.valid.empty() && cv::countNonZero(frame.valid) == 0)
      return Error{"no_valid_pixels", "normalize got a frame that is all padding"};
    // Floats hold integers of 16 bit, and what is made of them in double is the same; clipped values need not be floats.
    const bool wide = frame.pixels.depth() == CV_64F || frame.pixels.depth() == CV_32S;
    const bool floats = !wide && !clip_ && !percentiles_;
    cv::Mat values = frame.pixels;
    if (values.depth() != (floats ? CV_32F : CV_64F))
      frame.pixels.convertTo(values, floats ? CV_32F : CV_64F);
    if (clip_)  // NaN stays, and is refused below
      values = clipped(values);
    if (!(floats ? is_finite<float> : is_finite<double>)(values, frame.valid))
      return Error{"not_finite", "normalize got pixels that are not finite numbers"};
    if (percentiles_) {
      std::vector<double> image = valid_values(values, frame.valid);
      sort_numbers(image);
      const double low = percentile(image, percentiles_->low), high = percentile(image, percentiles_->high);
      const cv::Mat within = cv::min(cv::max(values, low), high);  // `values` may be the frame's own
      values = within;
    }
    double origin = 0, scale = 0;
    std::tie(origin, scale) = statistics(values, frame.valid);
    cv::Mat normalized(values.size(), wide ? CV_64F : CV_32F);
    for (int row = 0; row < values.rows; ++row) {
      if (wide)
        divide(values.ptr<double>(row), values.cols, origin, scale, normalized.ptr<double>(row));
      else if (floats)
        divide(values.ptr<float>(row), values.cols, origin, scale, normalized.ptr<float>(row));
      else
        divide(values.ptr<double>(row), values.cols, origin, scale, normalized.ptr<float>(row));
    }
    if (!frame.valid.empty()) normalized.setTo(0, frame.valid == 0);
    Frame result = frame.with_pixels(std::move(normalized));
    result.units = units();
    result.levels = 0;
    result.windows.clear();
    result.voi_luts.clear();
    return result;
  }

 private:
  std::string units() const { return zscore_ ? "zscore" : "minmax"; }

  cv::Mat clipped(const cv::Mat& values) const {
    cv::Mat result = values.clone();
    result.forEach<double>(
        [&](double& value, const int*) { value = std::clamp(value, clip_->low, clip_->high); });
    return result;
  }

  // What becomes 0, and what becomes 1 from there.
  std::pair<double, double> statistics(const cv::Mat& values, const cv::Mat& valid) const {
    double low = 0, high = 0;
    cv::minMaxIdx(values, &low, &high, nullptr, nullptr, valid);
    if (!zscore_ || low == high) return {low, high - low};  // the deviation of one value would be rounding
    cv::Scalar mean, deviation;
    cv::meanStdDev(values, mean, deviation, valid);
    return {mean[0], deviation[0] + floor_};
  }

  bool zscore_;
  std::optional<Interval> percentiles_, clip_;
  double floor_ = 0;
  Known known_;
};

const Register<Normalize, Params> registered{
    NodeSpec{"normalize", "Normalises each frame by its own statistics, without padding."}
        .param(&Params::method, "method", any(), "What the values become.")
        .param(&Params::percentiles, "percentiles", range(0, 100),
               "[low, high] in percent: clips to these first.")
        .absent_as("[]")
        .param(
            &Params::clip, "clip", any(),
            "[low, high] in the frame's units, such as [-1000, 400] of HU: clips to these before all else.")
        .param(
            &Params::floor, "floor", range(0, 1e9),
            "Of zscore: added to the deviation, in the frame's units, so that noise of a nearly flat frame "
            "stays small.")
        .keeps_known<KnownSize>()
        .errors({colour_not_supported, no_valid_pixels, {"not_finite", "A pixel is no finite number."}})
        .example("- normalize: {method: zscore, percentiles: [1, 99]}")};

}  // namespace
}  // namespace radflow
