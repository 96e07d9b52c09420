#include "cli/evaluated_results.hpp"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "nodes/classify/manifest_parts.hpp"

namespace radflow::cli {
namespace {

using Json = nlohmann::ordered_json;

Json class_json(const ClassScore& score) {
  Json json{{"name", score.name}, {"cases", score.cases}};
  add_estimates(json, score.estimates);
  json["calibration_error"] = score.calibration_error;
  json["calibration"] = Json::array();
  for (const CalibrationBin& bin : score.calibration)
    json["calibration"].push_back({{"low", bin.low},
                                   {"high", bin.high},
                                   {"cases", bin.cases},
                                   {"mean_probability", bin.mean_probability},
                                   {"share", bin.share}});
  return json;
}

// What an evaluation says, without whose it is.
void add(Json& json, const Evaluation& evaluation) {
  add_estimates(json, evaluation.estimates);
  json["classes"] = Json::array();
  for (const ClassScore& score : evaluation.classes) json["classes"].push_back(class_json(score));
  Json& confusion = json["confusion"] = Json::object();
  for (std::size_t i = 0; i < evaluation.classes.size(); ++i)
    for (std::size_t j = 0; j < evaluation.classes.size(); ++j)
      confusion[evaluation.classes[i].name][evaluation.classes[j].name] = evaluation.confusion[i][j];
}

}  // namespace

Json to_json(const EvaluatedResults& evaluated, const Evaluation& evaluation) {
  Json json{{"graph", evaluated.graph},
            {"graph_digest", evaluated.graph_digest},
            {"model", evaluated.model},
            {"model_digest", evaluated.model_digest},
            {"cases", evaluation.cases},
            {"failed", evaluated.failed},
            {"repeated", evaluated.repeated},
            {"grouped_by", evaluated.grouped_by},
            {"groups", evaluation.groups > 0 ? Json(evaluation.groups) : Json(nullptr)},
            {"intervals", evaluation.intervals}};
  add(json, evaluation);
  if (!evaluated.subgroups_by.empty()) {
    json["subgroups_by"] = evaluated.subgroups_by;
    for (const auto& [value, part] : subgroups(evaluated)) {
      Json one{{"value", value}, {"cases", part.cases}, {"intervals", part.intervals}};
      add(one, part);
      json["subgroups"].push_back(std::move(one));
    }
  }
  if (!evaluated.importances.empty()) json["importance"] = importance_json(evaluated.importances);
  return json;
}

std::vector<std::pair<std::string, Evaluation>> subgroups(const EvaluatedResults& evaluated) {
  std::map<std::string, std::vector<Case>> parts;
  for (const Case& one : evaluated.cases) parts[one.subgroup].push_back(one);
  std::vector<std::pair<std::string, Evaluation>> all;
  for (const auto& [value, cases] : parts) all.emplace_back(value, evaluate(evaluated.classes, cases));
  return all;
}

}  // namespace radflow::cli
