// How well masks and boxes agree with those that are known to be right. Pure functions.
#pragma once

#include <optional>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "nodes/types/frame.hpp"

namespace radflow {

// Of two masks of one size, 8 bit, in which all but 0 is meant. Absent where nothing can be told: dice and iou where both
// are empty, the distances where one of them is.
struct MaskOverlap {
  std::optional<double> dice, iou;
  // Between the outlines (pixels with one of four neighbours outside, those on the image's edge too): the 95th percentile,
  // interpolated as numpy.percentile does, of the distances from each to the other, the greater of both directions; and the
  // greatest distance. In the unit of the spacing.
  std::optional<double> hausdorff95, hausdorff;
};
MaskOverlap overlap_of(const cv::Mat& mask, const cv::Mat& reference, const Spacing& spacing);

struct Rectangle {
  double x = 0, y = 0, width = 0, height = 0;
};
double iou_of(const Rectangle& a, const Rectangle& b);

// Boxes of one image that stand for each other: each at most once, the largest IoU first, down to `least`.
struct MatchedBoxes {
  std::vector<double> ious;  // each pair's
  std::size_t missed = 0, false_positives = 0;
};
MatchedBoxes match(const std::vector<Rectangle>& found, const std::vector<Rectangle>& reference,
                   double least);

}  // namespace radflow
