// The line that says at the start what runs: version, graph, digests, group and brokers.
#pragma once

#include "graph/plan.hpp"

namespace radflow::cli {

// Logs it.
void log_start(const Plan& plan);

}  // namespace radflow::cli
