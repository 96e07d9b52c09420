// Select: train --select, for a person.
#pragma once

#include <vector>

#include "nodes/classify/selection.hpp"

namespace radflow::cli {

// Compares the default candidates with the steps and threshold of `graph`, prints the ranking and gives what was chosen.
Training chosen_algorithm(const std::vector<Sample>& samples, const Training& graph, double budget_seconds);

}  // namespace radflow::cli
