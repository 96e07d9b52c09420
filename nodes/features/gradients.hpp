// The gradients of a row of pixels, and nearly their angles: by loops over vectors.
#pragma once

#include <algorithm>
#include <cmath>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <vector>

#include "nodes/imaging/simd/gradients.hpp"

namespace radflow {

struct Gradients {
  explicit Gradients(int columns) : across(columns), down(columns), length(columns), place(columns) {}

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
                      length.data(), place.data());
  }

  double magnitude(int i) const {
    const bool usual = length[i] > 1e-140 && length[i] < 1e150;  // squares neither overflow nor vanish
    return usual ? length[i] : std::hypot(down[i], across[i]);
  }
  // The bin that the unsigned angle falls into; nothing where it is too near an edge to be sure.
  std::optional<int> bin(int i) const {
    if (down[i] == 0 && std::isfinite(across[i])) return 0;
    if (!(place[i] >= 0)) return std::nullopt;  // NaN
    const int below = static_cast<int>(place[i]);
    const float beyond = place[i] - static_cast<float>(below);
    return std::min(beyond, 1 - beyond) > 0.01F ? std::optional{below} : std::nullopt;
  }

  std::vector<double> across, down, length;
  std::vector<float> place;  // in bins; off by less than 0.01 of up to 180 of them
};

}  // namespace radflow
