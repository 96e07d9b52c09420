// radflow importance: which features a model's answers stand on.
#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/checks.hpp"
#include "cli/command.hpp"
#include "cli/importances.hpp"
#include "cli/labels.hpp"
#include "cli/same_images.hpp"
#include "cli/tap.hpp"
#include "cli/train_combine.hpp"
#include "connectors/stand_in.hpp"

namespace radflow::cli {
namespace {

struct Options {
  std::string graph, input, labels, split = "test", node;
  std::vector<std::string> set;
  std::int64_t repeats = 5, seed = 1, most = 20;
  bool features = false, json = false;
};

std::vector<Importance> found(const Options& options, std::string& title) {
  Overrides overrides{.set = options.set};
  if (!options.input.empty()) overrides.source = files_at(options.input);
  const Plan plan = load_plan(options.graph, overrides);
  require_ending_sources(plan);
  const std::size_t index = trainable_node(plan, options.node);
  const Model model = load_model(model_files(plan, index).front());
  TappedResults tapped = tap(plan, index, TapAt::Input, "importance", count_input(options.input));
  if (!options.labels.empty()) {
    const Labels labels{options.labels};
    warn(label_all(labels, options.split, tapped.messages));
    if (model.regressor) require_numbers(labels, tapped.messages);
  }
  print_failures(tapped);

  title = fmt::format("{}, {} images: by how much the {} falls", model.name, tapped.messages.size(),
                      what_falls(model));
  return importances(model, tapped.messages,
                     {options.features ? Permuted::Features : Permuted::Blocks,
                      static_cast<int>(options.repeats), static_cast<std::uint64_t>(options.seed)});
}

int run(const Options& options) {
  std::string title;
  const std::vector<Importance> all = found(options, title);
  if (options.json)
    std::cout << importance_json(all).dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace)
              << '\n';
  else
    std::cout << title << '\n' << importance_lines(all, static_cast<std::size_t>(options.most));
  return exit_ok;
}

const Command command{
    "importance",
    "Says which features a model's answers stand on: how much worse it is without them.",
    "radflow importance config/pneumonia.yaml --input ../shared/data/pneumoniamnist/val",
    [](CLI::App& app) {
      auto options = std::make_shared<Options>();
      app.add_option("graph", options->graph, "The graph file.")->required();
      app.add_option("--input", options->input,
                     "Folder with one folder per class, or a glob; else the graph's sources.")
          ->check(not_empty("a folder or glob"));
      app.add_option("--labels", options->labels, "A CSV file as of `evaluate`.")->check(not_empty("a file"));
      app.add_option("--split", options->split, "Which split of the labels counts.")->capture_default_str();
      app.add_flag("--features", options->features,
                   "Each feature apart; without it the features of a node are exchanged together.");
      app.add_option("--repeats", options->repeats, "How often each is exchanged.")
          ->check(one_or_more())
          ->capture_default_str();
      app.add_option("--seed", options->seed, "Of the exchanges.")->capture_default_str();
      app.add_option("--most", options->most, "How many are shown.")
          ->check(one_or_more())
          ->capture_default_str();
      app.add_option("--node", options->node, "Which node, if the graph has several that learn.");
      app.add_option("--set", options->set, "Changes a value first. May be repeated.")
          ->allow_extra_args(false);
      app.add_flag("--json", options->json, "All of them, as JSON.");
      return [options] { return run(*options); };
    },
    Command::Signals::End,
    Command::Stderr::Log};

}  // namespace
}  // namespace radflow::cli
