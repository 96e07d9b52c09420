// ValueStatistics: what the values of an image, or of a cell of it, are (IBSI, arXiv:1612.07003, 3.3). Not thread-safe:
// one object for one image and one thread.
#pragma once

#include <vector>

#include <opencv2/core/mat.hpp>

#include "graph/param_codec.hpp"
#include "nodes/imaging/simd/binning.hpp"

namespace radflow {

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
  SignalToNoise,
  MeanStepX,
  DeviationStepX,
  MeanStepY,
  DeviationStepY,
  Asymmetry
};
Choices<Statistic> choices_of(Statistic);

class ValueStatistics {
 public:
  // `pixels` as CV_64F; those count where `counted` is not 0, all of them where it is empty.
  ValueStatistics(const cv::Mat& pixels, const cv::Mat& counted);

  // Of all but percentiles and entropy, which need to be told more. NaN where there is no value.
  double of(Statistic which);
  // As numpy.percentile interpolates. NaN where there is no value.
  double percentile(double percent);
  // In bits, of the shares of the values that fall into a bin. NaN where none does.
  double entropy(const Binning& binning) const;

 private:
  template <typename Of>
  double average(const Of& of) const;
  double moment(int power) const;
  // Calls seen(row, column) for every pixel whose eight neighbours count as it does.
  template <typename Seen>
  void for_each_surrounded(const Seen& seen) const;
  double at(int row, int column) const { return pixels_.at<double>(row, column); }
  bool counts(int row, int column) const {
    return counted_.empty() || counted_.at<std::uint8_t>(row, column) != 0;
  }
  double sharpness() const;
  double signal_to_noise() const;
  // Mean and deviation of the absolute differences of neighbours that both count: along x by {1, 0}, along y by {0, 1}.
  struct Steps {
    double mean, deviation;
  };
  Steps steps(cv::Point to) const;
  double asymmetry() const;

  cv::Mat pixels_, counted_;
  std::vector<double> values_, sorted_;  // sorted: none until a percentile is asked for
  double mean_ = 0, variance_ = 0;
};

}  // namespace radflow
