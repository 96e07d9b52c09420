// Training of a node `combine`: its members are not fitted again.
#pragma once

#include <string>
#include <vector>

#include "graph/plan.hpp"

namespace radflow::cli {

struct CombineSources {
  std::string graph, val, labels, group;
  std::vector<std::string> scores;  // CSV files
  std::vector<std::string> set;
};

// The bytes of the model of node `index`. Says on stderr what was left out. Throws ConfigError and std::runtime_error.
std::string combined_model(const Plan& plan, std::size_t index, const CombineSources& sources);

// The model files of the node itself and of the members behind it, as far as radflow made them.
std::vector<std::string> model_files(const Plan& plan, std::size_t index);

}  // namespace radflow::cli
