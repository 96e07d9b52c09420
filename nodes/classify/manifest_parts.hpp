// The parts of a model's manifest that are objects of their own, as JSON. Reading throws nlohmann::json::exception where a
// part is missing, std::runtime_error where it does not fit.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "nodes/classify/model.hpp"

namespace radflow {

// What a model file begins with.
constexpr std::string_view model_magic = "radflow-model 1 ";

// "auc" and "auc_95", its interval, for each estimate; null what there is none of. Where a value has no interval
// "auc_95_absent" says why: "no variance" (every draw of the cases gives the same) or "too few".
void add_estimates(nlohmann::ordered_json& json, const std::vector<Estimate>& estimates);

nlohmann::ordered_json to_json(const Judged& judged);
Judged judged_from(const nlohmann::ordered_json& json, const std::vector<std::string>& measures);

nlohmann::ordered_json to_json(const Targets& targets);
Targets targets_from(const nlohmann::ordered_json& json);

nlohmann::ordered_json to_json(const Threshold& threshold);
Threshold threshold_from(const nlohmann::ordered_json& json);

nlohmann::ordered_json to_json(const Combination& combination);
Combination combination_from(const nlohmann::ordered_json& json);

}  // namespace radflow
