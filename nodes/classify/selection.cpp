#include "nodes/classify/selection.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <set>
#include <stdexcept>

#include "nodes/classify/fit.hpp"
#include "nodes/classify/folds.hpp"

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

SelectedAlgorithm selected(const TrainingSet& set, const std::vector<std::string>& names,
                           const std::vector<Candidate>& candidates, const std::vector<int>& fold_of,
                           const SelectionParams& params, const FoldDone& done) {
  const auto folds = static_cast<std::size_t>(*std::ranges::max_element(fold_of)) + 1;
  std::vector<std::unique_ptr<FoldScores>> of_fold(folds);
  for (std::size_t fold = 0; fold < folds; ++fold)
    of_fold[fold] = std::make_unique<FoldScores>(set, names, fold_of, static_cast<int>(fold));
  return rank_candidates(
      candidates, folds,
      [&](const Candidate& one, std::size_t fold) { return (*of_fold[fold])(one, params.metric); },
      {params.budget, params.seed, params.stop, params.begun}, done);
}

}  // namespace

SelectedAlgorithm select_algorithm(const std::vector<Sample>& samples,
                                   const std::vector<Candidate>& candidates, const SelectionParams& params,
                                   const FoldDone& done) {
  const Problem problem = problem_of(samples, candidates);
  return selected(problem.set, problem.names, candidates,
                  stratified_folds(problem.set, params.folds, params.seed), params, done);
}

void require_nested_folds(const std::vector<Sample>& samples, const std::vector<Candidate>& candidates,
                          unsigned seed) {
  nested_folds(problem_of(samples, candidates).set, seed);
}

Judged judge_selection(const std::vector<Sample>& samples, const std::vector<Candidate>& candidates,
                       const SelectionParams& params, const std::string& grouped_by, const FoldDone& done) {
  const Problem problem = problem_of(samples, candidates);
  const NestedFolds nested = nested_folds(problem.set, params.seed);
  const std::vector<int>& fold_of = nested.outer;
  const int folds = static_cast<int>(nested.inner.size());
  if (params.begun) params.begun(nested.all);
  SelectionParams inner = params;
  inner.begun = {};
  inner.budget = std::numeric_limits<double>::infinity();  // or each fold would choose among others
  const LimitedBy limited{&params.stop};
  std::vector<Case> cases(samples.size());
  for (int fold = 0; fold < folds; ++fold) {
    const TrainingSet others = part_of(problem.set, [&](std::size_t i) { return fold_of[i] != fold; });
    const SelectedAlgorithm by = selected(others, problem.names, candidates,
                                          nested.inner[static_cast<std::size_t>(fold)], inner, done);
    if (by.stopped) throw CutOff{};
    const Training chosen{by.ranking[by.chosen].candidate.training};
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
  return {nested.judged_by(grouped_by, candidates.size()), evaluation.cases, evaluation.intervals,
          evaluation.estimates};
}

}  // namespace radflow
