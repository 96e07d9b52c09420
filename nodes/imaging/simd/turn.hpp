// Bilinear interpolation of images of one channel at positions that an affine map gives.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace radflow {

// At least four rows and columns of floats or bytes. Where there is padding, `valid` is 0 there, and `whole` is 255 where four by
// four pixels from a pixel on are image; both have the same stride as the pixels.
template <typename T>
struct OldImage {
  const T* pixels;
  const std::uint8_t* valid;
  const std::uint8_t* whole;
  std::size_t stride;
  int rows, columns;
};

// Where new pixels of a row go. `valid` is written if the old image has padding.
struct NewRow {
  float* pixels = nullptr;
  std::uint8_t* valid = nullptr;
};

// Whether any two by two new pixels lie among four by four old ones. They do unless a new pixel is far larger than an old one.
bool fit_into_four(const std::array<double, 6>& to_old);

// `count` new pixels from `column` on in each of the rows `row` and `row + 1`, at least 16. `to_old` takes (column, row) to the old
// image. Pixels that lie between four old ones are 5e-7 off their positions at most; others come out as anything. Appended to
// `doubtful` are columns, counted from `column`, with pixels within 1e-6 of an old one's row or column, because which pixels
// are around them is a matter of rounding, and with pixels that are not finite, because an infinite neighbour without weight
// makes NaN; with them some of their neighbours.
void turn_rows(const OldImage<float>& old, const std::array<double, 6>& to_old, int row, int column,
               std::size_t count, const NewRow& upper, const NewRow& lower,
               std::vector<std::uint32_t>& doubtful);
void turn_rows(const OldImage<std::uint8_t>& old, const std::array<double, 6>& to_old, int row, int column,
               std::size_t count, const NewRow& upper, const NewRow& lower,
               std::vector<std::uint32_t>& doubtful);

}  // namespace radflow
