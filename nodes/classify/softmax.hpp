// Softmax: scores become shares that add up to one.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>

namespace radflow {

// In place; `scores` are finite.
inline void softmax(std::span<double> scores) {
  const double top = *std::ranges::max_element(scores);
  double sum = 0;
  for (double& score : scores) sum += score = std::exp(score - top);
  for (double& score : scores) score /= sum;
}

}  // namespace radflow
