#include "nodes/classify/regression_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cfloat>
#include <charconv>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "nodes/classify/folds.hpp"
#include "nodes/classify/in_parallel.hpp"
#include "nodes/classify/number_measures.hpp"
#include "nodes/classify/regression_set.hpp"

namespace radflow {
namespace {

constexpr int wanted_folds = 5;

}  // namespace

const RegressParams* regressing(const NodePlan& node) {
  return node.spec && node.spec->name == "regress" ? static_cast<const RegressParams*>(node.params.get())
                                                   : nullptr;
}

FittedRegressor::FittedRegressor(const RegressionSet& set, const std::vector<std::string>& names,
                                 const RegressorAlgorithm& algorithm, const void* params) {
  if (const StepParams& wanted = algorithm.steps(params); !wanted.empty())
    steps_.emplace(wanted, of_one_class(set), names);
  if (!steps_) {
    regressor_ = algorithm.train(set, params);
    return;
  }
  const RegressionSet stepped{(*steps_)(of_one_class(set)).samples, set.targets, set.groups};
  regressor_ = algorithm.train(stepped, params);
}

FittedRegressor::FittedRegressor(std::string_view bytes, const RegressorAlgorithm& algorithm,
                                 std::size_t features, bool has_steps) {
  ModelBytes numbers{bytes, "a step"};
  if (has_steps) steps_.emplace(numbers, features);
  regressor_ = algorithm.read(numbers.rest(), steps_ ? steps_->outputs() : features);
}

double FittedRegressor::operator()(std::span<const float> features) const {
  return steps_ ? (*regressor_)((*steps_)(features)) : (*regressor_)(features);
}

std::string FittedRegressor::bytes() const { return (steps_ ? steps_->bytes() : "") + regressor_->bytes(); }

double number_of(const std::string& label, const std::string& image) {
  double value = 0;
  const auto [end, error] = std::from_chars(label.data(), label.data() + label.size(), value);
  if (error != std::errc{} || end != label.data() + label.size() || !(std::abs(value) <= FLT_MAX))
    throw std::runtime_error{
        fmt::format("{} has the label '{}', and regress learns from numbers: name them in --labels FILE.csv",
                    image, label)};
  return value;
}

std::string fit_regression(std::vector<Sample> samples, const RegressorTraining& training,
                           const BuildInfo& regress, Validation validation, const std::string& grouped_by,
                           const Chosen& chosen) {
  const Selection selected = resolved(training, RegressorTraining::alternatives());
  const RegressorAlgorithm& algorithm = *Regressors::instance().find(selected.name);
  const void* const params = selected.params.get();
  if (samples.size() < 2)
    throw std::runtime_error{fmt::format("training needs two samples or more, found {}", samples.size())};
  const Features first = samples.front().features;
  if (first.names->empty()) throw std::runtime_error{"the samples have no features"};
  const bool takes_missing = algorithm.steps(params).takes_missing();
  const bool judged_apart = !validation.samples.empty();
  validation.samples = unseen(validation.samples, samples);
  if (judged_apart && validation.samples.empty())
    throw std::runtime_error{fmt::format(
        "every image of {} is among those of the training: it cannot judge the model", validation.name)};
  const RegressionSet set = regression_set(samples, first, takes_missing);
  const FittedRegressor fitted{set, *first.names, algorithm, params};

  std::vector<NumberCase> cases(judged_apart ? 0 : samples.size());
  std::string from;
  if (judged_apart) {
    const RegressionSet judges = regression_set(validation.samples, first, takes_missing);
    for (std::size_t i = 0; i < judges.targets.size(); ++i)
      cases.push_back({judges.targets[i], fitted(row(judges, i)), validation.samples[i].group});
    from = fmt::format("{} images of {}, which are none of the training's", cases.size(), validation.name);
  } else if (chosen.by.empty()) {
    const std::vector<int> fold_of = stratified_folds(of_one_class(set), wanted_folds, 1);
    const int folds = *std::ranges::max_element(fold_of) + 1;
    in_parallel(static_cast<std::size_t>(folds), [&](std::size_t number) {
      const int fold = static_cast<int>(number);
      const FittedRegressor of_others{part_of(set, fold_of, fold), *first.names, algorithm, params};
      for (std::size_t i = 0; i < cases.size(); ++i)
        if (fold_of[i] == fold)
          cases[i] = {set.targets[i], of_others(row(set, i)),
                      grouped_by == "image" ? "" : std::to_string(set.groups[i])};
    });
    from = fmt::format(
        "{} training images, each held out of the fit that judged it (out of fold), grouped by {}",
        cases.size(), grouped_by);
  }

  Manifest manifest;
  manifest.algorithm = selected.name;
  manifest.parameters = shown(RegressorTraining::alternatives().find(selected.name)->fields, params);
  const auto [least, greatest] = std::ranges::minmax(set.targets);
  const auto count = static_cast<std::int64_t>(set.targets.size());
  manifest.regression =
      Targets{count, least, greatest,
              std::accumulate(set.targets.begin(), set.targets.end(), 0.0) / static_cast<double>(count)};
  manifest.steps = algorithm.steps(params).names();
  manifest.grouped_by = grouped_by;
  manifest.chosen_by = chosen.by;
  manifest.judged = chosen.judged;
  if (!from.empty()) {
    NumberEvaluation evaluation = evaluate_numbers(cases);
    manifest.judged =
        Judged{from, evaluation.cases, std::move(evaluation.intervals), std::move(evaluation.estimates)};
  }
  manifest.features = *first.names;
  manifest.units = first.units;
  manifest.photometric = first.photometric;
  set_origin(manifest, regress);
  manifest.images = image_digests(samples);
  return write_model(manifest, fitted.bytes());
}

}  // namespace radflow
