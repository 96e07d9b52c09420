#include "cli/evaluate_numbers.hpp"

#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "cli/command.hpp"
#include "cli/evaluated_results.hpp"
#include "cli/train_combine.hpp"
#include "cli/written.hpp"
#include "nodes/classify/manifest_parts.hpp"
#include "nodes/classify/number_measures.hpp"
#include "nodes/classify/regression_fit.hpp"
#include "nodes/types/regression.hpp"

namespace radflow::cli {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const Plan& plan, const Regression& first, const NumberEvaluation& evaluation,
             std::int64_t failed) {
  Json json{{"graph", plan.info.name},
            {"graph_digest", plan.info.digest},
            {"model", first.model},
            {"model_digest", first.model_digest},
            {"cases", evaluation.cases},
            {"failed", failed},
            {"groups", evaluation.groups > 0 ? Json(evaluation.groups) : Json(nullptr)},
            {"intervals", evaluation.intervals}};
  add_estimates(json, evaluation.estimates);
  return json;
}

}  // namespace

int evaluate_number_node(const Plan& plan, std::size_t index, const NumberOptions& options) {
  TappedResults tapped = tap(plan, index, TapAt::Output, "evaluate", count_input(options.input));
  print_failures(tapped);
  std::optional<Labels> labels;
  if (!options.labels.empty()) labels.emplace(options.labels);
  const Judging judging{labels ? &*labels : nullptr, options.split, options.group, ""};
  if (labels) warn({apply_labels(*labels, {options.split}, tapped.messages)});
  const std::vector<std::string> groups = set_groups(tapped.messages, judging.grouping(), judging.labels);
  std::vector<NumberCase> cases;
  for (std::size_t i = 0; i < tapped.messages.size(); ++i) {
    const Tapped& message = tapped.messages[i];
    if (!message.label)
      throw std::runtime_error{
          fmt::format("{} has no label: name its number in --labels FILE.csv", message.key)};
    cases.push_back(
        {number_of(*message.label, message.key), message.payload.as<Regression>().value, groups[i]});
  }
  const NumberEvaluation evaluation = evaluate_numbers(cases);
  const std::vector<LabelledImage> images = images_of(tapped.messages);
  warn(describe_repeated(images));
  for (const std::string& file : model_files(plan, index))
    warn({describe_trained_on(images, load_model(file))});

  const auto& first = tapped.messages.front().payload.as<Regression>();
  const std::string json = to_json(plan, first, evaluation, tapped.failures()).dump(2) + "\n";
  if (options.json != "-")
    std::cout << fmt::format("graph {} ({})\nmodel {} ({})\n\n{} cases\n", plan.info.name, plan.info.digest,
                             first.model, first.model_digest, evaluation.cases)
              << number_lines(evaluation.estimates)
              << fmt::format("\n95 % intervals: {}\n", evaluation.intervals);
  write_where_asked(options.json, json);
  return tapped.failures() == 0 ? exit_ok : exit_dead_letters;
}

std::string number_lines(const std::vector<Estimate>& estimates) {
  std::string text;
  for (const Estimate& one : estimates) {
    const std::string name = one.name == "r2" ? "R^2" : one.name == "mae" ? "MAE" : "RMSE";
    text += fmt::format(
        "{:<20}{}{}\n", name, one.value ? fmt::format("{:.4g}", *one.value) : "-",
        one.interval ? fmt::format(" ({:.4g} to {:.4g})", one.interval->low, one.interval->high) : "");
  }
  return text;
}

}  // namespace radflow::cli
