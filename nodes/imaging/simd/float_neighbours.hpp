// Patterns of 8 neighbours at radius 1 of float pixels, where floats surely decide as scikit-image's doubles do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace radflow {

// The columns of a vector. A row must have room for at least two of them.
std::size_t float_neighbour_lanes();

// What a row of pixels holds.
struct CopiedRow {
  float largest;        // without its sign; infinity if one is not finite
  bool small_integers;  // from -2^14 to 2^14
};

// Copies pixels, negative zeros as zeros.
CopiedRow copy_pixels(const float* from, std::size_t count, float* to);

// In floats, of rows that go on by a place on both sides. `unsure`: by how much differences of the rows' pixels may be off, see
// the node. Vectors that are unsure begin at the columns appended to `doubtful`, but for those unsure only where all four
// pixels are equal. False, with the patterns undone, where so many are that doubles are better for the whole row.
bool float_neighbour_patterns_in_float(const float* above, const float* centre, const float* below,
                                       float unsure, std::size_t count, std::uint8_t* patterns,
                                       std::vector<std::uint32_t>& doubtful);

// The same of rows whose pixels are small integers. Unsure are only ties between pixels that differ: where all
// four are equal, doubles give the centre itself at every place, see the test.
bool integer_neighbour_patterns(const float* above, const float* centre, const float* below,
                                std::size_t count, std::uint8_t* patterns,
                                std::vector<std::uint32_t>& doubtful);

}  // namespace radflow
