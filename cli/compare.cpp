// radflow compare: whether two models differ that judged the same images, by results that were kept.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "cli/checks.hpp"
#include "cli/command.hpp"
#include "cli/evaluated_results.hpp"
#include "nodes/classify/comparison.hpp"

namespace radflow::cli {
namespace {

struct Options {
  std::string first, second, labels, split = "test", group, positive;
  bool json = false;
};

bool all_differ(const std::vector<std::string>& names) {
  return std::set(names.begin(), names.end()).size() == names.size();
}

struct Paired {
  std::size_t alone = 0;  // how many cases are only in one of them
  std::string by = "key";
};

// The cases of both that are of one frame, in one order: by their keys, and where several records of a file have one key, as
// those of a patient may, by their positions.
Paired pair_up(EvaluatedResults& first, EvaluatedResults& second) {
  Paired paired;
  if (!all_differ(first.names) || !all_differ(second.names)) {
    paired.by = "position";
    first.names = first.places;
    second.names = second.places;
    if (!all_differ(first.names) || !all_differ(second.names))
      throw std::runtime_error{"two results have one key and one offset: compare those of each topic apart"};
  }
  std::map<std::string, std::size_t> known;
  for (std::size_t i = 0; i < second.names.size(); ++i) known[second.names[i]] = i;
  std::vector<Case> ones, others;
  for (std::size_t i = 0; i < first.names.size(); ++i) {
    const auto at = known.find(first.names[i]);
    if (at == known.end()) continue;
    ones.push_back(first.cases[i]);
    others.push_back(second.cases[at->second]);
  }
  paired.alone = first.cases.size() + second.cases.size() - 2 * ones.size();
  first.cases = std::move(ones);
  second.cases = std::move(others);
  return paired;
}

int run(const Options& options) {
  std::optional<Labels> labels;
  if (!options.labels.empty()) labels.emplace(options.labels);
  const Judging judging{labels ? &*labels : nullptr, options.split, options.group, ""};
  EvaluatedResults first = read_results_file(options.first, judging);
  EvaluatedResults second = read_results_file(options.second, judging);
  if (first.classes != second.classes)
    throw std::runtime_error{"the results are of models with other classes"};
  std::size_t positive = 1;
  if (!options.positive.empty()) {
    const auto at = std::ranges::find(first.classes, options.positive);
    if (at == first.classes.end())
      refuse({"--positive", 0, 0}, fmt::format("'{}' is none of the classes: {}", options.positive,
                                               fmt::join(first.classes, ", ")));
    positive = static_cast<std::size_t>(at - first.classes.begin());
  }
  const Paired paired = pair_up(first, second);
  const std::size_t alone = paired.alone;
  if (first.cases.empty())
    throw std::runtime_error{
        paired.by == "key" ? "no image is in both results: they are compared by their keys"
                           : "no image is in both results: several have one key, so that they are compared "
                             "by topic, partition and offset"};
  const std::vector<Difference> differences = compare(first.classes, first.cases, second.cases, positive);
  if (options.json) {
    nlohmann::ordered_json json{{"first", first.model_digest}, {"second", second.model_digest},
                                {"cases", first.cases.size()}, {"only_in_one", alone},
                                {"paired_by", paired.by},      {"grouped_by", first.grouped_by}};
    for (const Difference& one : differences)
      json["differences"].push_back(
          {{"measure", one.measure},
           {"first", one.first},
           {"second", one.second},
           {"difference", one.first - one.second},
           {"interval_95",
            one.interval ? nlohmann::ordered_json{one.interval->low, one.interval->high} : nullptr},
           {"interval_95_absent",
            one.without.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(one.without)},
           {"p", one.p ? nlohmann::ordered_json(*one.p) : nullptr},
           {"by", one.by}});
    std::cout << json.dump(2) << '\n';
    return exit_ok;
  }
  std::cout << fmt::format("first   {} ({})\nsecond  {} ({})\n{} images in both{}{}, grouped by {}\n\n",
                           first.model, first.model_digest, second.model, second.model_digest,
                           first.cases.size(), alone > 0 ? fmt::format(", {} in one only", alone) : "",
                           paired.by == "key" ? "" : ", told apart by position as several have one key",
                           first.grouped_by);
  for (const Difference& one : differences)
    std::cout << fmt::format("{:<24}  {:.4f} - {:.4f} = {:+.4f}{}{}  {}\n", one.measure, one.first,
                             one.second, one.first - one.second,
                             one.interval
                                 ? fmt::format(" ({:+.4f} to {:+.4f})", one.interval->low, one.interval->high)
                                 : in_brackets(one.without),
                             one.p ? fmt::format("  p = {:.3g}", *one.p) : "", one.by);
  return exit_ok;
}

const Command command{
    "compare", "Says whether two models differ that judged the same images, from results that were kept.",
    "radflow compare forest.ndjson svm.ndjson --labels patients.csv", [](CLI::App& app) {
      auto options = std::make_shared<Options>();
      app.add_option("first", options->first, "Results of one model: one JSON a line.")->required();
      app.add_option("second", options->second, "Results of the other one.")->required();
      app.add_option("--labels", options->labels,
                     "A CSV file as of `evaluate`; with a column patient the intervals are by groups.")
          ->check(not_empty("a file"));
      app.add_option("--split", options->split, "Which split of the labels counts.")->capture_default_str();
      app.add_option("--group", options->group, "Whose images belong together, as of `evaluate`.")
          ->check(not_empty("a name"));
      app.add_option("--positive", options->positive, "Of two classes the one whose AUC is compared.")
          ->check(not_empty("a class"));
      app.add_flag("--json", options->json, "As JSON.");
      return [options] { return run(*options); };
    }};

}  // namespace
}  // namespace radflow::cli
