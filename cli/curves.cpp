#include "cli/curves.hpp"

#include <algorithm>
#include <cmath>

namespace radflow::cli {
namespace {

// Points closer than a thousandth to the one before are not seen; the last is kept.
Points seen(const Points& all) {
  Points kept;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool near = !kept.empty() && std::abs(kept.back().first - all[i].first) < 1e-3 &&
                      std::abs(kept.back().second - all[i].second) < 1e-3;
    if (!near || i + 1 == all.size()) kept.push_back(all[i]);
  }
  return kept;
}

}  // namespace

Curves curves_of(const std::vector<Case>& cases, const std::string& name, std::size_t index) {
  std::vector<std::pair<double, bool>> sorted;
  for (const Case& one : cases) sorted.emplace_back(one.probabilities[index], one.expected == name);
  std::ranges::sort(sorted, std::ranges::greater{});
  const auto positives =
      static_cast<double>(std::ranges::count(sorted, true, &std::pair<double, bool>::second));
  const double negatives = static_cast<double>(sorted.size()) - positives;
  Curves curves;
  if (positives == 0 || negatives == 0) return curves;
  curves.roc.emplace_back(0, 0);
  curves.sensitivity.emplace_back(1, 0);
  curves.specificity.emplace_back(1, 1);
  double hits = 0, alarms = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    ++(sorted[i].second ? hits : alarms);
    if (i + 1 < sorted.size() && sorted[i + 1].first == sorted[i].first) continue;
    const double sensitivity = hits / positives, specificity = 1 - alarms / negatives;
    // Above this probability the threshold gives what the cases before it gave.
    curves.sensitivity.emplace_back(sorted[i].first, curves.sensitivity.back().second);
    curves.specificity.emplace_back(sorted[i].first, curves.specificity.back().second);
    curves.sensitivity.emplace_back(sorted[i].first, sensitivity);
    curves.specificity.emplace_back(sorted[i].first, specificity);
    curves.roc.emplace_back(1 - specificity, sensitivity);
    // A step, as average precision adds it up: nothing is interpolated between two thresholds.
    const double before = curves.precision_recall.empty() ? 0 : curves.precision_recall.back().first;
    curves.precision_recall.emplace_back(before, hits / (hits + alarms));
    curves.precision_recall.emplace_back(sensitivity, hits / (hits + alarms));
  }
  curves.sensitivity.emplace_back(0, 1);
  curves.specificity.emplace_back(0, 0);
  for (Points* points : {&curves.roc, &curves.precision_recall, &curves.sensitivity, &curves.specificity})
    *points = seen(*points);
  return curves;
}

}  // namespace radflow::cli
