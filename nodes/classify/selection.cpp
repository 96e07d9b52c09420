#include "nodes/classify/selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <future>
#include <numeric>
#include <set>
#include <stdexcept>

#include "graph/param_reading.hpp"
#include "nodes/classify/evaluation.hpp"
#include "nodes/classify/fitted.hpp"
#include "nodes/classify/folds.hpp"

namespace radflow {
namespace {

Training read_training(const std::string& yaml) {
  std::vector<Diagnostic> diagnostics;
  std::string wrong;
  Reading reading{"classify", [&](const Mark&, const std::string& message) { wrong += message; }};
  Training training;
  read_selection(Training::alternatives(), training, read_yaml(yaml, "--select", diagnostics), reading);
  if (!wrong.empty()) throw std::runtime_error{wrong};
  return training;
}

// Mean of the classes' areas on the samples of one fold, by an algorithm fitted on the others.
double auc_of_fold(const TrainingSet& set, const std::vector<std::string>& names, const Ranked& candidate,
                   const std::vector<int>& fold_of, int fold) {
  const Algorithm& algorithm = *Algorithms::instance().find(candidate.training.name);
  const Fitted fitted = fit_uncalibrated(part_of(set, [&](std::size_t i) { return fold_of[i] != fold; }),
                                         names, algorithm, candidate.training.params.get());
  const auto classes = static_cast<std::size_t>(set.classes);
  std::vector<std::vector<double>> positives(classes), negatives(classes);
  std::vector<double> scores(classes);
  for (int i = 0; i < set.samples.rows; ++i) {
    if (fold_of[static_cast<std::size_t>(i)] != fold) continue;
    fitted.probabilities({set.samples.ptr<float>(i), names.size()}, scores);
    for (std::size_t c = 0; c < classes; ++c)
      (set.labels[static_cast<std::size_t>(i)] == static_cast<int>(c) ? positives : negatives)[c].push_back(
          scores[c]);
  }
  double sum = 0;
  for (std::size_t c = 0; c < classes; ++c) {
    const auto area = auc(positives[c], negatives[c]);
    if (!area) throw std::runtime_error{"a fold has no sample of a class: its samples are in too few groups"};
    sum += area->value;
  }
  return sum / static_cast<double>(classes);
}

}  // namespace

std::vector<Ranked> default_candidates(const Training& graph) {
  const Selection given = resolved(graph, Training::alternatives());
  std::string shared, weight;
  bool standardised = false;
  for (const Leaf& leaf : leaves(Training::alternatives().find(given.name)->fields, given.params.get())) {
    if (leaf.text.empty()) continue;
    const std::string entry = fmt::format(", {}: {}", leaf.path, quoted_if_needed(leaf.text));
    if (leaf.path.find('.') != std::string::npos) shared += entry;
    if (leaf.path == "class_weight" && leaf.text != leaf.spec.default_text) weight = entry;
    standardised |= leaf.path.starts_with("standardize.");
  }
  const std::string scaled = standardised ? "" : ", standardize: {}";
  std::vector<Ranked> candidates;
  const auto add = [&](const std::string& name, const std::string& own, bool needs_scale) {
    const Alternative* one = Training::alternatives().find(name);
    if (!one) return;
    std::string yaml = fmt::format("{{algorithm: {}{}{}", name, own, needs_scale ? scaled : "");
    if (find_field(one->fields, "class_weight")) yaml += weight;
    yaml += shared + "}";
    Training training = read_training(yaml);
    candidates.push_back({name + own, std::move(yaml), std::move(training), {}, 0, 0, 0});
  };
  for (const char* c : {"0.01", "0.1", "1"}) add("logistic", fmt::format(", C: {}", c), true);
  for (const char* c : {"0.01", "0.1"}) add("svm", fmt::format(", kernel: linear, C: {}", c), true);
  for (const char* k : {"25", "5"}) add("knn", fmt::format(", neighbours: {}", k), true);
  for (const char* c : {"1", "4", "16"}) add("svm", fmt::format(", C: {}", c), true);
  add("random_forest", ", trees: 300", false);
  add("xgboost", ", depth: 3", false);
  add("mlp", "", true);
  return candidates;
}

std::size_t simplest_of_the_best(const std::vector<Ranked>& ranking) {
  const auto best = std::ranges::max_element(ranking, {}, &Ranked::mean);
  return static_cast<std::size_t>(
      std::ranges::find_if(ranking, [&](const Ranked& one) { return one.mean >= best->mean - best->error; }) -
      ranking.begin());
}

SelectedAlgorithm select_algorithm(const std::vector<Sample>& samples, std::vector<Ranked> candidates,
                                   std::chrono::duration<double> budget,
                                   const std::function<void(std::size_t)>& done) {
  std::set<std::string> labels;
  for (const Sample& sample : samples) labels.insert(sample.label);
  if (labels.size() < 2) throw std::runtime_error{"selection needs samples of two classes or more"};
  const Features& first = samples.front().features;
  bool takes_missing = true;
  for (const Ranked& one : candidates)
    takes_missing &= Algorithms::instance()
                         .find(one.training.name)
                         ->shared(one.training.params.get())
                         .steps.takes_missing();
  const TrainingSet set = training_set(samples, {labels.begin(), labels.end()}, first, takes_missing);
  const std::vector<int> fold_of = stratified_folds(set, 5, 1);
  const int folds = *std::ranges::max_element(fold_of) + 1;

  SelectedAlgorithm selected{{}, candidates.size(), 0};
  const auto start = std::chrono::steady_clock::now();
  const auto elapsed = [&](auto since) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
  };
  for (Ranked& candidate : candidates) {
    if (!selected.ranking.empty() && elapsed(start) > budget.count()) break;
    const auto begun = std::chrono::steady_clock::now();
    std::vector<std::future<double>> running;
    for (int fold = 0; fold < folds; ++fold)
      running.push_back(std::async(std::launch::async, auc_of_fold, std::cref(set), std::cref(*first.names),
                                   std::cref(candidate), std::cref(fold_of), fold));
    for (auto& one : running) candidate.auc.push_back(one.get());
    candidate.seconds = elapsed(begun);
    candidate.mean = std::accumulate(candidate.auc.begin(), candidate.auc.end(), 0.0) / folds;
    double square = 0;
    for (const double value : candidate.auc) square += (value - candidate.mean) * (value - candidate.mean);
    candidate.error = std::sqrt(square / (folds - 1) / folds);
    selected.ranking.push_back(std::move(candidate));
    done(selected.ranking.size());
  }
  selected.chosen = simplest_of_the_best(selected.ranking);
  return selected;
}

}  // namespace radflow
