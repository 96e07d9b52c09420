// Evaluation of a node that predicts numbers.
#pragma once

#include <string>
#include <vector>

#include "graph/plan.hpp"
#include "nodes/classify/evaluation.hpp"

namespace radflow::cli {

struct NumberOptions {
  std::string input, labels, split, group, by, json, html;
};

// A line for each of number_measures().
std::string number_lines(const std::vector<Estimate>& estimates);

// Prints MAE, RMSE and R^2 with their intervals; gives the exit code.
int evaluate_number_node(const Plan& plan, std::size_t index, const NumberOptions& options);

}  // namespace radflow::cli
