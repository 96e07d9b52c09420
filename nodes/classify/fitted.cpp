#include "nodes/classify/fitted.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "nodes/classify/folds.hpp"
#include "nodes/classify/in_parallel.hpp"

namespace radflow {
namespace {

constexpr int wanted_folds = 5;

// From the samples of which `in` holds; scores[sample][class].
template <typename In>
Platt sigmoids_of(const std::vector<std::vector<double>>& scores, const std::vector<int>& labels,
                  const In& in) {
  std::vector<std::vector<double>> of_class(scores.front().size());
  std::vector<int> of_these;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (!in(i)) continue;
    for (std::size_t c = 0; c < of_class.size(); ++c) of_class[c].push_back(scores[i][c]);
    of_these.push_back(labels[i]);
  }
  return {of_class, of_these};
}

}  // namespace

Fitted::Fitted(std::optional<Steps> steps, std::unique_ptr<Classifier> algorithm, std::optional<Platt> platt)
    : steps_{std::move(steps)}, platt_{std::move(platt)}, algorithm_{std::move(algorithm)} {}

Fitted::Fitted(Fitted without, std::optional<Platt> platt)
    : Fitted{std::move(without.steps_), std::move(without.algorithm_), std::move(platt)} {}

Fitted::Fitted(std::string_view bytes, const Algorithm& algorithm, std::size_t features, std::size_t classes,
               bool has_steps, bool has_platt) {
  ModelBytes numbers{bytes, "a step"};
  if (has_steps) steps_.emplace(numbers, features);
  if (has_platt) platt_.emplace(numbers, classes);
  algorithm_ = algorithm.read(numbers.rest(), steps_ ? steps_->outputs() : features, classes);
}

void Fitted::probabilities(std::span<const float> features, std::span<double> out) const {
  if (steps_)
    algorithm_->probabilities((*steps_)(features), out);
  else
    algorithm_->probabilities(features, out);
  if (platt_) platt_->to_probabilities(out);
}

std::string Fitted::bytes() const {
  return (steps_ ? steps_->bytes() : "") + (platt_ ? platt_->bytes() : "") + algorithm_->bytes();
}

Fitted fit_uncalibrated(const TrainingSet& set, const std::vector<std::string>& names,
                        const Algorithm& algorithm, const void* params) {
  const StepParams& wanted = algorithm.shared(params).steps;
  std::optional<Steps> steps;
  if (!wanted.empty()) steps.emplace(wanted, set, names);
  auto fitted = algorithm.train(steps ? (*steps)(set) : set, algorithm.own(params));
  return {std::move(steps), std::move(fitted), std::nullopt};
}

Fit fit(const TrainingSet& set, const std::vector<std::string>& names, const Algorithm& algorithm,
        const void* params, OutOfFold out_of_fold) {
  Fit result;
  const auto classes = static_cast<std::size_t>(set.classes);
  std::optional<Platt> platt;
  if (algorithm.gives_scores || out_of_fold == OutOfFold::Wanted) {
    const std::vector<int> fold_of = stratified_folds(set, wanted_folds, 1);
    const int folds = *std::ranges::max_element(fold_of) + 1;
    std::vector<std::vector<double>> scores(set.labels.size(), std::vector<double>(classes));
    in_parallel(static_cast<std::size_t>(folds), [&](std::size_t number) {
      const int fold = static_cast<int>(number);
      const TrainingSet others = part_of(set, [&](std::size_t i) { return fold_of[i] != fold; });
      for (int label = 0; label < set.classes; ++label)
        if (std::ranges::find(others.labels, label) == others.labels.end())
          throw std::runtime_error{fmt::format(
              "without the samples of fold {} of {} {} has none left: its samples are in too few groups",
              fold + 1, folds, class_called(others, label))};
      const Fitted fitted = fit_uncalibrated(others, names, algorithm, params);
      for (std::size_t i = 0; i < scores.size(); ++i)
        if (fold_of[i] == fold)
          fitted.probabilities(
              {set.samples.ptr<float>(static_cast<int>(i)), static_cast<std::size_t>(set.samples.cols)},
              scores[i]);
    });
    if (algorithm.gives_scores) {
      platt = sigmoids_of(scores, set.labels, [](std::size_t) { return true; });
      result.held_out = scores;
      for (int fold = 0; fold < folds; ++fold) {
        const Platt others =
            sigmoids_of(scores, set.labels, [&](std::size_t i) { return fold_of[i] != fold; });
        for (std::size_t i = 0; i < scores.size(); ++i)
          if (fold_of[i] == fold) others.to_probabilities(result.held_out[i]);
      }
      for (auto& sample : scores) platt->to_probabilities(sample);
      result.probabilities =
          fmt::format("Platt, fitted on the scores of samples held out in {} folds", folds);
    }
    if (!platt) result.held_out = scores;
    result.out_of_fold = std::move(scores);
  }
  if (result.probabilities.empty()) result.probabilities = algorithm.gives;
  Fitted last = fit_uncalibrated(set, names, algorithm, params);
  result.calibrated = platt.has_value();
  result.classifier = std::make_unique<Fitted>(std::move(last), std::move(platt));
  return result;
}

}  // namespace radflow
