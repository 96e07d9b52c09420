// The stored pixel values of a frame, as the file means them: before rescale, colour as the codec gives it.
#pragma once

#include "nodes/decode/dicom/frames.hpp"

namespace radflow {

// What the three samples of a colour pixel are.
enum class ColourModel { None, Rgb, YbrFull, YbrPartial };

struct StoredFrame {
  // 1 or 3 channels, interleaved; of the allocated width (1 bit: 8 bit, 0 or 1) and the file's sign. Unsigned
  // 32-bit values are CV_64F; float and double pixel data CV_32F and CV_64F. Where they lie in the file as they are to be it
  // is a view of it (samples.u is null): not to be written to, and gone with the file.
  cv::Mat samples;
  ColourModel colour = ColourModel::None;
};

// `frame` from 0. Charges for what its codec needs besides. Errors: truncated, malformed,
// unsupported_transfer_syntax, unsupported_pixels, too_large.
Result<StoredFrame> stored_frame(const DicomFile& file, const PixelLayout& layout, const FrameMap& map,
                                 std::int64_t frame, const Charge& charge, const Warn& warn);

}  // namespace radflow
