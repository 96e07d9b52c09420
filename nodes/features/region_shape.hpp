// The shape of a region: the formulas of scikit-image's regionprops (0.26). Pure functions.
#pragma once

#include <opencv2/core/mat.hpp>

#include "graph/param_codec.hpp"
#include "nodes/types/frame.hpp"

namespace radflow {

enum class ShapeFeature {
  Area,
  Perimeter,
  MajorAxis,
  MinorAxis,
  Eccentricity,
  Orientation,
  EquivalentDiameter,
  Extent,
  Solidity,
  FeretDiameter,
  EulerNumber,
};
Choices<ShapeFeature> choices_of(ShapeFeature);

class RegionShape {
 public:
  // `region` is 8 bit, not 0 where a pixel belongs to it. At least one does.
  RegionShape(const cv::Mat& region, const Spacing& spacing);

  // NaN where it is not defined: a perimeter is for square pixels only.
  double of(ShapeFeature which) const;

 private:
  double perimeter() const;
  double euler_number() const;
  // The pixels whose centres lie in the convex hull of the middles of the region's pixel edges, or on it.
  cv::Mat convex_hull() const;
  double feret_diameter() const;

  cv::Mat region_;  // 0 and 1, cut to the region
  Spacing spacing_;
  double pixels_ = 0;
  double major_ = 0, minor_ = 0,
         orientation_ = 0;  // the moments' ellipse: variances along its axes, and its direction
};

}  // namespace radflow
