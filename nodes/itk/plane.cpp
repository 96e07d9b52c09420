#include "nodes/itk/plane.hpp"

#include <fmt/format.h>

#include "nodes/imaging/countable.hpp"

namespace radflow {

Plane::Plane(const Frame& frame) : pixels(frame.pixels.size(), CV_32F) {
  frame.pixels.convertTo(pixels, CV_32F);
  if (!pixels.isContinuous() || pixels.data == frame.pixels.data) pixels = pixels.clone();
  // A double may be too large for a float.
  counts = countable(pixels, frame.valid);
  fill_uncounted(pixels, counts);
}

Frame Plane::back(const Frame& frame, const cv::Mat& result) const {
  cv::Mat converted;
  result.convertTo(converted, frame.pixels.depth());
  if (!counts.empty()) frame.pixels.copyTo(converted, counts == 0);
  return frame.with_pixels(std::move(converted));
}

Error too_large_for_float(std::string_view node) {
  return Error{"not_finite", fmt::format("{} got values that are too large for single precision", node)};
}

}  // namespace radflow
