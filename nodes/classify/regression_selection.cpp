#include "nodes/classify/regression_selection.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "nodes/classify/folds.hpp"
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

}  // namespace

bool is_error(const std::string& measure) { return measure != "r2"; }

SelectedAlgorithm select_regressor(std::vector<Sample> samples, const std::vector<Candidate>& candidates,
                                   const std::string& measure, const SearchLimits& limits,
                                   const FoldDone& done) {
  if (candidates.empty()) throw std::runtime_error{"there is no candidate to select among"};
  if (samples.empty()) throw std::runtime_error{"selection needs samples"};
  const auto algorithm_of = [](const Candidate& one) -> const RegressorAlgorithm& {
    return *Regressors::instance().find(one.training.name);
  };
  const bool takes_missing = std::ranges::all_of(candidates, [&](const Candidate& one) {
    return algorithm_of(one).steps(one.training.params.get()).takes_missing();
  });
  const Features first = samples.front().features;
  const RegressionSet set = regression_set(samples, first, takes_missing);
  const std::vector<int> fold_of = stratified_folds(of_one_class(set), wanted_folds, limits.seed);
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
        const FittedRegressor fitted{others[number], *first.names, algorithm_of(one),
                                     one.training.params.get()};
        const Held held = judged(fitted, set, fold_of, fold);
        if (measure == "mae") return -held.absolute / held.n;
        if (measure == "rmse") return -std::sqrt(held.square / held.n);
        return 1 - held.square / held.n / variance_of(set, fold_of, fold);
      },
      limits, done);
}

}  // namespace radflow
