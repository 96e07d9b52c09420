// What a PNG or JPEG file says of its pixels, read before what the file promises is allocated.
#pragma once

#include <cstdint>

#include "nodes/decode/reader.hpp"

namespace radflow {

struct RasterHeader {
  std::uint64_t rows = 0, columns = 0;
  int components = 0;       // a JPEG's channels
  std::string more_images;  // a sentence on images that the file holds besides the one that is read, or ""
};

// `format` is Png or Jpeg. Errors: truncated, malformed, unsupported_pixels.
Result<RasterHeader> raster_header(Format format, ByteSpan bytes);

}  // namespace radflow
