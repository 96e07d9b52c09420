// radflow importance: which features a model's answers stand on.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/checks.hpp"
#include "cli/command.hpp"
#include "cli/labels.hpp"
#include "cli/tap.hpp"
#include "connectors/stand_in.hpp"
#include "nodes/classify/fit.hpp"
#include "nodes/classify/importance.hpp"

namespace radflow::cli {
namespace {

struct Options {
  std::string graph, input, labels, split = "test", node;
  std::vector<std::string> set;
  std::int64_t repeats = 5, seed = 1, most = 20;
  bool features = false, json = false;
};

std::vector<Importance> importances(const Options& options, std::string& title) {
  Overrides overrides{.set = options.set};
  if (!options.input.empty()) overrides.source = files_at(options.input);
  const Plan plan = load_plan(options.graph, overrides);
  require_ending_sources(plan);
  const std::size_t index = trainable_node(plan, options.node);
  const NodePlan& node = plan.nodes[index];
  const Model model = load_model(node.info.path(trainable(node)->model));
  TappedResults tapped = tap(plan, index, TapAt::Input, "importance", count_input(options.input));
  if (!options.labels.empty()) apply_labels(Labels{options.labels}, {options.split}, tapped.messages);
  print_failures(tapped);

  std::vector<std::vector<float>> rows;
  std::vector<std::size_t> expected;
  for (const Tapped& message : tapped.messages) {
    const auto& features = message.payload.as<Features>();
    if (const std::string what = name_difference(model.manifest, *features.names); !what.empty())
      throw std::runtime_error{what};
    const auto at = std::ranges::find(model.manifest.classes, message.label.value_or(""));
    if (at == model.manifest.classes.end())
      throw std::runtime_error{fmt::format("{} has the label '{}', which is no class of the model",
                                           message.key, message.label.value_or(""))};
    std::vector<float> row(features.values.begin(), features.values.end());
    // As `classify` does, whose messages would fail.
    if (!std::ranges::all_of(row, [&](float value) {
          return std::isfinite(value) || (std::isnan(value) && model.takes_missing);
        }))
      throw std::runtime_error{fmt::format("{} has a feature that is no finite number", message.key)};
    rows.push_back(std::move(row));
    expected.push_back(static_cast<std::size_t>(at - model.manifest.classes.begin()));
  }
  title = fmt::format("{}, {} images", model.name, rows.size());
  return importance_of(model, rows, expected, options.features ? Permuted::Features : Permuted::Blocks,
                       static_cast<int>(options.repeats), static_cast<std::uint64_t>(options.seed));
}

int run(const Options& options) {
  std::string title;
  const std::vector<Importance> all = importances(options, title);
  if (options.json) {
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (const Importance& one : all)
      json.push_back({{"name", one.name}, {"mean", one.mean}, {"deviation", one.deviation}});
    std::cout << json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
    return exit_ok;
  }
  std::size_t width = 0;
  for (const Importance& one : all) width = std::max(width, one.name.size());
  std::cout << title << ": by how much the AUC falls\n";
  const double largest = std::max(1e-12, all.front().mean);
  for (std::size_t i = 0; i < std::min(all.size(), static_cast<std::size_t>(options.most)); ++i) {
    std::string bar;
    for (long n = std::lround(30 * all[i].mean / largest); n > 0; --n) bar += "█";
    std::cout << fmt::format("  {:<{}}  {:>7.4f} ± {:.4f}  {}\n", all[i].name, width, all[i].mean,
                             all[i].deviation, bar);
  }
  if (all.size() > static_cast<std::size_t>(options.most))
    std::cout << fmt::format("  and {} more\n", all.size() - static_cast<std::size_t>(options.most));
  return exit_ok;
}

const Command command{
    "importance", "Says which features a model's answers stand on: how much worse it is without them.",
    "radflow importance config/pneumonia.yaml --input ../shared/data/pneumoniamnist/val", [](CLI::App& app) {
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
    }};

}  // namespace
}  // namespace radflow::cli
