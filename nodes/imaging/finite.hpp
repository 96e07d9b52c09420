// Whether all pixels are finite.
#pragma once

#include <opencv2/core/mat.hpp>

#include "nodes/imaging/simd/finite.hpp"

namespace radflow {

// `pixels`: 32-bit floats.
inline bool all_finite(const cv::Mat& pixels) {
  const std::size_t columns = static_cast<std::size_t>(pixels.cols) * pixels.channels();
  if (pixels.isContinuous()) return all_finite(pixels.ptr<float>(), columns * pixels.rows);
  for (int row = 0; row < pixels.rows; ++row)
    if (!all_finite(pixels.ptr<float>(row), columns)) return false;
  return true;
}

}  // namespace radflow
