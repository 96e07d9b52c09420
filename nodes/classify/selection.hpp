// Selection of an algorithm: candidates are compared by their score on samples held out, and the simplest one that is as
// good as the best, but for the best's standard error, is taken.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "nodes/classify/candidates.hpp"
#include "nodes/classify/fold_scores.hpp"
#include "nodes/classify/model.hpp"
#include "nodes/classify/samples.hpp"

namespace radflow {

struct Ranked {
  Candidate candidate;
  std::vector<double> scores = {};  // One for each fold.
  double mean = 0;
  double error = 0;  // standard error of the mean over the folds, as if they were independent
  double seconds = 0;
};

struct SelectedAlgorithm {
  std::vector<Ranked> ranking;  // those that the budget allowed, the simplest first
  std::size_t candidates = 0;   // how many there were
  std::size_t chosen = 0;       // An index of the ranking.
};

struct SelectionParams {
  Metric metric = Metric::Auc;
  double budget = 600;  // seconds after which no candidate is begun; the first always is
  int folds = 5;
  unsigned seed = 1;  // decides the folds, and the order in which candidates are tried
};

// Called after each fold of a candidate, by any thread, one at a time.
using FoldDone = std::function<void()>;

// Folds are stratified, and the same for all candidates; samples of one group stay together. Which candidates a budget
// leaves out does not depend on how simple they are. Throws std::runtime_error.
SelectedAlgorithm select_algorithm(const std::vector<Sample>& samples,
                                   const std::vector<Candidate>& candidates, const SelectionParams& params,
                                   const FoldDone& done);

// How good it is to choose among these candidates: each of 5 folds is judged by what 3 folds of the others chose, fitted on
// the others with its sigmoids and threshold. Of a selection's winner its own score is optimistic, this is not.
Judged judge_selection(const std::vector<Sample>& samples, const std::vector<Candidate>& candidates,
                       const SelectionParams& params, const std::string& grouped_by, const FoldDone& done);
inline constexpr int outer_folds = 5, inner_folds = 3;

// The first that is within one standard error of the best.
std::size_t simplest_of_the_best(const std::vector<Ranked>& ranking);

}  // namespace radflow
