// PNG files as most writers make them: 8 or 16 bit, shades or R, G, B, not interlaced, nothing between header and pixels. By
// libdeflate, which takes half of zlib's time for small pictures.
#pragma once

#include <cstdint>
#include <opencv2/core.hpp>
#include <optional>
#include <span>

namespace radflow {

// The pixels as read_png() gives them. Nothing for any other file and for one that is damaged: libspng then has the word.
std::optional<cv::Mat> read_plain_png(std::span<const std::uint8_t> bytes);

}  // namespace radflow
