// Ranking: candidates are tried in an order that a seed says, each on all folds at once, until a budget is over; the simplest
// one that is as good as the best, but for the best's standard error, is taken. It knows nothing of what is predicted.
#pragma once

#include <functional>
#include <vector>

#include "nodes/classify/candidates.hpp"
#include "nodes/classify/cut_off.hpp"

namespace radflow {

struct Ranked {
  Candidate candidate;
  std::vector<double> scores = {};  // One for each fold; the larger the better.
  double mean = 0;
  double error = 0;  // standard error of the mean over the folds, as if they were independent
  double seconds = 0;
};

struct SelectedAlgorithm {
  std::vector<Ranked> ranking;  // those that were through, the simplest first
  std::size_t candidates = 0;   // how many there were
  std::size_t chosen = 0;       // An index of the ranking.
  bool stopped = false;         // Somebody asked for its end: the ranking may be empty.
  bool none_in_budget = false;  // Only the simplest is there, which was finished when the budget was over.
};

struct SearchLimits {
  // Seconds after which no candidate is begun and the one that is tried is cut off. If none is through by then, the simplest
  // is tried and finished: else there would be nothing to choose.
  double budget = 600;
  unsigned seed = 1;
  Limit stop = {};  // asked often, by any thread; true ends the search
  std::function<void(std::size_t folds)> begun =
      {};  // told first on how many folds each candidate is tried; may be absent
};

// Called after each fold of a candidate, by any thread, one at a time.
using FoldDone = std::function<void()>;
// Called for all folds of a candidate at once, for a fold by one thread at a time.
using ScoreOfFold = std::function<double(const Candidate& candidate, std::size_t fold)>;

// `candidates` are the simplest first; which of them a budget leaves out does not depend on that.
SelectedAlgorithm rank_candidates(const std::vector<Candidate>& candidates, std::size_t folds,
                                  const ScoreOfFold& score, const SearchLimits& limits, const FoldDone& done);

// The first that is within one standard error of the best.
std::size_t simplest_of_the_best(const std::vector<Ranked>& ranking);

}  // namespace radflow
