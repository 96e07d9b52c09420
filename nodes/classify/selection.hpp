// Selection of an algorithm: candidates are compared by their AUC on samples held out, and the simplest one that is as good
// as the best, but for the best's standard error, is taken.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "nodes/classify/algorithm.hpp"
#include "nodes/classify/samples.hpp"

namespace radflow {

struct Ranked {
  std::string title;        // "svm, C: 4": what tells it from the others
  std::string yaml;         // what stands under `train`
  Training training;        // the same, read
  std::vector<double> auc;  // One for each fold: the mean of the classes.
  double mean = 0;
  double error = 0;  // standard error of the mean over the folds, as if they were independent
  double seconds = 0;
};

struct SelectedAlgorithm {
  std::vector<Ranked>
      ranking;  // in the order of the candidates, the simplest first; those that the budget allowed
  std::size_t candidates = 0;  // how many there were
  std::size_t chosen = 0;      // An index of the ranking.
};

// The candidates without any of the graph's: logistic, linear svm, knn, svm, forest, xgboost, mlp, the stronger penalty
// first. Steps, threshold and class_weight are taken over from the graph's `train`; where it does not standardise, candidates
// that need it do. Algorithms that this build lacks are left out.
std::vector<Ranked> default_candidates(const Training& graph);

// Folds are stratified, and the same for all candidates; samples of one group stay together. A candidate is not begun after
// the budget is used up; the first always is. `done` is called after each. Throws std::runtime_error.
SelectedAlgorithm select_algorithm(const std::vector<Sample>& samples, std::vector<Ranked> candidates,
                                   std::chrono::duration<double> budget,
                                   const std::function<void(std::size_t)>& done);

// The first that is within one standard error of the best.
std::size_t simplest_of_the_best(const std::vector<Ranked>& ranking);

}  // namespace radflow
