#include "nodes/classify/selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <mutex>
#include <numeric>
#include <opencv2/core.hpp>
#include <set>
#include <stdexcept>

#include "nodes/classify/fit.hpp"
#include "nodes/classify/folds.hpp"
#include "nodes/classify/in_parallel.hpp"

namespace radflow {
namespace {

struct Problem {
  std::vector<std::string> classes, names;
  TrainingSet set;
};

Problem problem_of(const std::vector<Sample>& samples, const std::vector<Candidate>& candidates) {
  std::set<std::string> labels;
  for (const Sample& sample : samples) labels.insert(sample.label);
  if (labels.size() < 2) throw std::runtime_error{"selection needs samples of two classes or more"};
  if (candidates.empty()) throw std::runtime_error{"there is no candidate to select among"};
  bool takes_missing = true;
  for (const Candidate& one : candidates)
    takes_missing &= Algorithms::instance()
                         .find(one.training.name)
                         ->shared(one.training.params.get())
                         .steps.takes_missing();
  const std::vector<std::string> classes{labels.begin(), labels.end()};
  const Features& first = samples.front().features;
  return {classes, *first.names, training_set(samples, classes, first, takes_missing)};
}

std::vector<std::size_t> shuffled(std::size_t count, unsigned seed) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  cv::RNG random{seed};
  for (std::size_t i = count; i > 1; --i)
    std::swap(order[i - 1], order[static_cast<std::size_t>(random.uniform(0, static_cast<int>(i)))]);
  return order;
}

SelectedAlgorithm selected(const TrainingSet& set, const std::vector<std::string>& names,
                           const std::vector<Candidate>& candidates, const SelectionParams& params,
                           const FoldDone& done) {
  const std::vector<int> fold_of = stratified_folds(set, params.folds, params.seed);
  const auto folds = static_cast<std::size_t>(*std::ranges::max_element(fold_of)) + 1;
  std::vector<std::unique_ptr<FoldScores>> of_fold(folds);
  for (std::size_t fold = 0; fold < folds; ++fold)
    of_fold[fold] = std::make_unique<FoldScores>(set, names, fold_of, static_cast<int>(fold));
  std::vector<Ranked> tried(candidates.size());
  std::mutex one_at_a_time;
  const auto now = [] { return std::chrono::steady_clock::now(); };
  const auto start = now();
  for (const std::size_t at : shuffled(candidates.size(), params.seed)) {
    const auto begun = now();
    const bool first = std::ranges::all_of(tried, [](const Ranked& one) { return one.scores.empty(); });
    if (!first && std::chrono::duration<double>(begun - start).count() > params.budget) break;
    Ranked& one = tried[at];
    one.candidate = candidates[at];
    one.scores.resize(folds);
    in_parallel(folds, [&](std::size_t fold) {
      one.scores[fold] = (*of_fold[fold])(candidates[at], params.metric);
      const std::scoped_lock lock{one_at_a_time};
      done();
    });
    one.seconds = std::chrono::duration<double>(now() - begun).count();
    const auto n = static_cast<double>(folds);
    one.mean = std::accumulate(one.scores.begin(), one.scores.end(), 0.0) / n;
    double square = 0;
    for (const double value : one.scores) square += (value - one.mean) * (value - one.mean);
    one.error = std::sqrt(square / (n - 1) / n);
  }
  SelectedAlgorithm result{{}, candidates.size(), 0};
  for (Ranked& one : tried)
    if (!one.scores.empty()) result.ranking.push_back(std::move(one));
  result.chosen = simplest_of_the_best(result.ranking);
  return result;
}

}  // namespace

std::size_t simplest_of_the_best(const std::vector<Ranked>& ranking) {
  const auto best = std::ranges::max_element(ranking, {}, &Ranked::mean);
  return static_cast<std::size_t>(
      std::ranges::find_if(ranking, [&](const Ranked& one) { return one.mean >= best->mean - best->error; }) -
      ranking.begin());
}

SelectedAlgorithm select_algorithm(const std::vector<Sample>& samples,
                                   const std::vector<Candidate>& candidates, const SelectionParams& params,
                                   const FoldDone& done) {
  const Problem problem = problem_of(samples, candidates);
  return selected(problem.set, problem.names, candidates, params, done);
}

Judged judge_selection(const std::vector<Sample>& samples, const std::vector<Candidate>& candidates,
                       const SelectionParams& params, const std::string& grouped_by, const FoldDone& done) {
  const Problem problem = problem_of(samples, candidates);
  const std::vector<int> fold_of = stratified_folds(problem.set, outer_folds, params.seed);
  const int folds = *std::ranges::max_element(fold_of) + 1;
  SelectionParams inner = params;
  inner.folds = inner_folds;
  inner.budget = std::numeric_limits<double>::infinity();  // or each fold would choose among others
  std::vector<Case> cases(samples.size());
  for (int fold = 0; fold < folds; ++fold) {
    const TrainingSet others = part_of(problem.set, [&](std::size_t i) { return fold_of[i] != fold; });
    const SelectedAlgorithm by = selected(others, problem.names, candidates, inner, done);
    const Training& chosen = by.ranking[by.chosen].candidate.training;
    const FoldModel model = fit_fold(others, problem.names, problem.classes, chosen);
    for (std::size_t i = 0; i < samples.size(); ++i)
      if (fold_of[i] == fold) {
        const auto row = static_cast<int>(i);
        std::vector<double> probabilities(problem.classes.size());
        model.fit.classifier->probabilities({problem.set.samples.ptr<float>(row), problem.names.size()},
                                            probabilities);
        cases[i] = {samples[i].label, problem.classes[model.label_of(probabilities)], probabilities,
                    grouped_by == "image" ? "" : std::to_string(problem.set.groups[i])};
      }
  }
  const Evaluation evaluation = evaluate(problem.classes, cases);
  return {fmt::format("{} training images by nested folds, grouped by {}: each of {} folds by what {} folds "
                      "of the others chose among {} candidates",
                      samples.size(), grouped_by, folds, inner_folds, candidates.size()),
          evaluation.cases, evaluation.intervals, evaluation.estimates};
}

}  // namespace radflow
