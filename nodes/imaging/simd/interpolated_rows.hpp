// Patterns of 8 neighbours at radius 1 of float pixels in doubles, in scikit-image's order of operations. Each row is
// interpolated along itself once, though three rows of centres use it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace radflow {

// How far the diagonal neighbours of each column lie behind the pixel left of them: those on the right and on the left.
struct ColumnFractions {
  const double* right;
  const double* left;
};

// A row of pixels, of which the place before the first and the one behind the last are there too, and what is between them.
struct InterpolatedRow {
  const float* pixels;
  double* right;  // between a column and the next one
  double* left;   // between the column before it and itself
};

void interpolate_row(const InterpolatedRow& row, std::size_t count, const ColumnFractions& fractions);

// `up` and `down`: how far the diagonal neighbours lie behind the row above and behind the centre's own.
void float_neighbour_patterns(const InterpolatedRow& above, const InterpolatedRow& centre,
                              const InterpolatedRow& below, double up, double down, std::size_t count,
                              std::uint8_t* patterns);

}  // namespace radflow
