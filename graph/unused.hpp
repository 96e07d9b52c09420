// Branches that end nowhere, as an experiment leaves them: a warning, and nothing of them is computed.
#pragma once

#include <vector>

#include "graph/plan.hpp"

namespace radflow {

// Says for each node whether a sink's input depends on it.
std::vector<bool> needed_nodes(const Plan& plan);

// The plan of what runs: without the nodes that nothing depends on. For a plan whose nodes are sorted.
Plan without_unused(Plan plan);

}  // namespace radflow
