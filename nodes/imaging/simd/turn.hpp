// Bilinear interpolation along a straight line through an image of one channel in float.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace radflow {

// Where the first new pixel lies in the old image, and how far the next one is from it, in columns and rows.
struct OldLine {
  static constexpr double longest_step = 8;  // 16 of them fit into the 32 bits that the kernel has for them
  double x, y, dx, dy;
};

// New pixels in the order of the line, all of them between pixels of the image: 0 <= x < columns - 1, and so on. `places` gets
// where the upper left one of the four pixels around stands, row * stride + column. Appended to `doubtful` are
// new pixels within 1e-6 of a pixel's own row or column, because which pixels are around them is a matter of rounding, and new
// pixels that are not finite, because an infinite neighbour without weight makes NaN; with them some of their neighbours.
void turn_line(const float* image, std::size_t stride, const OldLine& line, std::size_t count, float* result,
               std::int32_t* places, std::vector<std::uint32_t>& doubtful);

}  // namespace radflow
