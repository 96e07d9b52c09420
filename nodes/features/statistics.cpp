// statistics: what the values of a frame are, without regard to where they stand. Formulas are those of the Image Biomarker
// Standardisation Initiative (IBSI, arXiv:1612.07003, 3.3), in double, checked on its digital phantom; variances are of the
// whole population, kurtosis is 0 for a Gaussian; skewness and kurtosis of equal values are 0. Percentiles interpolate
// between values, as numpy.percentile does. Two measures ask for neighbours: sharpness and signal_to_noise leave out pixels
// next to padding, to what a mask leaves out, or to the edge. Where there is no value, or nothing to divide by, a feature
// is missing.
//   - statistics: {of: [mean, deviation, entropy], range: [-1000, 400], bins: 64}
#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <opencv2/core.hpp>

#include "graph/node.hpp"
#include "nodes/features/grid.hpp"
#include "nodes/imaging/counts.hpp"
#include "nodes/imaging/masked.hpp"
#include "nodes/imaging/require.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/features.hpp"

namespace radflow {
namespace {

enum class Statistic {
  Mean,
  Deviation,
  Variance,
  Skewness,
  Kurtosis,
  Minimum,
  Maximum,
  Range,
  Median,
  Percentiles,
  InterquartileRange,
  MeanAbsoluteDeviation,
  MedianAbsoluteDeviation,
  CoefficientOfVariation,
  Energy,
  RootMeanSquare,
  Entropy,
  Sharpness,
  SignalToNoise
};
Choices<Statistic> choices_of(Statistic) {
  using enum Statistic;
  return {{Mean, "mean", "Mean."},
          {Deviation, "deviation", "Standard deviation."},
          {Variance, "variance", "Variance."},
          {Skewness, "skewness", "Third standardised moment."},
          {Kurtosis, "kurtosis", "Fourth standardised moment, less 3."},
          {Minimum, "minimum", "Least value."},
          {Maximum, "maximum", "Largest value."},
          {Range, "range", "Maximum less minimum."},
          {Median, "median", "Median."},
          {Percentiles, "percentiles", "Those that `percentiles` lists; p05, p50, ..."},
          {InterquartileRange, "interquartile_range", "75th less 25th percentile."},
          {MeanAbsoluteDeviation, "mean_absolute_deviation", "Mean distance from the mean."},
          {MedianAbsoluteDeviation, "median_absolute_deviation", "Mean distance from the median."},
          {CoefficientOfVariation, "coefficient_of_variation", "Deviation over mean."},
          {Energy, "energy", "Sum of squares."},
          {RootMeanSquare, "root_mean_square", "Root of the mean square."},
          {Entropy, "entropy", "Of the shares of `bins` in `range`, in bits."},
          {Sharpness, "sharpness",
           "Variance of the Laplacian (four neighbours less four times the pixel): low for a blurred frame."},
          {SignalToNoise, "signal_to_noise",
           "Mean over the noise's deviation as estimated by Immerkaer 1996 (doi:10.1006/cviu.1996.0060)."}};
}

struct Params {
  std::vector<Statistic> of = {Statistic::Mean,       Statistic::Deviation, Statistic::Skewness,
                               Statistic::Kurtosis,   Statistic::Minimum,   Statistic::Maximum,
                               Statistic::Percentiles};
  std::vector<double> percentiles = {5, 25, 50, 75, 95};
  std::optional<int> bins;
  std::optional<Interval> range;
  Grid grid;
  TakesPhotometric photometric = TakesPhotometric::Monochrome2;
  std::optional<int> label;
};

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

// Values of one cell, and what is computed of them when it is asked for.
class Values {
 public:
  // `pixels` as CV_64F.
  Values(const cv::Mat& pixels, const cv::Mat& counted) : pixels_{pixels}, counted_{counted} {
    for_each_counted<double>(pixels, counted, [&](double value) { values_.push_back(value); });
    mean_ = average([](double value) { return value; });
    variance_ = average([&](double value) { return (value - mean_) * (value - mean_); });
  }

  double of(Statistic which) {
    if (values_.empty()) return missing;
    switch (which) {
      case Statistic::Mean:
        return mean_;
      case Statistic::Deviation:
        return std::sqrt(variance_);
      case Statistic::Variance:
        return variance_;
      case Statistic::Skewness:
        return variance_ > 0 ? moment(3) / std::pow(variance_, 1.5) : 0;
      case Statistic::Kurtosis:
        return variance_ > 0 ? moment(4) / (variance_ * variance_) - 3 : 0;
      case Statistic::Minimum:
        return *std::ranges::min_element(values_);
      case Statistic::Maximum:
        return *std::ranges::max_element(values_);
      case Statistic::Range:
        return of(Statistic::Maximum) - of(Statistic::Minimum);
      case Statistic::Median:
        return percentile(50);
      case Statistic::InterquartileRange:
        return percentile(75) - percentile(25);
      case Statistic::MeanAbsoluteDeviation:
        return average([&](double value) { return std::abs(value - mean_); });
      case Statistic::MedianAbsoluteDeviation:
        return average([median = percentile(50)](double value) { return std::abs(value - median); });
      case Statistic::CoefficientOfVariation:
        return mean_ != 0 ? std::sqrt(variance_) / mean_ : missing;
      case Statistic::Energy:
        return average([](double value) { return value * value; }) * static_cast<double>(values_.size());
      case Statistic::RootMeanSquare:
        return std::sqrt(average([](double value) { return value * value; }));
      case Statistic::Sharpness:
        return sharpness();
      case Statistic::SignalToNoise:
        return signal_to_noise();
      case Statistic::Percentiles:
      case Statistic::Entropy:
        break;
    }
    return missing;
  }

  double percentile(double percent) {
    if (values_.empty()) return missing;
    const double place = percent / 100 * static_cast<double>(values_.size() - 1);
    const auto below = values_.begin() + static_cast<std::ptrdiff_t>(place);
    std::nth_element(values_.begin(), below, values_.end());
    const double share = place - std::floor(place);
    if (share == 0) return *below;
    return *below + share * (*std::min_element(below + 1, values_.end()) - *below);
  }

  double entropy(const Binning& binning) const {
    const std::vector<double> counts = count_values(pixels_, counted_, binning);
    const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
    if (total == 0) return missing;
    double bits = 0;
    for (const double count : counts)
      if (count > 0) bits -= count / total * std::log2(count / total);
    return bits;
  }

 private:
  template <typename Of>
  double average(const Of& of) const {
    double sum = 0;
    for (const double value : values_) sum += of(value);
    return sum / static_cast<double>(values_.size());
  }
  double moment(int power) const {
    return average([&](double value) { return std::pow(value - mean_, power); });
  }

  // Calls seen(r, c) for every pixel whose eight neighbours count as it does.
  template <typename Seen>
  void for_each_surrounded(const Seen& seen) const {
    for (int row = 1; row + 1 < pixels_.rows; ++row)
      for (int column = 1; column + 1 < pixels_.cols; ++column)
        if (counted_.empty() || cv::countNonZero(counted_({column - 1, row - 1, 3, 3})) == 9)
          seen(row, column);
  }
  double at(int row, int column) const { return pixels_.at<double>(row, column); }

  double sharpness() const {
    double sum = 0, squares = 0, count = 0;
    for_each_surrounded([&](int r, int c) {
      const double laplacian = at(r - 1, c) + at(r + 1, c) + at(r, c - 1) + at(r, c + 1) - 4 * at(r, c);
      sum += laplacian, squares += laplacian * laplacian, ++count;
    });
    return count > 0 ? squares / count - sum / count * (sum / count) : missing;
  }
  double signal_to_noise() const {
    double sum = 0, count = 0;
    for_each_surrounded([&](int r, int c) {
      sum += std::abs(at(r - 1, c - 1) + at(r - 1, c + 1) + at(r + 1, c - 1) + at(r + 1, c + 1) -
                      2 * (at(r - 1, c) + at(r + 1, c) + at(r, c - 1) + at(r, c + 1)) + 4 * at(r, c));
      ++count;
    });
    const double noise = std::sqrt(std::numbers::pi / 2) / 6 * sum / count;
    return noise > 0 ? mean_ / noise : missing;
  }

  cv::Mat pixels_, counted_;
  std::vector<double> values_;
  double mean_ = 0, variance_ = 0;
};

class Statistics {
 public:
  Statistics(const Params& params, const BuildInfo& info) : params_{params} {
    std::vector<std::string> names;
    for (const std::string& cell : cell_names(params.grid, info.name))
      for (const Statistic which : params.of)
        if (which == Statistic::Percentiles)
          for (const double percent : params.percentiles)
            names.push_back(fmt::format("{}p{:02g}", cell, percent));
        else
          names.push_back(cell + choice_name(which));
    names_ = std::make_shared<const std::vector<std::string>>(std::move(names));
    known_.set(KnownFeatures{*names_});
    if (info.known.empty()) return;
    if (const auto* meaning = info.known.front().get<KnownMeaning>()) known_.set(*meaning);
  }

  Known known() const { return known_; }

  Result<Features> operator()(const Frame& frame, const Mask* mask) const {
    if (auto error = require_monochrome2(frame, "statistics", params_.photometric)) return *error;
    if (mask)
      if (auto error = require_same_grid(frame, *mask, "statistics")) return *error;
    if (count_pixels(frame.pixels, frame.valid) == 0)
      return Error{"no_valid_pixels", "statistics got a frame that is all padding"};
    std::optional<Binning> binning;
    if (std::ranges::find(params_.of, Statistic::Entropy) != params_.of.end()) {
      const auto bins = bins_of(frame, params_.range, params_.bins.value_or(256), "statistics");
      if (!bins) return bins.error();
      binning = *bins;
    }
    cv::Mat pixels;
    frame.pixels.convertTo(pixels, CV_64F);
    const cv::Mat counted = selected(frame, mask, params_.label);
    std::vector<double> values;
    values.reserve(names_->size());
    for (const cv::Rect& cell : cells_of(params_.grid, frame.pixels.size())) {
      Values of{pixels(cell), counted.empty() ? counted : counted(cell)};
      for (const Statistic which : params_.of)
        if (which == Statistic::Percentiles)
          for (const double percent : params_.percentiles) values.push_back(of.percentile(percent));
        else
          values.push_back(which == Statistic::Entropy ? of.entropy(*binning) : of.of(which));
    }
    return Features{names_, std::move(values), frame.units, std::string{name(frame.photometric)}};
  }

 private:
  Params params_;
  std::shared_ptr<const std::vector<std::string>> names_;
  Known known_;
};

const Register<Statistics, Params> registered{
    NodeSpec{"statistics",
             "Moments, percentiles, entropy, sharpness and noise of the values: <name>.mean, <name>.p05, ..."}
        .param(&Params::of, "of", any(), "Which, in this order.")
        .param(&Params::percentiles, "percentiles", range(0, 100), "Which percentiles.")
        .param(&Params::bins, "bins", range(2, 65536), "Of the entropy; 256 where absent.")
        .param(&Params::range, "range", any(),
               "Of the entropy: [low, high] in the frame's units; required unless frames are 8 bit.")
        .param(&Params::grid, "grid", grid_range(), grid_sentence)
        .param(&Params::photometric, "photometric", any(), photometric_sentence)
        .param(&Params::label, "label", range(1, Mask::most_labels), label_sentence)
        .inputs({"image", "mask"})
        .errors({colour_not_supported, monochrome1, geometry_mismatch, no_valid_pixels, range_required})
        .example("- statistics: {of: [mean, deviation, percentiles]}")};

}  // namespace
}  // namespace radflow
