// The gradients of a row of pixels, and the bins of their angles: by loops over vectors.
#pragma once

#include <algorithm>
#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <vector>

#include "nodes/imaging/simd/gradients.hpp"

namespace radflow {

struct Gradients {
  explicit Gradients(int columns) : across(columns), down(columns), length(columns), bin(columns) {}

  // Of the first columns of a row of doubles: differences of the neighbours on both sides, 0 at the frame's edge.
  // `bins_per_degree`: of half a circle.
  void read(const cv::Mat& values, int row, double bins_per_degree) {
    const int count = static_cast<int>(across.size());
    const auto* line = values.ptr<double>(row);
    const bool edge = row == 0 || row == values.rows - 1;
    const auto *above = edge ? line : values.ptr<double>(row - 1),
               *below = edge ? line : values.ptr<double>(row + 1);
    for (int i = 0; i < count; ++i) down[i] = below[i] - above[i];
    if (edge) std::fill(down.begin(), down.end(), 0.0);  // what is not finite less itself is NaN
    across[0] = 0;
    for (int i = 1; i < std::min(count, values.cols - 1); ++i) across[i] = line[i + 1] - line[i - 1];
    if (count == values.cols) across[count - 1] = 0;
    measure_gradients(across.data(), down.data(), across.size(), static_cast<float>(bins_per_degree),
                      length.data(), bin.data());
  }

  std::vector<double> across, down, length;
  std::vector<std::int32_t> bin;  // -1 where it, and the length too, must be worked out otherwise
};

}  // namespace radflow
