#include "nodes/features/value_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "nodes/imaging/counts.hpp"
#include "nodes/imaging/percentile.hpp"

namespace radflow {

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
           "Mean over the noise's deviation as estimated by Immerkaer 1996 (doi:10.1006/cviu.1996.0060)."},
          {MeanStepX, "mean_step_x", "Mean absolute difference of neighbours in a row."},
          {DeviationStepX, "deviation_step_x", "Standard deviation of those differences."},
          {MeanStepY, "mean_step_y", "Mean absolute difference of neighbours in a column."},
          {DeviationStepY, "deviation_step_y", "Standard deviation of those differences."},
          {Asymmetry, "asymmetry",
           "Mean absolute difference between a pixel and the one that a left-right mirror puts there."}};
}

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

}  // namespace

template <typename Of>
double ValueStatistics::average(const Of& of) const {
  double sum = 0;
  for (const double value : values_) sum += of(value);
  return sum / static_cast<double>(values_.size());
}

double ValueStatistics::moment(int power) const {
  return average([&](double value) {
    double product = 1;
    for (int i = 0; i < power; ++i) product *= value - mean_;
    return product;
  });
}

ValueStatistics::ValueStatistics(const cv::Mat& pixels, const cv::Mat& counted)
    : pixels_{pixels}, counted_{counted} {
  values_.reserve(pixels.total());
  for_each_counted<double>(pixels, counted, [&](double value) { values_.push_back(value); });
  mean_ = average([](double value) { return value; });
  variance_ = average([&](double value) { return (value - mean_) * (value - mean_); });
}

double ValueStatistics::of(Statistic which) {
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
    case Statistic::MeanStepX:
      return steps({1, 0}).mean;
    case Statistic::DeviationStepX:
      return steps({1, 0}).deviation;
    case Statistic::MeanStepY:
      return steps({0, 1}).mean;
    case Statistic::DeviationStepY:
      return steps({0, 1}).deviation;
    case Statistic::Asymmetry:
      return asymmetry();
    case Statistic::Percentiles:
    case Statistic::Entropy:
      break;
  }
  return missing;
}

double ValueStatistics::percentile(double percent) {
  if (values_.empty()) return missing;
  if (sorted_.empty()) {
    sorted_ = values_;
    sort_numbers(sorted_);
  }
  return radflow::percentile(sorted_, percent);
}

double ValueStatistics::entropy(const Binning& binning) const {
  const std::vector<double> counts = ValueCounter{}(pixels_, counted_, binning);
  const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
  if (total == 0) return missing;
  double bits = 0;
  for (const double count : counts)
    if (count > 0) bits -= count / total * std::log2(count / total);
  return bits;
}

template <typename Seen>
void ValueStatistics::for_each_surrounded(const Seen& seen) const {
  for (int row = 1; row + 1 < pixels_.rows; ++row)
    for (int column = 1; column + 1 < pixels_.cols; ++column)
      if (counted_.empty() || cv::countNonZero(counted_({column - 1, row - 1, 3, 3})) == 9) seen(row, column);
}

double ValueStatistics::sharpness() const {
  double sum = 0, squares = 0, count = 0;
  for_each_surrounded([&](int r, int c) {
    const double laplacian = at(r - 1, c) + at(r + 1, c) + at(r, c - 1) + at(r, c + 1) - 4 * at(r, c);
    sum += laplacian, squares += laplacian * laplacian, ++count;
  });
  return count > 0 ? squares / count - sum / count * (sum / count) : missing;
}

double ValueStatistics::signal_to_noise() const {
  double sum = 0, count = 0;
  for_each_surrounded([&](int r, int c) {
    sum += std::abs(at(r - 1, c - 1) + at(r - 1, c + 1) + at(r + 1, c - 1) + at(r + 1, c + 1) -
                    2 * (at(r - 1, c) + at(r + 1, c) + at(r, c - 1) + at(r, c + 1)) + 4 * at(r, c));
    ++count;
  });
  const double noise = std::sqrt(std::numbers::pi / 2) / 6 * sum / count;
  return noise > 0 ? mean_ / noise : missing;
}

ValueStatistics::Steps ValueStatistics::steps(cv::Point to) const {
  std::vector<double> differences;
  for (int row = 0; row + to.y < pixels_.rows; ++row)
    for (int column = 0; column + to.x < pixels_.cols; ++column)
      if (counts(row, column) && counts(row + to.y, column + to.x))
        differences.push_back(std::abs(at(row + to.y, column + to.x) - at(row, column)));
  if (differences.empty()) return {missing, missing};
  const auto n = static_cast<double>(differences.size());
  const double mean = std::accumulate(differences.begin(), differences.end(), 0.0) / n;
  double squares = 0;
  for (const double difference : differences) squares += (difference - mean) * (difference - mean);
  return {mean, std::sqrt(squares / n)};
}

double ValueStatistics::asymmetry() const {
  double sum = 0, count = 0;
  for (int row = 0; row < pixels_.rows; ++row)
    for (int column = 0; column < pixels_.cols; ++column)
      if (const int mirrored = pixels_.cols - 1 - column; counts(row, column) && counts(row, mirrored))
        sum += std::abs(at(row, column) - at(row, mirrored)), ++count;
  return count > 0 ? sum / count : missing;
}

}  // namespace radflow
