// JPEG files of 8 bits, by libjpeg-turbo.
#pragma once

#include <opencv2/core.hpp>
#include <optional>

#include "nodes/decode/reader.hpp"

namespace radflow {

// One channel, or R, G, B, by the accurate integer transform and with interpolated colour. EXIF orientation is not
// applied. Nothing if the file is damaged or its picture is of another size.
std::optional<cv::Mat> read_jpeg(ByteSpan bytes, bool colour, cv::Size size);

}  // namespace radflow
