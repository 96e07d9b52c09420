#include "cli/evaluated_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace radflow::cli {
namespace {

using Json = nlohmann::ordered_json;

Json number(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }
Json number(const std::optional<ConfidenceInterval>& value) {
  return value ? Json{value->low, value->high} : Json(nullptr);
}

std::string shown(const std::optional<double>& value, const std::optional<ConfidenceInterval>& interval) {
  if (!value) return "-";
  if (!interval) return fmt::format("{:.4f}", *value);
  return fmt::format("{:.4f} ({:.3f} to {:.3f})", *value, interval->low, interval->high);
}
std::string shown(const Share& share) { return shown(share.value(), share.interval()); }
std::string shown(const std::optional<Auc>& auc) {
  return auc ? shown(auc->value, auc->interval)
             : shown(std::optional<double>{}, std::optional<ConfidenceInterval>{});
}

std::string confusion_table(const Evaluation& evaluation, std::size_t width) {
  std::string text = fmt::format("{:<{}}", "expected \\ label", width);
  for (const ClassScore& score : evaluation.classes)
    text += fmt::format("  {:>{}}", score.name, std::max<std::size_t>(score.name.size(), 6));
  for (std::size_t i = 0; i < evaluation.classes.size(); ++i) {
    text += fmt::format("\n{:<{}}", evaluation.classes[i].name, width);
    for (std::size_t j = 0; j < evaluation.classes.size(); ++j)
      text += fmt::format("  {:>{}}", evaluation.confusion[i][j],
                          std::max<std::size_t>(evaluation.classes[j].name.size(), 6));
  }
  return text + "\n";
}

}  // namespace

Json to_json(const EvaluatedResults& evaluated, const Evaluation& evaluation) {
  Json classes = Json::array();
  for (const ClassScore& score : evaluation.classes)
    classes.push_back({{"name", score.name},
                       {"cases", score.cases},
                       {"sensitivity", number(score.sensitivity.value())},
                       {"sensitivity_95", number(score.sensitivity.interval())},
                       {"specificity", number(score.specificity.value())},
                       {"specificity_95", number(score.specificity.interval())},
                       {"auc", number(score.auc ? std::optional{score.auc->value} : std::nullopt)},
                       {"auc_95", number(score.auc ? score.auc->interval : std::nullopt)}});
  Json confusion = Json::object();
  for (std::size_t i = 0; i < evaluation.classes.size(); ++i)
    for (std::size_t j = 0; j < evaluation.classes.size(); ++j)
      confusion[evaluation.classes[i].name][evaluation.classes[j].name] = evaluation.confusion[i][j];
  return {{"graph", evaluated.graph},
          {"graph_digest", evaluated.graph_digest},
          {"model", evaluated.model},
          {"model_digest", evaluated.model_digest},
          {"cases", evaluation.cases},
          {"failed", evaluated.failed},
          {"repeated", evaluated.repeated},
          {"accuracy", number(evaluation.accuracy.value())},
          {"accuracy_95", number(evaluation.accuracy.interval())},
          {"auc", number(evaluation.auc)},
          {"classes", std::move(classes)},
          {"confusion", std::move(confusion)}};
}

std::string to_text(const EvaluatedResults& evaluated, const Evaluation& evaluation) {
  std::size_t width = std::string_view{"expected \\ label"}.size();
  for (const ClassScore& score : evaluation.classes) width = std::max(width, score.name.size());
  std::string text =
      fmt::format("graph {} ({})\nmodel {} ({})\n\n{} cases{}{}\naccuracy  {}\nAUC       {}\n\n",
                  evaluated.graph, evaluated.graph_digest, evaluated.model, evaluated.model_digest,
                  evaluation.cases, evaluated.failed ? fmt::format(", {} failed", evaluated.failed) : "",
                  evaluated.repeated ? fmt::format(", {} repeated", evaluated.repeated) : "",
                  shown(evaluation.accuracy), shown(evaluation.auc, std::nullopt));
  text += fmt::format("{:<{}}  {:>6}  {:<24}  {:<24}  {}\n", "class", width, "cases", "sensitivity (95 %)",
                      "specificity (95 %)", "AUC (95 %)");
  for (const ClassScore& score : evaluation.classes)
    text += fmt::format("{:<{}}  {:>6}  {:<24}  {:<24}  {}\n", score.name, width, score.cases,
                        shown(score.sensitivity), shown(score.specificity), shown(score.auc));
  return text + "\n" + confusion_table(evaluation, width);
}

}  // namespace radflow::cli
