// radflow train: makes the model of a graph's node `classify` from a folder of class folders.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>

#include "cli/checks.hpp"
#include "cli/command.hpp"
#include "cli/labels.hpp"
#include "cli/log.hpp"
#include "cli/model_output.hpp"
#include "cli/same_images.hpp"
#include "cli/scores.hpp"
#include "cli/select.hpp"
#include "cli/tap.hpp"
#include "cli/train_combine.hpp"
#include "cli/train_said.hpp"
#include "connectors/stand_in.hpp"
#include "nodes/classify/regression_fit.hpp"

namespace radflow::cli {
namespace {

struct Options {
  std::string graph, input, output, node, val, labels, group, out_of_fold;
  std::vector<std::string> set, scores;
  bool judge = false;
  SelectOptions select;
};

namespace fs = std::filesystem;

// The splits of a table that a training reads.
const std::vector<std::string_view> both_parts{"train", "val"};

std::vector<Sample> labelled(std::vector<Tapped> messages, const std::string& group, const Labels* labels) {
  std::vector<std::string> groups = set_groups(messages, group, labels);
  std::vector<Sample> samples;
  samples.reserve(messages.size());
  for (std::size_t i = 0; i < messages.size(); ++i) {
    Tapped& message = messages[i];
    if (!message.label)
      throw std::runtime_error{
          fmt::format("{} has no label: put the files of each class in a folder of its name, or name them in "
                      "--labels FILE.csv",
                      message.key)};
    samples.push_back({message.payload.as<Features>(), *std::move(message.label), std::move(message.key),
                       std::move(message.digest), std::move(groups[i])});
  }
  return samples;
}

// The images of --val, through the same nodes.
TappedResults validated(const Options& options, const std::string& node) {
  Overrides overrides{.set = options.set, .training = true};
  overrides.source = files_at(options.val);
  const Plan plan = load_plan(options.graph, overrides);
  return tap(plan, trainable_node(plan, node), TapAt::Input, "validation", count_input(options.val));
}

// `named`: the model that the node names, "" if it names none.
std::string output_of(const Options& options, const NodePlan& node, const std::string& named) {
  if (!options.output.empty()) return options.output;
  if (named.empty())
    refuse(node.mark, fmt::format("names no model; say where it goes with --output or {}.model", node.name));
  return node.info.path(named);
}

int train_combine(const Options& options, const Plan& plan, std::size_t index) {
  const NodePlan& node = plan.nodes[index];
  if (options.select.wanted || options.judge || !options.input.empty() || !options.out_of_fold.empty())
    refuse(node.mark,
           fmt::format("{} has nothing to choose and trains no member again: it takes --val or --scores, not "
                       "--input, --select, --judge or --out-of-fold",
                       node.name));
  const std::string output = output_of(options, node, combining(node)->model.value_or(""));
  const fs::path file = checked_output(output, options.output.empty() ? node.mark : Mark{"--output", 0, 0});
  const std::string bytes = combined_model(
      plan, index, {options.graph, options.val, options.labels, options.group, options.scores, options.set});
  const Model model = read_model(bytes, fs::path{output}.filename().string());
  write_model_file(file, bytes);
  std::string members;
  for (std::size_t m = 0; m < model.manifest.combination->members.size(); ++m)
    members += fmt::format("{}{} / {:.4g}", m ? " + " : "", model.manifest.combination->members[m],
                           model.manifest.combination->scales[m]);
  say(output, model, "combine of " + members);
  return exit_ok;
}

int ended(const TappedResults& tapped) { return tapped.failures() == 0 ? exit_ok : exit_dead_letters; }

int train(const Options& options) {
  Overrides overrides{.set = options.set, .training = true};
  if (!options.input.empty()) overrides.source = files_at(options.input);
  const Plan plan = load_plan(options.graph, overrides);
  const std::size_t index = learning_node(plan, options.node);
  const NodePlan& classify = plan.nodes[index];
  if (combining(classify)) return train_combine(options, plan, index);
  if (!options.scores.empty())
    refuse(classify.mark,
           fmt::format("--scores is for a node combine, and {} learns from images", classify.name));
  require_ending_sources(plan);
  const RegressParams* const numbers = regressing(classify);
  if (numbers && !options.out_of_fold.empty())
    refuse(classify.mark, fmt::format("{} predicts numbers: it takes no --out-of-fold", classify.name));
  if (options.judge && options.select.wanted)
    refuse(
        {"--judge", 0, 0},
        "judges by folds of the images that --select chose by, which is optimistic: say --nested or --val");
  const SelectOptions select =
      checked(options.select, numbers ? Predicted::Numbers : Predicted::Classes, classify.mark);
  const std::string output =
      output_of(options, classify, numbers ? numbers->model : trainable(classify)->model);
  const fs::path file =
      checked_output(output, options.output.empty() ? classify.mark : Mark{"--output", 0, 0});

  const std::uint64_t total = count_input(options.input);
  std::optional<Labels> labels;
  if (!options.labels.empty()) labels.emplace(options.labels);
  const Labels* const table = labels ? &*labels : nullptr;
  // Patients are kept together where the table knows them.
  const std::string group =
      options.group.empty() && labels && labels->has("patient") ? "patient" : options.group;
  TappedResults tapped = tap(plan, index, TapAt::Input, "features", total);
  Validation validation{options.val.empty() ? "split val of " + options.labels : "--val " + options.val, {}};
  if (!options.val.empty()) {
    TappedResults images = validated(options, classify.name);
    for (const auto& [reason, count] : images.failed) tapped.failed[reason] += count;
    if (labels)
      warn({describe_unread(*labels, both_parts, {&tapped.messages, &images.messages}),
            apply_labels(*labels, {"val"}, images.messages)});
    if (labels && numbers) require_numbers(*labels, images.messages);
    validation.samples = labelled(std::move(images.messages), group == "folder" ? group : "", table);
  } else if (labels) {
    warn({describe_unread(*labels, both_parts, {&tapped.messages})});
  }
  if (options.val.empty() && labels && labels->has("split")) {
    std::vector<Tapped> images;
    for (const Tapped& message : tapped.messages)
      if (const Labels::Row* row = labels->find(message); row && row->find("split")->second == "val")
        images.push_back(message);
    if (!images.empty()) apply_labels(*labels, {"val"}, images);
    if (numbers) require_numbers(*labels, images);
    validation.samples = labelled(std::move(images), "", table);
  }
  print_failures(tapped);
  if (labels) warn({apply_labels(*labels, {"train"}, tapped.messages)});
  if (labels && numbers) require_numbers(*labels, tapped.messages);
  warn(describe_repeated(images_of(tapped.messages)));
  const std::vector<Sample> samples = labelled(std::move(tapped.messages), group, table);
  const std::string grouped_by = group.empty() ? "image" : group;
  if (numbers) {
    ChosenRegressor chosen{numbers->train, {}};
    if (select.wanted) {
      auto selected = chosen_regressor(samples, numbers->train, select, grouped_by);
      if (!selected) return exit_interrupted;
      chosen = std::move(*selected);
    }
    log_line(spdlog::level::info, fmt::format("training on {} samples", samples.size()),
             {{"node", classify.name}});
    const std::string bytes =
        fit_regression(samples, chosen.training, classify.info, validation, grouped_by, chosen.chosen);
    const Model model = read_model(bytes, fs::path{output}.filename().string());
    write_model_file(file, bytes);
    say(output, model,
        fmt::format("{} of {} features", model.manifest.algorithm, model.manifest.features.size()));
    return ended(tapped);
  }
  const Training& asked = *trainable(classify)->training;
  ChosenAlgorithm chosen{asked, {}};
  if (select.wanted) {
    auto selected = chosen_algorithm(samples, asked, select, grouped_by);
    if (!selected) return exit_interrupted;
    chosen = std::move(*selected);
  }
  const Training& training = chosen.training;
  const std::string algorithm = resolved(training, Training::alternatives()).name;
  log_line(spdlog::level::info, fmt::format("training {} on {} samples", algorithm, samples.size()),
           {{"node", classify.name}, {"algorithm", algorithm}, {"samples", samples.size()}});
  std::vector<std::vector<double>> out_of_fold;
  const bool judge = options.judge || !options.out_of_fold.empty();
  const std::string bytes = fit_model(samples, training, classify.info, validation, grouped_by, chosen.chosen,
                                      judge ? &out_of_fold : nullptr);
  const Model model = read_model(bytes, std::filesystem::path{output}.filename().string());
  if (!options.out_of_fold.empty())
    write_scores(options.out_of_fold, classify.name, model.manifest.classes, samples, out_of_fold);
  write_model_file(file, bytes);

  say(output, model,
      fmt::format("{} of {} features, {} samples", model.manifest.algorithm, model.manifest.features.size(),
                  samples.size()));
  return ended(tapped);
}

const Command command{
    "train",
    "Makes the model of a graph's classifier from a folder of class folders.",
    "radflow train config/pneumonia.yaml --input ../shared/data/pneumoniamnist/train",
    [](CLI::App& app) {
      auto options = std::make_shared<Options>();
      app.add_option("graph", options->graph,
                     "The graph file; its node classify, or another that learns, says under train how.")
          ->required();
      app.add_option("--input", options->input,
                     "Folder with one folder per class, or a glob; else the graph's sources.")
          ->check(not_empty("a folder or glob"));
      app.add_option("--output", options->output,
                     "The model file, in a folder that exists; else the one that classify names.")
          ->check(not_empty("the model file"));
      app.add_option("--val", options->val,
                     "Folder with one folder per class, or a glob: images that judge, from which a threshold "
                     "is chosen.")
          ->check(not_empty("a folder or glob"));
      app.add_option(
             "--labels", options->labels,
             "A CSV file of the columns path or uid, label, and if there are patient and split (train, val).")
          ->check(not_empty("a file"));
      app.add_option("--group", options->group,
                     "What keeps images together when some are held out: PatientID (of DICOM, kept as a "
                     "running number), a header, a column of the labels, or folder, below the class folder.")
          ->check(not_empty("a name"));
      add_options(app, options->select);
      app.add_flag("--judge", options->judge,
                   "Fits 5 times more, each without a fifth of the images, so that the model says how good "
                   "it is where "
                   "neither --val nor a threshold needs that.");
      app.add_option(
             "--out-of-fold", options->out_of_fold,
             "Writes what these 5 say of the images that they did not see to this CSV file; does as --judge.")
          ->check(not_empty("a file"));
      app.add_option("--scores", options->scores,
                     "For a node combine, instead of --val: such files of its members, joined by path. May "
                     "be repeated.")
          ->allow_extra_args(false)
          ->check(not_empty("a file"));
      app.add_option("--node", options->node, "Which node, if the graph has several that learn.");
      app.add_option("--set", options->set,
                     "Changes a value first: nodes.classify.train.trees=200. May be repeated.")
          ->allow_extra_args(false);
      return [options] { return train(*options); };
    },
    Command::Signals::End,
    Command::Stderr::Log};

}  // namespace
}  // namespace radflow::cli
