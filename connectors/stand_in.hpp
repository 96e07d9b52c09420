// What stands in for the connectors of a graph that is tried without them, as --input and --output ask.
#pragma once

#include <string>

#include "graph/plan.hpp"

namespace radflow {

// For the sources: `files` reads the folder, file or glob.
StandIn files_at(const std::string& path);

// For each sink: `ndjson` writes one file, and the dead letters go to a file beside it, "results.errors.ndjson".
std::function<StandIn(const ReplacedSink&)> lines_at(const std::string& path);

}  // namespace radflow
