#include "nodes/classify/confidence.hpp"

#include <algorithm>
#include <cmath>

#include "nodes/imaging/percentile.hpp"

namespace radflow {
namespace {

constexpr double z95 = 1.959963984540054;  // 97.5 % quantile of the normal distribution

}  // namespace

ConfidenceInterval wilson(double share, double n) {
  const double square = z95 * z95;
  const double middle = share + square / (2 * n);
  const double half = z95 * std::sqrt(share * (1 - share) / n + square / (4 * n * n));
  return {std::max(0.0, (middle - half) / (1 + square / n)),
          std::min(1.0, (middle + half) / (1 + square / n))};
}

Drawn interval_of(std::vector<double> draws, std::size_t wanted) {
  // Where many draws lack the measure the others would be a selection.
  if (draws.empty() || draws.size() < wanted * 95 / 100) return {std::nullopt, too_few};
  std::ranges::sort(draws);
  const ConfidenceInterval found{percentile(draws, 2.5), percentile(draws, 97.5)};
  // Draws that are equal may differ in the last digits of their sums.
  if (found.high - found.low <= 1e-12 * std::abs(found.high)) return {std::nullopt, no_variance};
  return {found, ""};
}

}  // namespace radflow
