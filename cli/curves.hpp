// Curves: what a chart of an evaluation draws, in units of 0 to 1.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "nodes/classify/evaluation.hpp"

namespace radflow::cli {

using Points = std::vector<std::pair<double, double>>;

// Of one class against the rest, by its probability. Cases of one probability are one step; what would not be seen is left
// out.
struct Curves {
  Points roc;               // (1 - specificity, sensitivity)
  Points precision_recall;  // (recall, precision), steps: the area below is the average precision
  Points sensitivity;       // (threshold, sensitivity) of all that have the threshold's probability or more
  Points specificity;
};
Curves curves_of(const std::vector<Case>& cases, const std::string& name, std::size_t index);

}  // namespace radflow::cli
