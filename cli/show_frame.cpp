// How a frame looks.
#include <fmt/format.h>

#include <opencv2/imgproc.hpp>

#include "cli/inspect_report.hpp"
#include "cli/shown.hpp"
#include "cli/value_summary.hpp"

namespace radflow::cli {
namespace {

// Colour of any depth in 8 bit: other depths than 8 bit from the least to the greatest value.
cv::Mat eight_bit(const Frame& frame) {
  if (frame.pixels.depth() == CV_8U) return frame.pixels;
  const ValueSummary values = summarise(frame);
  const double width = values.high > values.low ? values.high - values.low : 1;
  cv::Mat shades;
  frame.pixels.convertTo(shades, CV_8U, 255 / width, -values.low * 255 / width);
  return shades;
}

std::string words_of(const Frame& frame) {
  const ValueSummary values = summarise(frame);
  std::string words =
      fmt::format("{}x{} {}{} {}, {:.4g} to {:.4g}", frame.pixels.cols, frame.pixels.rows,
                  depth_name(frame.pixels.depth()), frame.pixels.channels() == 3 ? " RGB" : "",
                  frame.levels > 0 ? "codes" : frame.units, values.low, values.high);
  if (const double share = 100.0 * static_cast<double>(values.padding) / frame.pixels.total(); share > 0)
    words += share < 1 ? ", below 1 % padding" : fmt::format(", {:.0f} % padding", share);
  if (values.not_finite > 0) words += fmt::format(", {} not finite", values.not_finite);
  return words;
}

Shown look(const Frame& frame, const Frame*) {
  return {squared(picture_of(frame), frame.geometry), words_of(frame)};
}

const RegisterLook<Frame> registered{look};

}  // namespace

cv::Mat picture_of(const Frame& frame) {
  if (frame.pixels.empty()) return {};
  // Shades stay what they are: stretched, what a node did to them would not be seen.
  const bool shades = frame.pixels.type() == CV_8UC1 && frame.levels == 0 && frame.windows.empty() &&
                      frame.voi_luts.empty() && frame.photometric == Photometric::Monochrome2;
  const auto shown = shades ? Result<Frame>{frame} : displayed(frame);
  if (!shown) return cv::Mat{frame.pixels.size(), CV_8UC3, cv::Scalar{0, 0, 0}};
  cv::Mat picture;
  cv::cvtColor(eight_bit(*shown), picture,
               shown->pixels.channels() == 3 ? cv::COLOR_RGB2BGR : cv::COLOR_GRAY2BGR);
  if (!frame.valid.empty()) picture.setTo(cv::Scalar{96, 56, 32}, frame.valid == 0);
  return picture;
}

}  // namespace radflow::cli
