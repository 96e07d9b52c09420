// PNG, JPEG and TIFF: what read_raster() chooses among, and what they say besides the frames.
#pragma once

#include "nodes/decode/reader.hpp"

namespace radflow {

Result<Frames> read_tiff(ByteSpan bytes, const ReadOptions& options, const Charge& charge);

// By OpenCV. `format` is Png or Jpeg.
Result<Frames> read_picture(Format format, ByteSpan bytes, const ReadOptions& options, const Charge& charge);

}  // namespace radflow
