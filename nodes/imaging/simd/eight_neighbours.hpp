// Patterns of 8 neighbours at radius 1 of 8-bit pixels, in 16-bit integers. Between a centre c and its diagonal neighbour d
// lie h and v, and the value that scikit-image interpolates is
//   w w d + w (1 - w) (h + v) + (1 - w) (1 - w) c          with w = 0.70711.
// It is at least c where (d - c) + floor((1 - w) cross) >= 0, with the cross difference h + v - c - d, which is the same where d
// is the centre and c its neighbour, and the negative where h or v is. In doubles the same comes out except at a tie, d = c and
// h + v = 2 c, where the rounding of scikit-image's order of operations decides: by where the pixel lies, and by the sign of
// h - c.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace radflow {

// How ties that are not flat come out, for the diagonals of bits 1, 3, 5 and 7: 0 the bit is set, 1 where h > c, -1 where
// h < c. Flat ones (h = v = c) are always set.
using TieSigns = std::array<int, 4>;

// The columns of a strip.
std::size_t eight_neighbour_strip();

// The patterns of one strip: for every row from `first` to before `last`, of the columns from `column`. rows[r - 1] to
// rows[r + 1] can be read from the column before the strip to the one behind it.
void eight_neighbour_patterns(const std::uint8_t* const* rows, std::size_t first, std::size_t last,
                              std::size_t column, const TieSigns& signs, std::uint8_t* patterns,
                              std::size_t stride);

// Of 8 points, scikit-image's uniform codes: how many bits are set, 9 where more than 2 change.
void uniform_codes_of_eight(const std::uint8_t* patterns, std::size_t count, std::uint8_t* codes);

}  // namespace radflow
