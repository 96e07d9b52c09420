// What a pipeline counts, as JSON, and whether it is ready.
#pragma once

#include <string>
#include <vector>

#include "graph/stats.hpp"

namespace radflow {

// Durations in seconds; what is unknown is null. No keys, nothing of a record.
std::string status_json(const PipelineStats& stats);

// Why the graph is not ready: one sentence each; none if it is.
std::vector<std::string> not_ready(const PipelineStats& stats);

}  // namespace radflow
