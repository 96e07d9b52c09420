// radflow evaluate: how well a graph's predictions agree with the class folders' names, or those of results
// that were kept, by the same arithmetic: a stream and a folder give the same digits.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/checks.hpp"
#include "cli/command.hpp"
#include "cli/evaluate_numbers.hpp"
#include "cli/evaluated_results.hpp"
#include "cli/labels.hpp"
#include "cli/report.hpp"
#include "cli/tap.hpp"
#include "cli/train_combine.hpp"
#include "cli/worst_cases.hpp"
#include "cli/written.hpp"
#include "connectors/stand_in.hpp"
#include "nodes/classify/regression_fit.hpp"
#include "nodes/types/regression.hpp"

namespace radflow::cli {
namespace {

struct Options {
  std::string graph, input, results, json, html, node, model, labels, split = "test", group, by, importance;
  std::vector<std::string> set;
};

// Of images that the model knows from its training, and of a model that calls itself balanced and hardly is.
void warn_of_model(EvaluatedResults& evaluated, const std::string& path) {
  const Model model = load_model(path);
  if (model.digest != evaluated.model_digest)
    throw std::runtime_error{fmt::format("{} is {}, the results are of {} ({})", path, model.digest,
                                         evaluated.model, evaluated.model_digest)};
  warn({describe_trained_on(evaluated.images, model)});
  if (const auto& threshold = model.manifest.threshold) {
    evaluated.positive = model.manifest.classes.front() == threshold->positive ? 0 : 1;
    evaluated.threshold_value = threshold->value;
    evaluated.threshold = fmt::format("{} from a probability of {:.4f} on ({}; from {})", threshold->positive,
                                      threshold->value, threshold->rule, threshold->from);
  }
  if (model.manifest.balanced_by == "priors")
    warn(
        {fmt::format("{} was balanced as radflow did it before, which deep trees hardly feel: train it again",
                     model.name)});
}

Plan plan_of(const Options& options) {
  Overrides overrides{.set = options.set};
  if (!options.input.empty()) overrides.source = files_at(options.input);
  Plan plan = load_plan(options.graph, overrides);
  require_ending_sources(plan);
  return plan;
}

void add_importances(const Options& options, const Judging& judging, const NodePlan& node,
                     std::vector<Tapped>& features, EvaluatedResults& evaluated) {
  if (judging.labels) apply_labels(*judging.labels, {judging.split}, features);
  evaluated.permutation.permuted = options.importance == "features" ? Permuted::Features : Permuted::Blocks;
  evaluated.importances =
      importances(load_model(node.info.path(trainable(node)->model)), features, evaluated.permutation);
}

EvaluatedResults run_graph(const Options& options, const Judging& judging, const Plan& plan,
                           std::size_t index) {
  const std::uint64_t total = count_input(options.input);
  auto [tapped, features] = tap_predictions(plan, index, !options.importance.empty(), total);
  EvaluatedResults evaluated;
  evaluated.graph = plan.info.name;
  evaluated.graph_digest = plan.info.digest;
  evaluated.failed = tapped.failures();
  add_cases(tapped.messages, judging, evaluated);
  if (!options.importance.empty()) add_importances(options, judging, plan.nodes[index], features, evaluated);
  const std::vector<std::string> models =
      evaluated.cases.empty() ? std::vector<std::string>{} : model_files(plan, index);
  for (const std::string& file : models)  // a combine's own, if it has one, and its members'
    if (const Model model = load_model(file); model.digest == evaluated.model_digest)
      warn_of_model(evaluated, file);
    else
      warn({describe_trained_on(evaluated.images, model)});
  print_failures(tapped);
  return evaluated;
}

int evaluate_command(const Options& options) {
  if (options.graph.empty() == options.results.empty()) refuse({}, "name a graph, or results with --results");
  if (!options.model.empty() && options.results.empty())
    refuse({"--model", 0, 0}, "belongs to --results: a graph names its model itself");
  if (!options.importance.empty() && options.graph.empty())
    refuse({"--importance", 0, 0}, "needs the features, which results do not hold: name the graph");
  std::optional<Plan> plan;
  std::size_t index = 0;
  if (options.results.empty()) {
    plan.emplace(plan_of(options));
    index = predicting_node(*plan, options.node);
    if (!options.importance.empty() && !trainable(plan->nodes[index]) && !regressing(plan->nodes[index]))
      refuse(plan->nodes[index].mark,
             "--importance is for a node that learned from features, as `classify` and `regress`");
  }
  std::optional<Labels> labels;
  if (!options.labels.empty()) labels.emplace(options.labels);
  const Judging judging{labels ? &*labels : nullptr, options.split, options.group, options.by};
  const NumberOptions of_numbers{options.input, options.json, options.html, options.importance};
  if (plan && is_type<Regression>(plan->nodes[index].spec->outputs.front().type))
    return evaluate_number_node(*plan, index, judging, of_numbers);
  std::optional<KeptResults> kept;
  if (!plan) kept.emplace(read_kept_file(options.results, judging));
  if (kept && kept->numbers)
    return evaluate_kept_numbers(std::move(*kept), judging, of_numbers, options.model);
  EvaluatedResults evaluated = plan ? run_graph(options, judging, *plan, index)
                                    : classes_of(std::move(*kept), options.results, judging);
  warn(describe_repeated(evaluated.images));
  if (!options.model.empty()) warn_of_model(evaluated, options.model);
  const Evaluation evaluation = evaluate(evaluated.classes, evaluated.cases);
  const std::string json =
      to_json(evaluated, evaluation).dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) +
      "\n";
  if (options.json != "-") std::cout << to_text(evaluated, evaluation);
  write_where_asked(options.json, json);
  if (!options.html.empty())
    write_file(options.html, to_html(evaluated, evaluation, worst_cases(evaluated, options.input)));
  return evaluated.failed == 0 ? exit_ok : exit_dead_letters;
}

const Command command{
    "evaluate",
    "Says how well a graph's predictions agree with the class folders' names: accuracy, AUC and more.",
    "radflow evaluate config/pneumonia.yaml --input ../shared/data/pneumoniamnist/test",
    [](CLI::App& app) {
      auto options = std::make_shared<Options>();
      app.add_option("graph", options->graph, "The graph file.");
      app.add_option("--input", options->input,
                     "Folder with one folder per class, or a glob; else the graph's sources.")
          ->check(not_empty("a folder or glob"));
      app.add_option(
             "--results", options->results,
             "Results to evaluate instead of a graph: a file of one JSON a line, - for standard input.")
          ->check(not_empty("a file, or - for standard input"));
      app.add_option(
             "--json", options->json,
             "Writes all numbers with all digits to this file, - for standard output. Its f1 and auc beside "
             "accuracy are macro means over the classes that have cases; those of a class stand under "
             "classes. Where a value has no interval, NAME_95_absent says why.")
          ->check(not_empty("a file, or - for standard output"));
      app.add_option("--html", options->html,
                     "Writes one page with tables and curves to this file, for a browser and for paper.")
          ->check(not_empty("a file"));
      app.add_option(
             "--labels", options->labels,
             "A CSV file of the columns path or uid, label, and if there are patient, split and others.")
          ->check(not_empty("a file"));
      app.add_option("--split", options->split, "Which split of the labels is evaluated.")
          ->capture_default_str();
      app.add_option("--group", options->group,
                     "Whose images belong together, for the intervals: PatientID (of DICOM), a header, a "
                     "column of the "
                     "labels, or folder, "
                     "below the class folder.")
          ->check(not_empty("a name"));
      app.add_option("--by", options->by, "Evaluates each value of a header or column apart, too.")
          ->check(not_empty("a name"));
      app.add_option("--importance", options->importance,
                     "How much the AUC, or of numbers R^2, falls when features are exchanged among the "
                     "images: each of the "
                     "`features`, or `blocks`, those of a node together.")
          ->check(CLI::IsMember({"features", "blocks"}));
      app.add_option("--model", options->model,
                     "With --results: the model file, to be warned of images that it was trained on.")
          ->check(not_empty("the model file"));
      app.add_option("--node", options->node, "Which node, if the graph has several that predict.");
      app.add_option("--set", options->set,
                     "Changes a value first: nodes.classify.model=other.model. May be repeated.")
          ->allow_extra_args(false);
      return [options] { return evaluate_command(*options); };
    },
    Command::Signals::End,
    Command::Stderr::Log};

}  // namespace
}  // namespace radflow::cli
