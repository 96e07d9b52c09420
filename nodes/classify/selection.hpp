// Selection of an algorithm: candidates are compared by their score on samples held out, and the simplest one that is as
// good as the best, but for the best's standard error, is taken.
#pragma once

#include <string>
#include <vector>

#include "nodes/classify/fold_scores.hpp"
#include "nodes/classify/model.hpp"
#include "nodes/classify/ranking.hpp"
#include "nodes/classify/samples.hpp"

namespace radflow {

struct SelectionParams {
  Metric metric = Metric::Auc;
  double budget = 600;  // SearchLimits'
  int folds = 5;
  unsigned seed = 1;  // decides the folds, and the order in which candidates are tried
  Limit stop = {};    // SearchLimits'
  std::function<void(std::size_t folds)> begun =
      {};  // SearchLimits'; of nested folds the inner of all outer ones
};

// Folds are stratified, and the same for all candidates; samples of one group stay together. Which candidates a budget
// leaves out does not depend on how simple they are. Throws std::runtime_error.
SelectedAlgorithm select_algorithm(const std::vector<Sample>& samples,
                                   const std::vector<Candidate>& candidates, const SelectionParams& params,
                                   const FoldDone& done);

// Throws std::runtime_error where judge_selection() could not make its folds: sooner, before anything is compared.
void require_nested_folds(const std::vector<Sample>& samples, const std::vector<Candidate>& candidates,
                          unsigned seed);

// How good it is to choose among these candidates: each outer fold (nodes/classify/folds.hpp) is judged by what the inner
// folds of the others chose, fitted on the others with its sigmoids and threshold. Of a selection's winner its own score is
// optimistic, this is not. Throws CutOff where `stop` ended it.
Judged judge_selection(const std::vector<Sample>& samples, const std::vector<Candidate>& candidates,
                       const SelectionParams& params, const std::string& grouped_by, const FoldDone& done);

}  // namespace radflow
