#include "cli/blocks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <opencv2/imgproc.hpp>
#include <string_view>

#include "cli/terminal.hpp"

namespace radflow::cli {
namespace {

// The nearest of xterm's 24 greys, or of its 6x6x6 colours where the pixel is none.
int palette_index(const cv::Vec3b& bgr) {
  const auto [low, high] = std::minmax({bgr[0], bgr[1], bgr[2]});
  if (high - low < 16) {
    const int grey = (bgr[0] + bgr[1] + bgr[2]) / 3;
    if (grey < 4) return 16;
    if (grey > 246) return 231;
    return 232 + std::clamp((grey - 8 + 5) / 10, 0, 23);
  }
  const auto level = [](int value) { return value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40; };
  return 16 + 36 * level(bgr[2]) + 6 * level(bgr[1]) + level(bgr[0]);
}

std::string colour_code(const cv::Vec3b& bgr, bool behind, BlockColour colour) {
  if (colour == BlockColour::Palette)
    return fmt::format("\x1b[{};5;{}m", behind ? 48 : 38, palette_index(bgr));
  return fmt::format("\x1b[{};2;{};{};{}m", behind ? 48 : 38, bgr[2], bgr[1], bgr[0]);
}

char shade(const cv::Vec3b& upper, const cv::Vec3b& lower) {
  static constexpr std::string_view ramp = " .:-=+*#%@";
  const auto grey = [](const cv::Vec3b& bgr) { return 0.114 * bgr[0] + 0.587 * bgr[1] + 0.299 * bgr[2]; };
  const double share = (grey(upper) + grey(lower)) / 2 / 255;
  return ramp[std::min<std::size_t>(static_cast<std::size_t>(share * ramp.size()), ramp.size() - 1)];
}

}  // namespace

BlockColour stdout_block_colour() {
  const auto says = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string_view{value ? value : ""};
  };
  if (!stdout_is_terminal() || !says("NO_COLOR").empty()) return BlockColour::None;
  if (says("COLORTERM") == "truecolor" || says("COLORTERM") == "24bit") return BlockColour::True;
  return says("TERM").find("256") != std::string_view::npos ? BlockColour::Palette : BlockColour::None;
}

std::string blocks(const cv::Mat& picture, std::size_t columns, std::size_t rows, BlockColour colour) {
  if (picture.empty() || columns == 0 || rows == 0) return {};
  const double scale = std::min(
      {static_cast<double>(columns) / picture.cols, static_cast<double>(2 * rows) / picture.rows, 4.0});
  // An even number of rows: a character has two.
  const cv::Size size{std::max(1, static_cast<int>(picture.cols * scale)),
                      2 * std::max(1, static_cast<int>(std::lround(picture.rows * scale / 2)))};
  cv::Mat scaled;
  cv::resize(picture, scaled, size, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_NEAREST);
  std::string text;
  for (int row = 0; row < scaled.rows; row += 2) {
    for (int column = 0; column < scaled.cols; ++column) {
      const cv::Vec3b &upper = scaled.at<cv::Vec3b>(row, column),
                      &lower = scaled.at<cv::Vec3b>(row + 1, column);
      if (colour == BlockColour::None)
        text += shade(upper, lower);
      else
        text += colour_code(upper, false, colour) + colour_code(lower, true, colour) + "▀";
    }
    text += colour == BlockColour::None ? "\n" : "\x1b[0m\n";
  }
  return text;
}

}  // namespace radflow::cli
