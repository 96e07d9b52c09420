// Bilinear interpolation along a straight line through an image of one channel in float.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace radflow {

// Where the first new pixel lies in the old image, and how far the next one is from it, in columns and rows.
struct OldLine {
  double x, y, dx, dy;
};

// New pixels in the order of the line, all of them between pixels of the image: 0 <= x < columns - 1, and so on. `places` gets
// where the upper left one of the four pixels around stands, row * stride + column. Positions are doubles; where one is within
// 1e-6 of a pixel's own row or column the new pixel is appended to `doubtful`, because which pixels are around it is a matter
// of rounding.
void turn_line(const float* image, std::size_t stride, const OldLine& line, std::size_t count, float* result,
               std::int32_t* places, std::vector<std::uint32_t>& doubtful);

}  // namespace radflow
