// Whether all pixels are finite.
#pragma once

#include <bit>
#include <cstdint>
#include <opencv2/core/mat.hpp>

namespace radflow {

// `pixels`: 32-bit floats.
inline bool all_finite(const cv::Mat& pixels) {
  constexpr std::int32_t magnitude = 0x7fffffff, infinity = 0x7f800000;
  const int columns = pixels.cols * pixels.channels();
  for (int row = 0; row < pixels.rows; ++row) {
    const float* line = pixels.ptr<float>(row);
    std::int32_t odd = 0;
    for (int i = 0; i < columns; ++i) odd |= (std::bit_cast<std::int32_t>(line[i]) & magnitude) >= infinity;
    if (odd) return false;
  }
  return true;
}

}  // namespace radflow
