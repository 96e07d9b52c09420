// The pixels of a page of a TIFF file: strips or tiles, decompressed by libtiff, put in place.
#pragma once

#include <opencv2/core/mat.hpp>

#include "nodes/decode/tiff/layout.hpp"

namespace radflow {

// One channel, or three in RGB order; what is beside the colours is left out, the colours stay as stored.
// Integers of 1 to 8 bits come as CV_8U and of 9 to 16 as CV_16U; unsigned ones of 32 bits as CV_64F and
// floating point of 16 bits as CV_32F, both exactly. A palette gives CV_8UC3, or CV_16UC3 where 8 bits would
// lose something. Errors: malformed, too_large, unsupported_pixels.
Result<cv::Mat> read_tiff_pixels(const TiffFile& file, const TiffLayout& layout, const Charge& charge);

}  // namespace radflow
