// The JSON Schema (draft 7) of a graph file, made from the specifications of all registered components.
#pragma once

#include <nlohmann/json.hpp>

namespace radflow::cli {

nlohmann::ordered_json graph_schema();

}  // namespace radflow::cli
