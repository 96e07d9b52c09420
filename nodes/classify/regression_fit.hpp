// Regression: makes a model that predicts a number from labelled features, and the parameters of the node `regress`.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "nodes/classify/fit.hpp"
#include "nodes/classify/regressor.hpp"

namespace radflow {

struct RegressParams {
  std::string model;
  RegressorTraining train;
};
// Its parameters, if the node is a `regress`; else null.
const RegressParams* regressing(const NodePlan& node);

// A regressor with the steps before it.
class FittedRegressor final : public Regressor {
 public:
  // Throws std::runtime_error.
  FittedRegressor(const RegressionSet& set, const std::vector<std::string>& names,
                  const RegressorAlgorithm& algorithm, const void* params);
  // What bytes() wrote. Throws ParamError.
  FittedRegressor(std::string_view bytes, const RegressorAlgorithm& algorithm, std::size_t features,
                  bool has_steps);

  bool takes_missing() const { return steps_ && steps_->takes_missing(); }
  double operator()(std::span<const float> features) const override;
  std::string bytes() const override;

 private:
  std::optional<Steps> steps_;
  std::unique_ptr<Regressor> regressor_;
};

// "3.5". Throws std::runtime_error that names the image where the label is no number that a float holds: squares of larger
// ones would overflow.
double number_of(const std::string& label, const std::string& image);

// The bytes of the model. Its metrics are of the validation, without images of the training, or where there is none of
// folds: each sample is judged by a fit that it was held out of. What was chosen by such folds has the metrics that judged the
// choice, or none. Throws std::runtime_error.
std::string fit_regression(std::vector<Sample> samples, const RegressorTraining& training,
                           const BuildInfo& regress, Validation validation, const std::string& grouped_by,
                           const Chosen& chosen = {});

}  // namespace radflow
