#include "nodes/classify/regression_selection.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "nodes/classify/folds.hpp"
#include "nodes/classify/number_measures.hpp"
#include "nodes/classify/regression_fit.hpp"
#include "nodes/classify/regression_set.hpp"

namespace radflow {
namespace {

constexpr int wanted_folds = 5;

struct Held {
  double absolute = 0, square = 0, n = 0;
};

Held judged(const FittedRegressor& fitted, const RegressionSet& set, const std::vector<int>& fold_of,
            int fold) {
  Held held;
  for (std::size_t i = 0; i < fold_of.size(); ++i) {
    if (fold_of[i] != fold) continue;
    end_if_cut_off();
    const double error = fitted(row(set, i)) - set.targets[i];
    held.absolute += std::abs(error);
    held.square += error * error;
    ++held.n;
  }
  return held;
}

// The mean squared distance of a fold's true numbers from their mean.
double variance_of(const RegressionSet& set, const std::vector<int>& fold_of, int fold) {
  double n = 0, mean = 0, square = 0;
  for (std::size_t i = 0; i < fold_of.size(); ++i)
    if (fold_of[i] == fold) mean += set.targets[i], ++n;
  mean /= n;
  for (std::size_t i = 0; i < fold_of.size(); ++i)
    if (fold_of[i] == fold) square += (set.targets[i] - mean) * (set.targets[i] - mean);
  return square / n;
}

const RegressorAlgorithm& algorithm_of(const Candidate& one) {
  return *Regressors::instance().find(one.training.name);
}

struct Problem {
  Features first;
  RegressionSet set;
};

Problem problem_of(std::vector<Sample> samples, const std::vector<Candidate>& candidates) {
  if (candidates.empty()) throw std::runtime_error{"there is no candidate to select among"};
  if (samples.empty()) throw std::runtime_error{"selection needs samples"};
  const bool takes_missing = std::ranges::all_of(candidates, [&](const Candidate& one) {
    return algorithm_of(one).steps(one.training.params.get()).takes_missing();
  });
  const Features first = samples.front().features;
  return {first, regression_set(samples, first, takes_missing)};
}

FittedRegressor fitted_by(const Candidate& one, const RegressionSet& set, const Features& first) {
  return {set, *first.names, algorithm_of(one), one.training.params.get()};
}

SelectedAlgorithm selected(const RegressionSet& set, const Features& first,
                           const std::vector<Candidate>& candidates, const std::vector<int>& fold_of,
                           const std::string& measure, const SearchLimits& limits, const FoldDone& done) {
  const auto folds = static_cast<std::size_t>(*std::ranges::max_element(fold_of)) + 1;
  std::vector<RegressionSet> others;
  for (std::size_t fold = 0; fold < folds; ++fold) {
    others.push_back(part_of(set, fold_of, static_cast<int>(fold)));
    if (measure == "r2" && !(variance_of(set, fold_of, static_cast<int>(fold)) > 0))
      throw std::runtime_error{"r2 has no value in a fold whose numbers are all the same: compare by mae"};
  }
  return rank_candidates(
      candidates, folds,
      [&](const Candidate& one, std::size_t number) {
        const int fold = static_cast<int>(number);
        const Held held = judged(fitted_by(one, others[number], first), set, fold_of, fold);
        if (measure == "mae") return -held.absolute / held.n;
        if (measure == "rmse") return -std::sqrt(held.square / held.n);
        return 1 - held.square / held.n / variance_of(set, fold_of, fold);
      },
      limits, done);
}

}  // namespace

bool is_error(const std::string& measure) { return measure != "r2"; }

SelectedAlgorithm select_regressor(const std::vector<Sample>& samples,
                                   const std::vector<Candidate>& candidates, const std::string& measure,
                                   const SearchLimits& limits, const FoldDone& done) {
  const auto [first, set] = problem_of(samples, candidates);
  const std::vector<int> fold_of = stratified_folds(of_one_class(set), wanted_folds, limits.seed);
  return selected(set, first, candidates, fold_of, measure, limits, done);
}

Judged judge_regressor_selection(const std::vector<Sample>& samples, const std::vector<Candidate>& candidates,
                                 const std::string& measure, const SearchLimits& limits,
                                 const std::string& grouped_by, const FoldDone& done) {
  const auto [first, set] = problem_of(samples, candidates);
  const NestedFolds nested = nested_folds(of_one_class(set), limits.seed);
  if (limits.begun) limits.begun(nested.all);
  SearchLimits inner = limits;
  inner.begun = {};
  inner.budget = std::numeric_limits<double>::infinity();  // or each fold would choose among others
  const LimitedBy limited{&limits.stop};
  std::vector<NumberCase> cases(samples.size());
  for (std::size_t fold = 0; fold < nested.inner.size(); ++fold) {
    const RegressionSet others = part_of(set, nested.outer, static_cast<int>(fold));
    const SelectedAlgorithm by =
        selected(others, first, candidates, nested.inner[fold], measure, inner, done);
    if (by.stopped) throw CutOff{};
    const FittedRegressor fitted = fitted_by(by.ranking[by.chosen].candidate, others, first);
    for (std::size_t i = 0; i < cases.size(); ++i)
      if (nested.outer[i] == static_cast<int>(fold))
        cases[i] = {set.targets[i], fitted(row(set, i)),
                    grouped_by == "image" ? "" : std::to_string(set.groups[i])};
  }
  NumberEvaluation evaluation = evaluate_numbers(cases);
  return {nested.judged_by(grouped_by, candidates.size()), evaluation.cases, std::move(evaluation.intervals),
          std::move(evaluation.estimates)};
}

}  // namespace radflow
