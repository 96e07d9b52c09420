// Frames to compare kernels with doubles on: noise of every size that a loop over vectors may stumble on.
#pragma once

#include <opencv2/imgproc.hpp>
#include <vector>

#include "nodes/types/frame.hpp"

namespace radflow {

inline std::vector<cv::Size> kernel_sizes() {
  return {{1, 1}, {1, 40}, {40, 1}, {15, 3}, {16, 16}, {17, 5}, {28, 28}, {33, 64}, {100, 37}, {301, 203}};
}

// 0..255, with a circle of image where `padded`.
inline Frame noise_frame(const cv::Size& size, int depth, bool padded) {
  Frame frame;
  cv::Mat noise(size, CV_32F);
  cv::RNG{static_cast<std::uint64_t>(size.width * 1000 + size.height)}.fill(noise, cv::RNG::UNIFORM, 0, 256);
  noise.convertTo(frame.pixels, depth);
  if (padded) {
    frame.valid = cv::Mat(size, CV_8U, cv::Scalar{0});
    cv::circle(frame.valid, {size.width / 2, size.height / 2}, std::max(size.width, size.height) / 3, 255,
               -1);
  }
  return frame;
}

inline Frame in_depth(const Frame& frame, int depth) {
  Frame other = frame;
  frame.pixels.convertTo(other.pixels, depth);
  return other;
}

}  // namespace radflow
