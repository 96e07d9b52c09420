// Resampling along rows and columns to another number of pixels: for every new position a run of old
// positions and their weights, worked out once per axis in double. scikit-image's numbers (transform.resize
// 0.19.3, to rounding), which OpenCV's resize does not give: it clamps at the border, has no low pass and
// rounds its weights. Pure functions.
#pragma once

#include <opencv2/core/mat.hpp>
#include <vector>

#include "graph/param_codec.hpp"
#include "nodes/imaging/precision.hpp"
#include "nodes/imaging/simd/resample.hpp"

namespace radflow {

enum class Interpolation {
  Nearest,  // the pixel the new centre lies in
  Linear,   // scikit-image's order 1
  Cubic,    // Keys' kernel with a = -0.5
  Area,     // mean of what the new pixel covers: scikit-image's resize_local_mean, OpenCV's INTER_AREA
  BSpline,  // scikit-image's order 3; the weights are those of spline_coefficients() (nodes/imaging/spline.hpp)
};

Choices<Interpolation> choices_of(Interpolation);

// Two of them along each axis move a result by less than half of what rounding to float does.
inline constexpr double least_float_weight = 0x1p-25;

struct AxisWeights {
  std::vector<WeightRun> runs;  // one per new position
  std::vector<double> weights;
  // In float, without the outer weights that are below least_float_weight.
  std::vector<WeightRun> float_runs;
  std::vector<float> float_weights;
  bool float_runs_leave_out = false;
  // The longest stretch of runs with equal weights that begin two positions apart.
  std::size_t same_from = 0, same_to = 0;
};

// Weights from `from` to `to` pixels (each at least 1), where a new pixel is `factor` old ones wide: from / to if both
// cover the same length. Linear, cubic and B-splines mirror at the centre of the border pixels (numpy's "reflect"); where
// they shrink and `anti_aliasing` is on, they see the image through a Gaussian of sigma (factor - 1) / 2, cut off at 4
// sigma.
AxisWeights axis_weights(int from, int to, double factor, Interpolation interpolation, bool anti_aliasing);

// Same type as `pixels`, any number of channels. Integers are rounded to nearest and saturate, as sums in double give them;
// CV_32F of one channel is summed in float (within 1e-6 of its range) unless Precision::Float64 asks for double.
cv::Mat resample(const cv::Mat& pixels, const AxisWeights& rows, const AxisWeights& columns,
                 Precision precision = Precision::Float32);

// A validity mask for the result: a pixel is image if everything it was made of is.
cv::Mat resample_valid(const cv::Mat& valid, const AxisWeights& rows, const AxisWeights& columns);

}  // namespace radflow
