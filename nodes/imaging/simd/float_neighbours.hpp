// Patterns of 8 neighbours at radius 1 of float pixels: in floats where they surely come out as in scikit-image's doubles,
// else in doubles and in its order of operations. There each row is interpolated along itself once, though three rows of
// centres use it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

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

// A row must have room for at least this many columns.
std::size_t float_neighbour_lanes();

// Copies pixels, negative zeros as zeros. Gives the largest without its sign; infinity if one is not finite.
float copy_pixels(const float* from, std::size_t count, float* to);

// Whether all are integers from -2^14 to 2^14. Of as many columns as a row must have room for, or more.
bool small_integers(const float* values, std::size_t count);

// In floats, of rows as `InterpolatedRow::pixels`. `unsure`: by how much differences of the rows' pixels may be off, see
// the node. Vectors that are unsure begin at the columns appended to `doubtful`. False, with the patterns undone, where so many
// are that doubles are better for the whole row.
bool float_neighbour_patterns_in_float(const float* above, const float* centre, const float* below,
                                       float unsure, std::size_t count, std::uint8_t* patterns,
                                       std::vector<std::uint32_t>& doubtful);

// The same of rows whose pixels are small_integers(). Unsure are only ties between pixels that differ: where all
// four are equal, doubles give the centre itself at every place, see the test.
bool integer_neighbour_patterns(const float* above, const float* centre, const float* below,
                                std::size_t count, std::uint8_t* patterns,
                                std::vector<std::uint32_t>& doubtful);

void interpolate_row(const InterpolatedRow& row, std::size_t count, const ColumnFractions& fractions);

// `up` and `down`: how far the diagonal neighbours lie behind the row above and behind the centre's own.
void float_neighbour_patterns(const InterpolatedRow& above, const InterpolatedRow& centre,
                              const InterpolatedRow& below, double up, double down, std::size_t count,
                              std::uint8_t* patterns);

}  // namespace radflow
