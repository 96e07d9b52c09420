// Resampling along rows and columns to another number of pixels: for every new position a run of old
// positions and their weights, worked out once per axis in double. scikit-image's numbers (transform.resize
// 0.19.3, to rounding), which OpenCV's resize does not give: it clamps at the border, has no low pass and
// rounds its weights. Pure functions.
#pragma once

#include <opencv2/core/mat.hpp>
#include <vector>

#include "graph/param_codec.hpp"

namespace radflow {

enum class Interpolation {
  Nearest,  // the pixel the new centre lies in
  Linear,   // scikit-image's order 1
  Cubic,    // Keys' kernel with a = -0.5
  Area,     // mean of what the new pixel covers: scikit-image's resize_local_mean, OpenCV's INTER_AREA
  BSpline,  // scikit-image's order 3; the weights are those of spline_coefficients() (nodes/imaging/spline.hpp)
};

Choices<Interpolation> choices_of(Interpolation);

struct AxisWeights {
  struct Run {
    int first = 0;       // old position of the first weight
    int count = 0;       // how many weights, at least 1; the outer two are not zero
    std::size_t at = 0;  // where the first stands in `weights`
  };
  std::vector<Run> runs;  // one per new position
  std::vector<double> weights;
};

// Weights from `from` to `to` pixels (each at least 1), where a new pixel is `factor` old ones wide: from / to if both
// cover the same length. Linear, cubic and B-splines mirror at the centre of the border pixels (numpy's "reflect"); where
// they shrink and `anti_aliasing` is on, they see the image through a Gaussian of sigma (factor - 1) / 2, cut off at 4
// sigma.
AxisWeights axis_weights(int from, int to, double factor, Interpolation interpolation, bool anti_aliasing);

// Same type as `pixels`, any number of channels. Integers are rounded to nearest and saturate.
cv::Mat resample(const cv::Mat& pixels, const AxisWeights& rows, const AxisWeights& columns);

// A validity mask for the result: a pixel is image if everything it was made of is.
cv::Mat resample_valid(const cv::Mat& valid, const AxisWeights& rows, const AxisWeights& columns);

}  // namespace radflow
