// What a node declares besides ports and parameters, as `radflow describe` shows it: reasons of errors and warnings,
// metrics of its own.
#pragma once

#include <nlohmann/json.hpp>

#include "graph/spec.hpp"

namespace radflow::cli {

// To the standard output; nothing where nothing is declared.
void print_declared(const Spec& spec);
void add_declared(const Spec& spec, nlohmann::ordered_json& json);

}  // namespace radflow::cli
