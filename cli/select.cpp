#include "cli/select.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/interruption.hpp"
#include "cli/log.hpp"
#include "cli/tap.hpp"
#include "cli/terminal.hpp"
#include "graph/param_value.hpp"
#include "nodes/classify/number_measures.hpp"
#include "nodes/classify/regression_selection.hpp"

namespace radflow::cli {
namespace {

// "10m", or a number of seconds. Gives what is wrong, or "".
std::string read_budget(const std::string& text, double& seconds) {
  const bool number = text.find_first_not_of("0123456789.") == std::string::npos;
  Duration duration{};
  const Value value{.kind = Value::Kind::Scalar, .text = number ? text + "s" : text};
  std::string wrong = parse_value(value, at_least(0), duration);
  seconds = static_cast<double>(duration.ms) / 1000;
  return wrong;
}

Metric metric_of(const std::string& name) {
  for (const auto& choice : choices_of(Metric{}))
    if (choice.name == name) return choice.value;
  return Metric::Auc;
}

void print(const SelectedAlgorithm& selected, const SelectOptions& options, bool errors) {
  if (selected.ranking.empty()) return;
  std::cout << options.metric << " (spread over folds)  seconds  algorithm\n";
  const std::string gap(options.metric.size() > 3 ? options.metric.size() - 3 : 0, ' ');
  for (std::size_t i = 0; i < selected.ranking.size(); ++i) {
    const Ranked& one = selected.ranking[i];
    std::cout << fmt::format(
        "{} {:.4f} ({:.4f})      {}{:>7.1f}  {}\n", i == selected.chosen && !selected.stopped ? ">" : " ",
        errors ? -one.mean : one.mean, one.error * std::sqrt(static_cast<double>(one.scores.size())), gap,
        one.seconds, one.candidate.title);
  }
  if (selected.none_in_budget && !selected.stopped)
    std::cout << fmt::format(
        "none of {} candidates was through within --budget {}, so that only the simplest was tried to its "
        "end\n",
        selected.candidates, options.budget);
  else if (selected.ranking.size() < selected.candidates && !selected.stopped)
    std::cout << fmt::format(
        "cut off by --budget {} after {} of {} candidates, in the order of --seed {}: others may be better\n",
        options.budget, selected.ranking.size(), selected.candidates, options.seed);
}

// A bar over the folds of all candidates, whose end is known when the folds are.
class FoldsBar {
 public:
  FoldsBar(std::string title, std::size_t candidates) : title_{std::move(title)}, candidates_{candidates} {}
  void begin(std::size_t folds) {
    bar_.emplace(title_, candidates_ * folds);
    bar_->update(0);
  }
  void done() { bar_->update(++done_); }
  void hide() {
    if (bar_) bar_->hide();
  }

 private:
  std::string title_;
  std::size_t candidates_;
  std::optional<ProgressBar> bar_;
  std::uint64_t done_ = 0;
};

using Begun = std::function<void(std::size_t folds)>;

// Runs the comparison with a bar, prints the ranking and what was chosen. False where a signal asked for the end.
bool compare(SelectedAlgorithm& selected, std::size_t candidates, std::size_t samples,
             const SelectOptions& options, bool errors,
             const std::function<SelectedAlgorithm(const Begun&, const FoldDone&)>& run) {
  {
    FoldsBar bar{"select", candidates};
    selected = run(
        [&](std::size_t folds) {
          log_line(
              spdlog::level::info,
              fmt::format("comparing {} candidates by {} folds of {} samples", candidates, folds, samples),
              {{"candidates", candidates}, {"folds", folds}, {"samples", samples}});
          bar.begin(folds);
        },
        [&] { bar.done(); });
  }
  print(selected, options, errors);
  if (selected.stopped) {
    std::cout << fmt::format(
        "interrupted after {} of {} candidates: nothing was chosen, and no model is written\n",
        selected.ranking.size(), selected.candidates);
    return false;
  }
  std::cout << "chosen, as the simplest within one standard error of the best:\n  train: "
            << selected.ranking[selected.chosen].candidate.yaml << "\n";
  return true;
}

// For the manifest.
std::string how(const SelectedAlgorithm& selected, const SelectOptions& options) {
  return fmt::format(
      "{} of {} folds, seed {}: the simplest within one standard error of the best of {} candidates{}",
      options.metric, selected.ranking[selected.chosen].scores.size(), options.seed, selected.ranking.size(),
      selected.ranking.size() < selected.candidates
          ? fmt::format(" ({} were cut off by the budget)", selected.candidates - selected.ranking.size())
          : "");
}

// Says how the choice came about, and with --nested how good it is. False where a signal asked for the end.
bool judged(
    Chosen& chosen, SelectedAlgorithm selected, const SelectOptions& options,
    const std::function<Judged(const std::vector<Candidate>& tried, const Begun&, const FoldDone&)>& judge) {
  chosen.by = how(selected, options);
  if (!options.nested) {
    std::cout << "its score above is optimistic, as it was chosen by it: --nested or --val judges honestly\n";
    return true;
  }
  std::vector<Candidate> tried;
  for (Ranked& one : selected.ranking) tried.push_back(std::move(one.candidate));
  FoldsBar bar{"nested", tried.size()};
  try {
    chosen.judged = judge(
        tried, [&](std::size_t folds) { bar.begin(folds); }, [&] { bar.done(); });
  } catch (const CutOff&) {
    bar.hide();
    std::cout << "interrupted before the choice was judged: no model is written\n";
    return false;
  }
  return true;
}

std::vector<std::string> class_metrics() {
  std::vector<std::string> names;
  for (const auto& choice : choices_of(Metric{})) names.push_back(choice.name);
  return names;
}

}  // namespace

void add_options(CLI::App& app, SelectOptions& options) {
  std::vector<std::string> metrics = class_metrics();
  metrics.insert(metrics.end(), number_measures().begin(), number_measures().end());
  auto* select = app.add_flag(
      "--select", options.wanted,
      "Compares algorithms by five folds of the training images and takes the simplest of the "
      "best: those of classify.train.search, or a default list; steps, threshold and class_weight "
      "are the graph's.");
  app.add_option("--metric", options.metric,
                 "With --select: what they are compared by; absent: auc, and mae of numbers.")
      ->check(CLI::IsMember(metrics))
      ->needs(select);
  app.add_option(
         "--budget", options.budget,
         "With --select: the time after which no candidate is begun, and the one that is tried is cut "
         "off; if none is through, the simplest is finished.")
      ->capture_default_str()
      ->check(
          [](const std::string& text) {
            double ignored = 0;
            return read_budget(text, ignored);
          },
          "10m")
      ->needs(select);
  app.add_option("--seed", options.seed, "With --select: of the folds, and of the order of the candidates.")
      ->capture_default_str()
      ->needs(select);
  app.add_flag("--nested", options.nested,
               "With --select: says how good choosing is by 5 folds, in each of which 3 choose; some four "
               "times as long. The model's metrics are these.")
      ->needs(select);
}

SelectOptions checked(SelectOptions options, Predicted predicted, const Mark& place) {
  const std::vector<std::string> known =
      predicted == Predicted::Classes ? class_metrics() : number_measures();
  if (options.metric.empty()) options.metric = known.front();
  if (std::ranges::find(known, options.metric) == known.end())
    refuse(place, fmt::format("is compared by {}, not by {}", fmt::join(known, ", "), options.metric));
  return options;
}

std::optional<ChosenAlgorithm> chosen_algorithm(const std::vector<Sample>& samples, const Training& graph,
                                                const SelectOptions& options, const std::string& grouped_by) {
  const Interruption interruption;
  SelectionParams params{
      .metric = metric_of(options.metric), .seed = options.seed, .stop = [] { return Interruption::came(); }};
  read_budget(options.budget, params.budget);
  const std::vector<Candidate> candidates = candidates_for(graph);
  if (options.nested) require_nested_folds(samples, candidates, options.seed);
  SelectedAlgorithm selected;
  if (!compare(selected, candidates.size(), samples.size(), options, false,
               [&](const Begun& begun, const FoldDone& done) {
                 params.begun = begun;
                 return select_algorithm(samples, candidates, params, done);
               }))
    return std::nullopt;
  ChosenAlgorithm result{Training{selected.ranking[selected.chosen].candidate.training}, {}};
  const auto judge = [&](const std::vector<Candidate>& tried, const Begun& begun, const FoldDone& done) {
    params.begun = begun;
    return judge_selection(samples, tried, params, grouped_by, done);
  };
  if (!judged(result.chosen, std::move(selected), options, judge)) return std::nullopt;
  return result;
}

std::optional<ChosenRegressor> chosen_regressor(const std::vector<Sample>& samples,
                                                const RegressorTraining& graph, const SelectOptions& options,
                                                const std::string& grouped_by) {
  const Interruption interruption;
  SearchLimits limits{.seed = options.seed, .stop = [] { return Interruption::came(); }};
  read_budget(options.budget, limits.budget);
  const std::vector<Candidate> candidates = candidates_for(graph);
  SelectedAlgorithm selected;
  if (!compare(selected, candidates.size(), samples.size(), options, is_error(options.metric),
               [&](const Begun& begun, const FoldDone& done) {
                 limits.begun = begun;
                 return select_regressor(samples, candidates, options.metric, limits, done);
               }))
    return std::nullopt;
  ChosenRegressor result{RegressorTraining{selected.ranking[selected.chosen].candidate.training}, {}};
  const auto judge = [&](const std::vector<Candidate>& tried, const Begun& begun, const FoldDone& done) {
    limits.begun = begun;
    return judge_regressor_selection(samples, tried, options.metric, limits, grouped_by, done);
  };
  if (!judged(result.chosen, std::move(selected), options, judge)) return std::nullopt;
  return result;
}

}  // namespace radflow::cli
