// Frames whose pixels lie anywhere in another one: by the nearest pixel, or by a cubic B-spline. Pure functions.
#pragma once

#include "nodes/imaging/geometry.hpp"
#include "nodes/types/frame.hpp"

namespace radflow {

// What comes from outside the frame.
struct BeyondFrame {
  double value = 0;     // in the frame's units
  bool counts = false;  // whether it is image, or padding
};

// Pixels and validity of a frame of the same size, whose pixel centres lie at `to_old` in `frame`. The rest is as it was,
// the geometry too.
Frame warped_nearest(const Frame& frame, const PixelMap& to_old, const BeyondFrame& beyond);

// As scipy.ndimage.affine_transform with order 3 and mode "constant": what lies beyond the centres of the outermost pixels is
// outside. Limited to the frame's range. Where a new pixel has a part in padding it is padding, and has, as where it has a
// part in what is not finite, the value of the nearest pixel.
Frame warped_spline(const Frame& frame, const PixelMap& to_old, const BeyondFrame& beyond);

}  // namespace radflow
