#include "nodes/features/co_occurrence.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace radflow {

Choices<TextureFeature> choices_of(TextureFeature) {
  using enum TextureFeature;
  return {
      {Contrast, "contrast", "Mean squared difference of the levels of a pair."},
      {Dissimilarity, "dissimilarity", "Mean difference of the levels of a pair, without its sign."},
      {Homogeneity, "homogeneity", "Mean of 1 / (1 + squared difference); IBSI: inverse difference moment."},
      {Asm, "asm", "Angular second moment: the sum of the squared shares of all pairs of levels."},
      {Energy, "energy", "The root of asm, as scikit-image names it."},
      {Correlation, "correlation", "Of the two levels of a pair; 1 where there is one level only."},
      {JointMaximum, "joint_maximum", "The largest share of a pair of levels."},
      {JointAverage, "joint_average", "Mean level."},
      {JointVariance, "joint_variance", "Variance of the level."},
      {JointEntropy, "joint_entropy", "Entropy of the pairs of levels, in bits."},
      {DifferenceAverage, "difference_average", "Mean of the differences without sign."},
      {DifferenceVariance, "difference_variance", "Variance of the differences without sign."},
      {DifferenceEntropy, "difference_entropy", "Entropy of the differences without sign, in bits."},
      {SumAverage, "sum_average", "Mean of the sums of two levels."},
      {SumVariance, "sum_variance", "Variance of the sums."},
      {SumEntropy, "sum_entropy", "Entropy of the sums, in bits."},
      {InverseDifference, "inverse_difference", "Mean of 1 / (1 + difference)."},
      {NormalizedInverseDifference, "normalized_inverse_difference",
       "Mean of 1 / (1 + difference / levels)."},
      {NormalizedInverseDifferenceMoment, "normalized_inverse_difference_moment",
       "Mean of 1 / (1 + squared difference / squared levels)."},
      {InverseVariance, "inverse_variance", "Sum of share / squared difference over unequal levels."},
      {Autocorrelation, "autocorrelation", "Mean product of the levels of a pair."},
      {ClusterTendency, "cluster_tendency", "Second central moment of the sums."},
      {ClusterShade, "cluster_shade", "Third central moment of the sums."},
      {ClusterProminence, "cluster_prominence", "Fourth central moment of the sums."},
      {InformationCorrelation1, "information_correlation_1",
       "How far the pairs are from independent, over the entropy of the level; 0 where there is one level "
       "only."},
      {InformationCorrelation2, "information_correlation_2",
       "The root of 1 - exp(-2 (independent - joint entropy))."}};
}

CoOccurrence::CoOccurrence(int levels)
    : levels_{levels}, row_{static_cast<std::size_t>(levels) + 1}, counts_(row_ * row_, 0) {}

void CoOccurrence::count(const cv::Mat& image, int rows, int columns) {
  const int first_row = std::max(0, -rows), last_row = std::min(image.rows, image.rows - rows);
  const int first_column = std::max(0, -columns), last_column = std::min(image.cols, image.cols - columns);
  // Neighbouring pairs are often the same, and a count waits for the one before it in its place: they take turns between two
  // tables, unless these would have more places than the image has pixels.
  std::vector<std::uint32_t> others(counts_.size() <= image.total() ? counts_.size() : 0, 0);
  std::uint32_t* const even = counts_.data();
  std::uint32_t* const odd = others.empty() ? even : others.data();
  for (int row = first_row; row < last_row; ++row) {
    const auto* here = image.ptr<std::uint16_t>(row);
    const auto* there = image.ptr<std::uint16_t>(row + rows) + columns;
    int column = first_column;
    for (; column + 1 < last_column; column += 2) {
      ++even[here[column] * row_ + there[column]];
      ++odd[here[column + 1] * row_ + there[column + 1]];
    }
    if (column < last_column) ++even[here[column] * row_ + there[column]];
  }
  for (std::size_t i = 0; i < others.size(); ++i) counts_[i] += others[i];
}

void CoOccurrence::make_symmetric() {
  for (std::size_t i = 1; i < row_; ++i)
    for (std::size_t j = 1; j <= i; ++j) {
      const std::uint32_t both = counts_[i * row_ + j] + counts_[j * row_ + i];
      counts_[i * row_ + j] = counts_[j * row_ + i] = both;
    }
}

void CoOccurrence::add(const CoOccurrence& other) {
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
}

std::uint64_t CoOccurrence::pairs() const {
  std::uint64_t pairs = 0;
  for (std::size_t i = 1; i < row_; ++i)
    for (std::size_t j = 1; j < row_; ++j) pairs += counts_[i * row_ + j];
  return pairs;
}

namespace {

double entropy(const std::vector<double>& shares) {
  double bits = 0;
  for (const double share : shares)
    if (share > 0) bits -= share * std::log2(share);
  return bits;
}

// Of what stands at first, first + 1, ... with these shares.
struct Moments {
  double mean = 0, variance = 0;
  Moments(const std::vector<double>& shares, double first) {
    for (std::size_t i = 0; i < shares.size(); ++i) mean += shares[i] * (first + static_cast<double>(i));
    for (std::size_t i = 0; i < shares.size(); ++i) {
      const double off = first + static_cast<double>(i) - mean;
      variance += shares[i] * off * off;
    }
  }
};

}  // namespace

std::optional<std::vector<double>> CoOccurrence::features(const std::vector<TextureFeature>& wanted) const {
  const std::uint64_t all = pairs();
  if (all == 0) return std::nullopt;
  const auto n = static_cast<std::size_t>(levels_);
  const double levels = levels_;
  std::vector<double> of_rows(n, 0), of_columns(n, 0), differences(n, 0), sums(2 * n - 1, 0);
  struct Pair {
    double i, j, share;
  };
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      const std::uint32_t count = counts_[(i + 1) * row_ + j + 1];
      if (count == 0) continue;
      const double share = count / static_cast<double>(all);
      of_rows[i] += share;
      of_columns[j] += share;
      differences[i > j ? i - j : j - i] += share;
      sums[i + j] += share;
      pairs.push_back({static_cast<double>(i + 1), static_cast<double>(j + 1), share});
    }
  const Moments row{of_rows, 1}, column{of_columns, 1}, difference{differences, 0}, sum{sums, 2};
  const auto mean_of = [&](auto&& value) {
    double total = 0;
    for (const Pair& pair : pairs) total += pair.share * value(pair);
    return total;
  };
  const auto power_of_sum = [&](int power) {
    return mean_of(
        [&](const Pair& pair) { return std::pow(pair.i + pair.j - row.mean - column.mean, power); });
  };
  const auto joint_entropy = [&] { return -mean_of([](const Pair& pair) { return std::log2(pair.share); }); };
  const auto feature = [&](TextureFeature which) -> double {
    switch (which) {
      case TextureFeature::Contrast:
        return mean_of([](const Pair& pair) { return (pair.i - pair.j) * (pair.i - pair.j); });
      case TextureFeature::Dissimilarity:
      case TextureFeature::DifferenceAverage:
        return difference.mean;
      case TextureFeature::Homogeneity:
        return mean_of([](const Pair& pair) { return 1 / (1 + (pair.i - pair.j) * (pair.i - pair.j)); });
      case TextureFeature::Asm:
        return mean_of([](const Pair& pair) { return pair.share; });
      case TextureFeature::Energy:
        return std::sqrt(mean_of([](const Pair& pair) { return pair.share; }));
      case TextureFeature::Correlation: {
        const double deviations = std::sqrt(row.variance) * std::sqrt(column.variance);
        if (std::sqrt(row.variance) < 1e-15 || std::sqrt(column.variance) < 1e-15) return 1;
        return mean_of([&](const Pair& pair) { return (pair.i - row.mean) * (pair.j - column.mean); }) /
               deviations;
      }
      case TextureFeature::JointMaximum:
        return std::ranges::max(pairs, {}, &Pair::share).share;
      case TextureFeature::JointAverage:
        return row.mean;
      case TextureFeature::JointVariance:
        return row.variance;
      case TextureFeature::JointEntropy:
        return joint_entropy();
      case TextureFeature::DifferenceVariance:
        return difference.variance;
      case TextureFeature::DifferenceEntropy:
        return entropy(differences);
      case TextureFeature::SumAverage:
        return sum.mean;
      case TextureFeature::SumVariance:
        return sum.variance;
      case TextureFeature::SumEntropy:
        return entropy(sums);
      case TextureFeature::InverseDifference:
        return mean_of([](const Pair& pair) { return 1 / (1 + std::abs(pair.i - pair.j)); });
      case TextureFeature::NormalizedInverseDifference:
        return mean_of([&](const Pair& pair) { return 1 / (1 + std::abs(pair.i - pair.j) / levels); });
      case TextureFeature::NormalizedInverseDifferenceMoment:
        return mean_of([&](const Pair& pair) {
          return 1 / (1 + (pair.i - pair.j) * (pair.i - pair.j) / (levels * levels));
        });
      case TextureFeature::InverseVariance:
        return mean_of([](const Pair& pair) {
          return pair.i == pair.j ? 0 : 1 / ((pair.i - pair.j) * (pair.i - pair.j));
        });
      case TextureFeature::Autocorrelation:
        return mean_of([](const Pair& pair) { return pair.i * pair.j; });
      case TextureFeature::ClusterTendency:
        return power_of_sum(2);
      case TextureFeature::ClusterShade:
        return power_of_sum(3);
      case TextureFeature::ClusterProminence:
        return power_of_sum(4);
      case TextureFeature::InformationCorrelation1: {
        const double of_level = entropy(of_rows);
        if (of_level == 0) return 0;
        const double independent = -mean_of([&](const Pair& pair) {
          return std::log2(of_rows[static_cast<std::size_t>(pair.i) - 1] *
                           of_columns[static_cast<std::size_t>(pair.j) - 1]);
        });
        return (joint_entropy() - independent) / of_level;
      }
      case TextureFeature::InformationCorrelation2: {
        const double gained =
            entropy(of_rows) + entropy(of_columns) - joint_entropy();  // 0 where the levels are independent.
        return std::sqrt(std::max(0.0, 1 - std::exp(-2 * gained)));
      }
    }
    return 0;
  };
  std::vector<double> values;
  for (const TextureFeature which : wanted) values.push_back(feature(which));
  return values;
}

}  // namespace radflow
