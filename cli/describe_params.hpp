// Parameters as `radflow describe` shows them, as a table and as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "graph/param.hpp"

namespace radflow::cli {

// With a title, unless there are none. `defaults` holds them; of those `any_of` one must be given.
void print_params(const std::vector<ParamSpec>& params, const void* defaults,
                  const std::vector<std::string>& any_of);
nlohmann::ordered_json params_json(const std::vector<ParamSpec>& params, const void* defaults);

}  // namespace radflow::cli
