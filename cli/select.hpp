// Select: train --select, for a person.
#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

#include "nodes/classify/fit.hpp"
#include "nodes/classify/selection.hpp"

namespace radflow::cli {

struct SelectOptions {
  bool wanted = false, nested = false;
  std::string budget = "10m", metric;  // "": auc, and mae of numbers
  unsigned seed = 1;
};
// --select and what belongs to it.
void add_options(CLI::App& app, SelectOptions& options);

struct ChosenAlgorithm {
  Training training;
  Chosen chosen;
};
enum class Predicted { Classes, Numbers };
// With the metric that is taken. Throws ConfigError where a metric is of the other kind; `place` is the node's.
SelectOptions checked(SelectOptions options, Predicted predicted, const Mark& place);

// Compares the candidates of the graph's `train`, prints the ranking and gives what was chosen; nothing where a signal
// asked for the end. Both take options that are checked.
std::optional<ChosenAlgorithm> chosen_algorithm(const std::vector<Sample>& samples, const Training& graph,
                                                const SelectOptions& options, const std::string& grouped_by);

struct ChosenRegressor {
  RegressorTraining training;
  Chosen chosen;
};
std::optional<ChosenRegressor> chosen_regressor(const std::vector<Sample>& samples,
                                                const RegressorTraining& graph, const SelectOptions& options,
                                                const std::string& grouped_by);

}  // namespace radflow::cli
