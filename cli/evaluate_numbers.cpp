#include "cli/evaluate_numbers.hpp"

#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "cli/command.hpp"
#include "cli/evaluated_results.hpp"
#include "cli/number_report.hpp"
#include "cli/train_combine.hpp"
#include "cli/written.hpp"
#include "nodes/classify/manifest_parts.hpp"
#include "nodes/classify/number_measures.hpp"
#include "nodes/classify/regression_fit.hpp"
#include "nodes/types/regression.hpp"

namespace radflow::cli {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const EvaluatedNumbers& evaluated, const NumberEvaluation& evaluation) {
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
  add_estimates(json, evaluation.estimates);
  const Agreement agreement = agreement_of(evaluated.cases);
  if (!evaluated.importances.empty()) json["importance"] = importance_json(evaluated.importances);
  json["mean_difference"] = agreement.bias;
  json["limits_of_agreement"] =
      agreement.limits ? Json{agreement.limits->first, agreement.limits->second} : Json(nullptr);
  if (evaluated.subgroups_by.empty()) return json;
  json["subgroups_by"] = evaluated.subgroups_by;
  for (const auto& [value, part] : subgroups(evaluated)) {
    Json one{{"value", value}, {"cases", part.cases}, {"intervals", part.intervals}};
    add_estimates(one, part.estimates);
    json["subgroups"].push_back(std::move(one));
  }
  return json;
}

std::string to_text(const EvaluatedNumbers& evaluated, const NumberEvaluation& evaluation) {
  std::string text =
      fmt::format("graph {} ({})\nmodel {} ({})\n\n{} cases{}{}\n", evaluated.graph, evaluated.graph_digest,
                  evaluated.model, evaluated.model_digest, evaluation.cases,
                  evaluated.failed ? fmt::format(", {} failed", evaluated.failed) : "",
                  evaluated.repeated ? fmt::format(", {} repeated", evaluated.repeated) : "") +
      number_lines(evaluation.estimates);
  const Agreement agreement = agreement_of(evaluated.cases);
  text += fmt::format("{:<20}{:.4g}{}\n", "mean difference", agreement.bias,
                      agreement.limits ? fmt::format(" of estimate - truth; 95 % of the differences within "
                                                     "{:.4g} to {:.4g}",
                                                     agreement.limits->first, agreement.limits->second)
                                       : "");
  if (!evaluated.subgroups_by.empty())
    for (const auto& [value, part] : subgroups(evaluated))
      text += fmt::format("\n{} {}, {} cases\n", evaluated.subgroups_by, value, part.cases) +
              number_lines(part.estimates);
  if (!evaluated.importances.empty())
    text += "\nimportance: by how much R^2 falls\n" + importance_lines(evaluated.importances, 10);
  return text +
         fmt::format("\ngrouped by {}; 95 % intervals: {}\n", evaluated.grouped_by, evaluation.intervals) +
         without_interval(evaluation.estimates);
}

void add_cases(std::vector<Tapped>& messages, const Judging& judging, EvaluatedNumbers& evaluated) {
  if (judging.labels) {
    warn(label_all(*judging.labels, judging.split, messages));
    require_numbers(*judging.labels, messages);
  }
  const std::vector<std::string> groups = set_groups(messages, judging.grouping(), judging.labels);
  if (!judging.grouping().empty()) evaluated.grouped_by = judging.grouping();
  evaluated.subgroups_by = judging.by;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const Tapped& message = messages[i];
    if (!message.label)
      throw std::runtime_error{
          fmt::format("{} has no label: name its number in --labels FILE.csv", message.key)};
    const auto& found = message.payload.as<Regression>();
    evaluated.model = found.model;
    evaluated.model_digest = found.model_digest;
    evaluated.cases.push_back({number_of(*message.label, message.key), found.value, groups[i]});
    evaluated.names.push_back(name_of(message));
  }
  if (!judging.by.empty()) evaluated.values = groups_of(messages, judging.by, judging.labels);
}

int say(const EvaluatedNumbers& evaluated, const NumberOptions& options) {
  const NumberEvaluation evaluation = evaluate_numbers(evaluated.cases);
  if (options.json != "-") std::cout << to_text(evaluated, evaluation);
  write_where_asked(
      options.json,
      to_json(evaluated, evaluation).dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) +
          "\n");
  if (!options.html.empty()) write_file(options.html, to_html(evaluated, evaluation, options.input));
  return evaluated.failed == 0 ? exit_ok : exit_dead_letters;
}

}  // namespace

int evaluate_number_node(const Plan& plan, std::size_t index, const Judging& judging,
                         const NumberOptions& options) {
  const bool important = !options.importance.empty();
  auto [tapped, features] = tap_predictions(plan, index, important, count_input(options.input));
  print_failures(tapped);
  EvaluatedNumbers evaluated;
  evaluated.graph = plan.info.name;
  evaluated.graph_digest = plan.info.digest;
  evaluated.failed = tapped.failures();
  add_cases(tapped.messages, judging, evaluated);
  if (important) {
    if (judging.labels) apply_labels(*judging.labels, {judging.split}, features);
    evaluated.permutation.permuted = options.importance == "features" ? Permuted::Features : Permuted::Blocks;
    evaluated.importances =
        importances(load_model(model_files(plan, index).front()), features, evaluated.permutation);
  }
  const std::vector<LabelledImage> images = images_of(tapped.messages);
  warn(describe_repeated(images));
  for (const std::string& file : model_files(plan, index))
    warn({describe_trained_on(images, load_model(file))});
  return say(evaluated, options);
}

int evaluate_kept_numbers(KeptResults kept, const Judging& judging, const NumberOptions& options,
                          const std::string& model_file) {
  EvaluatedNumbers evaluated;
  evaluated.graph = kept.evaluated.graph;
  evaluated.graph_digest = kept.evaluated.graph_digest;
  evaluated.failed = kept.evaluated.failed;
  evaluated.repeated = kept.evaluated.repeated;
  add_cases(kept.messages, judging, evaluated);
  const std::vector<LabelledImage> images = kept.images();
  warn(describe_repeated(images));
  if (!model_file.empty()) {
    const Model model = load_model(model_file);
    if (model.digest != evaluated.model_digest)
      throw std::runtime_error{fmt::format("{} is {}, the results are of {} ({})", model_file, model.digest,
                                           evaluated.model, evaluated.model_digest)};
    warn({describe_trained_on(images, model)});
  }
  return say(evaluated, options);
}

std::string number_lines(const std::vector<Estimate>& estimates) {
  std::string text;
  for (const Estimate& one : estimates) {
    text += fmt::format(
        "{:<20}{}{}\n", number_measure_name(one.name), one.value ? fmt::format("{:.4g}", *one.value) : "-",
        one.interval ? fmt::format(" ({:.4g} to {:.4g})", one.interval->low, one.interval->high)
                     : in_brackets(one.without));
  }
  return text;
}

}  // namespace radflow::cli
