// The diagonal bits of the patterns of 8 neighbours in scikit-image's doubles, of a row or a column of pixels.
#pragma once

#include <cstddef>
#include <cstdint>

namespace radflow {

enum class LineOf { Row, Column };

// The line before the one that is decided, the line itself and the one behind it, each from the place before its first pixel.
struct PixelLines {
  const double *before, *centre, *behind;
};

// `across` is the number of the row or column.
void diagonal_bits(PixelLines lines, std::size_t count, LineOf what, int across, std::uint8_t* bits);

}  // namespace radflow
