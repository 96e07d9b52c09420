// What a JPEG 2000 codestream makes its decoder allocate, read before it is decoded. OpenJPEG 2.5 takes 8 KB
// for each tile that the size promises and a state for each packet, precinct and code block: 40 bytes of a
// header may ask for gigabytes.
#pragma once

#include "nodes/decode/reader.hpp"

namespace radflow {

struct Jpeg2000Header {
  std::uint64_t columns = 0, rows = 0;
  std::uint64_t components = 0;
  std::uint64_t tiles = 0;
  std::uint64_t tile_columns = 0, tile_rows = 0;  // the image's part in a tile, at most
};

// A JP2 file, else a bare codestream.
bool is_jp2(ByteSpan bytes);

// The size, of a bare codestream or a JP2 file. Errors: malformed, truncated.
Result<Jpeg2000Header> read_jpeg2000_header(ByteSpan bytes);

// The memory that tiles, precincts, code blocks and layers need. Malformed if that is more than any image of
// as many samples in as many bytes needs; the coding styles of all tile-parts count. The size must have been
// found right.
Result<std::uint64_t> jpeg2000_table_bytes(ByteSpan bytes);

// What lies behind a codestream or JP2 file begins here; the end of the bytes if its headers do not tell.
std::size_t jpeg2000_end(ByteSpan bytes);

}  // namespace radflow
