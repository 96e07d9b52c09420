// PNG, JPEG and TIFF: what read_raster() chooses among, and what they say besides the frames.
#pragma once

#include "nodes/imaging/reader.hpp"

namespace radflow {

// What was read, though something about the file is to be said; the reasons are words for a metric, as an
// error's.
// - more_images: the file holds images that are not read
// - sample_left_out: a sample beside the colours, of which the file does not say what it is
using Warnings = std::vector<Error>;

Result<Frames> read_tiff(ByteSpan bytes, const ReadOptions& options, const Charge& charge,
                         Warnings& warnings);

// By OpenCV. `format` is Png or Jpeg.
Result<Frames> read_picture(Format format, ByteSpan bytes, const ReadOptions& options, const Charge& charge,
                            Warnings& warnings);

}  // namespace radflow
