// Bilinear interpolation of frames at positions that an affine map gives.
#pragma once

#include "nodes/imaging/geometry.hpp"
#include "nodes/imaging/precision.hpp"
#include "nodes/imaging/warp.hpp"

namespace radflow {

// As scikit-image's transform.warp with order 1 and mode "constant", in its order of operations in double. A new pixel is image
// where all that it was made of is. Pixels and validity of a frame of the same size, whose pixel centres lie at `to_old` in
// `frame`; the rest is as it was, the geometry too. 32-bit floats of one channel are computed in float, within 1e-6 of their
// range, unless Precision::Float64 asks for double; 8-bit unsigned ones come out as in double.
Frame warped_linear(const Frame& frame, const PixelMap& to_old, const BeyondFrame& beyond,
                    Precision precision);

}  // namespace radflow
