// The JSON Schema of parameters, as they stand in a graph.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "graph/param.hpp"

namespace radflow::cli {

// Of a map of these parameters.
nlohmann::ordered_json map_schema(const std::vector<ParamSpec>& fields);
// Whether something is missing where the parameter does not stand at all.
bool is_needed(const ParamSpec& param);

}  // namespace radflow::cli
