// The gradients of a row of pixels, and nearly their angles: by loops that compilers turn into vectors.
#pragma once

#include <algorithm>
#include <cmath>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <vector>

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
    measure(down.data(), across.data(), count, static_cast<float>(bins_per_degree), length.data(),
            place.data());
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

 private:
  static void measure(const double* __restrict down, const double* __restrict across, int count,
                      float bins_per_degree, double* __restrict length, float* __restrict place) {
    for (int i = 0; i < count; ++i) length[i] = std::sqrt(down[i] * down[i] + across[i] * across[i]);
    for (int i = 0; i < count; ++i) {
      const auto x = static_cast<float>(across[i] * (down[i] < 0 ? -1.0 : 1.0));
      const auto y = static_cast<float>(std::abs(down[i]));
      const float aside = std::abs(x), low = std::min(aside, y), high = std::max(aside, y);
      // Abramowitz and Stegun 4.4.49, within 2e-8 of the arc tangent.
      const float t = low / high, s = t * t;
      const float arc =
          t * (0.9999999F +
               s * (-0.3333314528F +
                    s * (0.1999355085F +
                         s * (-0.1420889944F +
                              s * (0.1065626393F +
                                   s * (-0.0752896400F +
                                        s * (0.0429096138F + s * (-0.0161657367F + s * 0.0028662257F))))))));
      const float degrees = arc * 57.2957795F;
      // Choices among constants, not among results, become no branches.
      const float from = y > aside ? 90.0F : 0.0F, step = y > aside ? -1.0F : 1.0F;
      const float last = x < 0 ? 180.0F : 0.0F, turn = x < 0 ? -1.0F : 1.0F;
      place[i] = (last + turn * (from + step * degrees)) * bins_per_degree;
    }
  }
};

}  // namespace radflow
