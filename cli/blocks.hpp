// Pictures in a terminal: half blocks in colour, two pixels in a character; without colour a character per two pixels.
#pragma once

#include <cstddef>
#include <string>

#include <opencv2/core/mat.hpp>

namespace radflow::cli {

enum class BlockColour {
  True,
  Palette,
  None
};  // 24 bit; the 256 colours of xterm; characters from ' ' to '@'

// What stdout can show: None unless it is a terminal, and with NO_COLOR; True where COLORTERM says so.
BlockColour stdout_block_colour();

// `picture` is 8 bit BGR with square pixels, scaled down to so many columns and rows of characters at most, up at most four
// times. Every line ends with a line feed.
std::string blocks(const cv::Mat& picture, std::size_t columns, std::size_t rows, BlockColour colour);

}  // namespace radflow::cli
