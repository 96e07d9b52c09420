// Fitted: an algorithm with the steps before it and the sigmoids behind it, and how the whole is fitted.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "nodes/classify/algorithm.hpp"
#include "nodes/classify/platt.hpp"
#include "nodes/classify/steps.hpp"

namespace radflow {

class Fitted final : public Classifier {
 public:
  Fitted(std::optional<Steps> steps, std::unique_ptr<Classifier> algorithm, std::optional<Platt> platt);
  // The same with sigmoids.
  Fitted(Fitted without, std::optional<Platt> platt);
  // What bytes() wrote. Throws ParamError.
  Fitted(std::string_view bytes, const Algorithm& algorithm, std::size_t features, std::size_t classes,
         bool has_steps, bool has_platt);

  // NaN may stand for a missing value.
  bool takes_missing() const { return steps_ && steps_->takes_missing(); }
  void probabilities(std::span<const float> features, std::span<double> out) const override;
  std::string bytes() const override;
  std::vector<std::size_t> unknown_classes() const override {
    return platt_ ? platt_->without_slope() : std::vector<std::size_t>{};
  }
  std::string holds() const override { return algorithm_->holds(); }

 private:
  std::optional<Steps> steps_;
  std::optional<Platt> platt_;
  std::unique_ptr<Classifier> algorithm_;
};

struct Fit {
  std::unique_ptr<Fitted> classifier;
  bool calibrated = false;    // Platt's sigmoid made the probabilities.
  std::string probabilities;  // how they came about, for the manifest
  // [sample][class]; empty unless wanted or worked out for sigmoids. The sigmoids are those of the model, so that a threshold
  // chosen here is one of its scores.
  std::vector<std::vector<double>> out_of_fold;
  // The same to judge by: no sample had a part in the sigmoids either, which are fitted on the scores of the other folds.
  std::vector<std::vector<double>> held_out;
};

// Steps and algorithm, without sigmoids: of an algorithm that gives scores they are what comes.
Fitted fit_uncalibrated(const TrainingSet& set, const std::vector<std::string>& names,
                        const Algorithm& algorithm, const void* params);

enum class OutOfFold { NotWanted, Wanted };

// `params` are a Selection's. The whole chain is fitted once on all samples; where the algorithm gives scores, or
// probabilities out of fold are wanted, before that once for each of 5 folds on the others. Throws std::runtime_error.
Fit fit(const TrainingSet& set, const std::vector<std::string>& names, const Algorithm& algorithm,
        const void* params, OutOfFold out_of_fold);

}  // namespace radflow
