// CoOccurrence: how often two levels stand beside each other, and what is computed from that (Haralick 1973). Levels count
// from 1 in the formulas, as the Image Biomarker Standardisation Initiative counts them (IBSI, arXiv:1612.07003, 3.6),
// logarithms are to base 2, and what cannot be divided (an image of one level) has the value named with the feature.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "graph/param_codec.hpp"

namespace radflow {

enum class TextureFeature {
  Contrast,
  Dissimilarity,
  Homogeneity,
  Asm,
  Energy,
  Correlation,
  JointMaximum,
  JointAverage,
  JointVariance,
  JointEntropy,
  DifferenceAverage,
  DifferenceVariance,
  DifferenceEntropy,
  SumAverage,
  SumVariance,
  SumEntropy,
  InverseDifference,
  NormalizedInverseDifference,
  NormalizedInverseDifferenceMoment,
  InverseVariance,
  Autocorrelation,
  ClusterTendency,
  ClusterShade,
  ClusterProminence,
  InformationCorrelation1,
  InformationCorrelation2
};
Choices<TextureFeature> choices_of(TextureFeature);

class CoOccurrence {
 public:
  explicit CoOccurrence(int levels);

  // Counts the pairs of each pixel with the one `rows` below and `columns` to the right of it. `image` holds levels from 1
  // as CV_16U, 0 where a pixel does not count: a pair has two that do.
  void count(const cv::Mat& image, int rows, int columns);
  // Every pair counts in both directions from here on.
  void make_symmetric();
  void add(const CoOccurrence& other);

  // Absent without a pair.
  std::optional<std::vector<double>> features(const std::vector<TextureFeature>& wanted) const;

 private:
  std::uint64_t pairs() const;

  int levels_;
  std::size_t row_;  // how many counts a level has: one more than there are levels
  std::vector<std::uint32_t>
      counts_;  // [level of the pixel][level of its neighbour]; those of 0 are no pairs
};

}  // namespace radflow
