// Comparison: whether two models that judged the same cases differ, beyond what the choice of the cases makes. Pure
// functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nodes/classify/evaluation.hpp"

namespace radflow {

// Of the cases that one of two models labels right and the other wrong (McNemar 1947): the exact two-sided binomial test.
struct McNemar {
  std::int64_t first_only = 0, second_only = 0;
  double p = 1;
};
McNemar mcnemar(std::int64_t first_only, std::int64_t second_only);

// Two areas under the curve of the same cases (DeLong et al. 1988).
struct PairedAuc {
  double first = 0, second = 0, difference = 0;  // first - second
  double deviation = 0;                          // the difference's
  ConfidenceInterval interval;                   // 95 %, of the difference
  double p = 1;                                  // two-sided; 1 where both rank the cases alike
};
// Absent below two positives or two negatives.
std::optional<PairedAuc> paired_auc(const std::vector<double>& first, const std::vector<double>& second,
                                    const std::vector<bool>& positive);

// Whether a measure of two models differs: the first's minus the second's.
struct Difference {
  std::string measure;
  double first = 0, second = 0;
  std::optional<ConfidenceInterval> interval;  // 95 %
  std::optional<double>
      p;  // two-sided; absent where the interval is by bootstrap, and of areas that differ without variance
  std::string by;  // "McNemar, exact", "DeLong", "bootstrap over 40 groups"
  // Why DeLong or a bootstrap gave no interval: `no_variance`, as of two models that say the same, or `too_few`.
  std::string without;
};

// Accuracy and the area under the curve of each class (of two classes the one at `positive`). The cases stand in one
// order in both, with the same true labels; where they have groups both intervals are by bootstrap over these, which
// McNemar and DeLong do not know of. Throws std::runtime_error where the cases are not the same.
std::vector<Difference> compare(const std::vector<std::string>& classes, const std::vector<Case>& first,
                                const std::vector<Case>& second, std::size_t positive);

}  // namespace radflow
