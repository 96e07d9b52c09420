// PNG files as most writers make them: 8 or 16 bit, shades or R, G, B, not interlaced, nothing between header and pixels. By
// libdeflate, which takes half of zlib's time for small pictures.
#pragma once

#include <cstdint>
#include <opencv2/core.hpp>
#include <optional>
#include <span>
#include <vector>

namespace radflow {

// The pixels as read_png() gives them. Nothing for any other file and for one that is damaged: libspng then has the word.
std::optional<cv::Mat> read_plain_png(std::span<const std::uint8_t> bytes);

// The file without what pixels do not need: texts and colour profiles may be compressed, and libspng inflates them to
// whatever size they have. What is damaged goes on to libspng. Empty if it is no PNG file.
std::vector<std::uint8_t> without_ancillary_chunks(std::span<const std::uint8_t> bytes);

}  // namespace radflow
