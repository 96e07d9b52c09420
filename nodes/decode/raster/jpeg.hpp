// JPEG files of 8 bits, by libjpeg-turbo.
#pragma once

#include <opencv2/core.hpp>
#include <optional>

#include "nodes/decode/reader.hpp"

namespace radflow {

struct JpegPicture {
  cv::Mat pixels;
  bool surplus = false;  // the scan goes on behind the last pixel
};

// One channel, or R, G, B, by the accurate integer transform and with interpolated colour. EXIF orientation is not
// applied. Nothing if the library finds damage or the picture is of another size. JPEG has no checksums: a changed byte may
// change pixels so that the scan stays one.
std::optional<JpegPicture> read_jpeg(ByteSpan bytes, bool colour, cv::Size size);

}  // namespace radflow
