// What can be told of a frame's pixels without knowing what it shows: whether values are cut off, whether there is anything
// to see, whether its end is missing. Of the pixels that are image, all channels together; NaN and infinities are counted
// apart. Pure functions.
#pragma once

#include "nodes/types/frame.hpp"

namespace radflow {

struct PixelQuality {
  // The shares of values equal to the least and to the greatest one: of a range that was cut off they are large.
  double clipped_low = 1, clipped_high = 1;
  double contrast = 0;  // The distance of the 1st and 99th percentile, as numpy.percentile interpolates.
  double truncated =
      0;  // By which share of all rows the rows of one value at the lower edge exceed those at the upper.
  double not_finite = 0;  // The share of values that are NaN or infinite.
  bool constant = true;   // All values are equal, or there is none.
};

PixelQuality quality_of(const Frame& frame);

}  // namespace radflow
