#include "nodes/classify/ranking.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <mutex>
#include <numeric>
#include <opencv2/core.hpp>

#include "nodes/classify/in_parallel.hpp"

namespace radflow {
namespace {

std::vector<std::size_t> shuffled(std::size_t count, unsigned seed) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  cv::RNG random{seed};
  for (std::size_t i = count; i > 1; --i)
    std::swap(order[i - 1], order[static_cast<std::size_t>(random.uniform(0, static_cast<int>(i)))]);
  return order;
}

void sum_up(Ranked& one, double seconds) {
  one.seconds = seconds;
  const auto n = static_cast<double>(one.scores.size());
  one.mean = std::accumulate(one.scores.begin(), one.scores.end(), 0.0) / n;
  double square = 0;
  for (const double value : one.scores) square += (value - one.mean) * (value - one.mean);
  one.error = std::sqrt(square / (n - 1) / n);
}

}  // namespace

SelectedAlgorithm rank_candidates(const std::vector<Candidate>& candidates, std::size_t folds,
                                  const ScoreOfFold& score, const SearchLimits& limits,
                                  const FoldDone& done) {
  if (limits.begun) limits.begun(folds);
  std::vector<Ranked> tried(candidates.size());
  std::mutex one_at_a_time;
  const auto start = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  bool through = false, last_resort = false;  // changed between candidates only
  const Limit reached = [&] {
    return (limits.stop && limits.stop()) || (!last_resort && seconds() > limits.budget);
  };
  const LimitedBy limited{&reached};
  // Whether it was through.
  const auto try_one = [&](std::size_t at) {
    if (reached()) return false;
    const double begun = seconds();
    std::vector<double> scores(folds);
    try {
      in_parallel(folds, [&](std::size_t fold) {
        scores[fold] = score(candidates[at], fold);
        const std::scoped_lock lock{one_at_a_time};
        done();
      });
    } catch (const CutOff&) {
      return false;
    }
    tried[at].scores = std::move(scores);
    tried[at].candidate = candidates[at];
    sum_up(tried[at], seconds() - begun);
    return true;
  };
  for (const std::size_t at : shuffled(candidates.size(), limits.seed)) {
    if (!try_one(at)) break;
    through = true;
  }
  if (!through) {
    last_resort = true;
    try_one(0);
  }
  SelectedAlgorithm result{{}, candidates.size(), 0, limits.stop && limits.stop(), last_resort};
  for (Ranked& one : tried)
    if (!one.scores.empty()) result.ranking.push_back(std::move(one));
  if (!result.ranking.empty()) result.chosen = simplest_of_the_best(result.ranking);
  return result;
}

std::size_t simplest_of_the_best(const std::vector<Ranked>& ranking) {
  const auto best = std::ranges::max_element(ranking, {}, &Ranked::mean);
  return static_cast<std::size_t>(
      std::ranges::find_if(ranking, [&](const Ranked& one) { return one.mean >= best->mean - best->error; }) -
      ranking.begin());
}

}  // namespace radflow
