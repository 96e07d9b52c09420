// TiffLayout: what a directory (a page) of a TIFF file says of its pixels, checked before anything is
// allocated for them.
#pragma once

#include "nodes/decode/tiff/file.hpp"

namespace radflow {

struct TiffLayout {
  enum class Kind { Unsigned, Signed, Float };
  enum class Colour { Grey, Rgb, Palette, YCbCr };  // YCbCr: not yet made RGB by libtiff

  int columns = 0, rows = 0;
  int bits = 1;
  Kind kind = Kind::Unsigned;
  Colour colour = Colour::Grey;
  bool white_is_zero = false;
  int samples = 1;              // stored for a pixel: the colours first, then what else there is
  bool separate = false;        // each sample is a plane of its own
  bool unknown_sample = false;  // the file has samples beside the colours without saying that they are alpha
  int compression = 1;

  // A strip or a tile.
  bool tiled = false;
  std::uint32_t block_columns = 0, block_rows = 0;
  std::uint64_t block_bytes = 0;  // what a whole block takes, decompressed
  // What one row of a block takes; 0 for YCbCr, which comes in units of rows.
  std::uint64_t block_row_bytes = 0;
  int chroma_columns = 1, chroma_rows = 1;  // YCbCr: pixels that share one Cb and Cr

  int stored_channels() const { return colour == Colour::Rgb || colour == Colour::YCbCr ? 3 : 1; }
  std::size_t pixels() const { return static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns); }
};

// The directory that is current in `file`. Errors: malformed, too_large, unsupported_pixels.
Result<TiffLayout> read_tiff_layout(const TiffFile& file, std::int64_t max_pixels);

}  // namespace radflow
