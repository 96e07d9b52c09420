// Evaluation of a node that predicts numbers.
#pragma once

#include <string>
#include <vector>

#include "cli/kept_results.hpp"
#include "graph/plan.hpp"
#include "nodes/classify/evaluation.hpp"

namespace radflow::cli {

struct NumberOptions {
  std::string input, json, html;
  std::string importance = {};  // "features", "blocks", or "" where nobody asked for it
};

// A line for each of number_measures().
std::string number_lines(const std::vector<Estimate>& estimates);

// Both print MAE, RMSE and R^2 with their intervals; they give the exit code. Of results that were kept `model_file` may be
// "": else it warns of images that the model was trained on.
int evaluate_number_node(const Plan& plan, std::size_t index, const Judging& judging,
                         const NumberOptions& options);
int evaluate_kept_numbers(KeptResults kept, const Judging& judging, const NumberOptions& options,
                          const std::string& model_file);

}  // namespace radflow::cli
