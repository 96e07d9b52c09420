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
  std::string budget = "10m", metric = "auc";
  unsigned seed = 1;
};
// --select and what belongs to it.
void add_options(CLI::App& app, SelectOptions& options);

struct ChosenAlgorithm {
  Training training;
  Chosen chosen;
};
// Compares the candidates of the graph's `train`, prints the ranking and gives what was chosen; nothing where a signal
// asked for the end.
std::optional<ChosenAlgorithm> chosen_algorithm(const std::vector<Sample>& samples, const Training& graph,
                                                const SelectOptions& options, const std::string& grouped_by);

}  // namespace radflow::cli
