// radflow train: makes the model of a graph's node `classify` from a folder of class folders.
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <system_error>

#include "cli/checks.hpp"
#include "cli/command.hpp"
#include "cli/labels.hpp"
#include "cli/log.hpp"
#include "cli/same_images.hpp"
#include "cli/select.hpp"
#include "cli/tap.hpp"
#include "connectors/stand_in.hpp"
#include "nodes/classify/fit.hpp"

namespace radflow::cli {
namespace {

struct Options {
  std::string graph, input, output, node, val, labels, group;
  std::vector<std::string> set;
  SelectOptions select;
};

namespace fs = std::filesystem;

// Beside the model, until it is whole.
fs::path part_of(const fs::path& model) { return model.string() + ".part"; }

// Before the first image is read, not after the last. Gives the file to write: what a link points to.
fs::path checked_output(const std::string& path, const Mark& place) {
  const auto wrong = [&](const std::string& message) {
    refuse(place, fmt::format("the model '{}' cannot be written: {}", path, message));
  };
  std::error_code error;
  fs::path file = path;
  if (fs::is_symlink(fs::symlink_status(file, error)))
    if (fs::path target = fs::weakly_canonical(file, error); !error) file = std::move(target);
  const fs::path folder = file.has_parent_path() ? file.parent_path() : ".";
  if (!fs::exists(folder, error))
    wrong(fmt::format("there is no folder '{}': make it first, or name another file with --output",
                      folder.string()));
  if (!fs::is_directory(folder, error)) wrong(fmt::format("'{}' is no folder", folder.string()));
  for (const fs::path& one : {file, part_of(file)})
    if (const fs::file_status status = fs::symlink_status(one, error);
        fs::exists(status) && !fs::is_regular_file(status))
      wrong(fmt::format("'{}' is {}; name a file with --output", one.string(),
                        fs::is_directory(status) ? "a folder" : "no regular file"));
  if (::access(folder.c_str(), W_OK | X_OK) != 0)
    wrong(fmt::format("the folder '{}': {}; name another file with --output", folder.string(),
                      std::strerror(errno)));
  return file;
}

// Whole or not at all: a model that is in use is never seen half written.
void write_file(const fs::path& path, const std::string& bytes) {
  const fs::path part = part_of(path);
  std::error_code error;
  std::ofstream file{part, std::ios::binary};
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file)
    error.assign(errno, std::generic_category());
  else
    fs::rename(part, path, error);
  if (!error) return;
  std::error_code ignored;
  fs::remove(part, ignored);
  throw std::runtime_error{
      fmt::format("the model '{}' cannot be written: {}", path.string(), error.message())};
}

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
TappedResults validated(const Options& options) {
  Overrides overrides{.set = options.set, .training = true};
  overrides.source = files_at(options.val);
  const Plan plan = load_plan(options.graph, overrides);
  return tap(plan, trainable_node(plan, options.node), TapAt::Input, "validation", count_input(options.val));
}

// The threshold, and what its samples were grouped by.
std::string said_of(const Manifest& manifest) {
  std::string text;
  if (const auto& threshold = manifest.threshold)
    text += fmt::format(
        "{} from a probability of {:.4f} on ({}; sensitivity {:.4f}, specificity {:.4f}), chosen from {}\n",
        threshold->positive, threshold->value, threshold->rule, threshold->sensitivity,
        threshold->specificity, threshold->from);
  if (const auto& judged = manifest.judged)
    for (const Estimate& one : judged->estimates)
      if (one.name == "auc" && one.value)
        text += fmt::format(
            "AUC {:.4f}{} of {}\n", *one.value,
            one.interval ? fmt::format(" ({:.3f} to {:.3f})", one.interval->low, one.interval->high) : "",
            judged->from);
  if (manifest.grouped_by == "image")
    text +=
        "grouped by image; optimistic where a patient has several images (--group NAME keeps them "
        "together)\n";
  return text;
}

int train(const Options& options) {
  Overrides overrides{.set = options.set, .training = true};
  if (!options.input.empty()) overrides.source = files_at(options.input);
  const Plan plan = load_plan(options.graph, overrides);
  require_ending_sources(plan);
  const std::size_t index = trainable_node(plan, options.node);
  const NodePlan& classify = plan.nodes[index];
  const Trainable learns = *trainable(classify);
  const std::string output = !options.output.empty() ? options.output
                             : learns.model.empty()  ? ""
                                                     : classify.info.path(learns.model);
  if (output.empty())
    refuse(classify.mark,
           fmt::format("names no model; say where it goes with --output or {}.model", classify.name));
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
    TappedResults images = validated(options);
    for (const auto& [reason, count] : images.failed) tapped.failed[reason] += count;
    if (labels) warn({apply_labels(*labels, {"val"}, images.messages)});
    validation.samples = labelled(std::move(images.messages), group == "folder" ? group : "", table);
  } else if (labels && labels->has("split")) {
    std::vector<Tapped> images;
    for (const Tapped& message : tapped.messages)
      if (const Labels::Row* row = labels->find(message); row && row->find("split")->second == "val")
        images.push_back(message);
    if (!images.empty()) apply_labels(*labels, {"val"}, images);
    validation.samples = labelled(std::move(images), "", table);
  }
  if (labels) warn({apply_labels(*labels, {"train"}, tapped.messages)});
  warn(describe_repeated(images_of(tapped.messages)));
  const std::vector<Sample> samples = labelled(std::move(tapped.messages), group, table);
  const std::string grouped_by = group.empty() ? "image" : group;
  ChosenAlgorithm chosen{*learns.training, {}};
  if (options.select.wanted) chosen = chosen_algorithm(samples, *learns.training, options.select, grouped_by);
  const Training& training = chosen.training;
  const std::string algorithm = resolved(training, Training::alternatives()).name;
  log_line(spdlog::level::info, fmt::format("training {} on {} samples", algorithm, samples.size()),
           {{"node", classify.name}, {"algorithm", algorithm}, {"samples", samples.size()}});
  const std::string bytes =
      fit_model(samples, training, classify.info, validation, grouped_by, chosen.chosen);
  const Model model = read_model(bytes, std::filesystem::path{output}.filename().string());
  write_file(file, bytes);

  const Manifest& manifest = model.manifest;
  std::string counts;
  for (std::size_t i = 0; i < manifest.classes.size(); ++i)
    counts += fmt::format("{}{} {}", i ? ", " : "", manifest.classes[i], manifest.samples[i]);
  std::cout << fmt::format("{}: {} of {} features, {} samples ({}), {}\n", output, manifest.algorithm,
                           manifest.features.size(), samples.size(), counts, model.digest)
            << said_of(manifest);
  if (tapped.failures() == 0) return exit_ok;
  print_failures(tapped);
  return exit_dead_letters;
}

const Command command{
    "train", "Makes the model of a graph's classifier from a folder of class folders.",
    "radflow train config/pneumonia.yaml --input ../shared/data/pneumoniamnist/train", [](CLI::App& app) {
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
                     "digest), a header, "
                     "a column of the labels, or folder, "
                     "below the class folder.")
          ->check(not_empty("a name"));
      add_options(app, options->select);
      app.add_option("--node", options->node, "Which node, if the graph has several that learn.");
      app.add_option("--set", options->set,
                     "Changes a value first: nodes.classify.train.trees=200. May be repeated.")
          ->allow_extra_args(false);
      return [options] { return train(*options); };
    }};

}  // namespace
}  // namespace radflow::cli
