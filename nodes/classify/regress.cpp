// regress: predicts a number from features, such as an age, with a model that `radflow train` made from numeric labels.
//   - regress: {model: age.model, train: {algorithm: ridge, alpha: 10, standardize: {}}}
//
// A model answers only for what it was trained on, as that of classify.
#include "graph/node.hpp"
#include "nodes/classify/model_input.hpp"
#include "nodes/classify/regression_fit.hpp"
#include "nodes/types/regression.hpp"

namespace radflow {
namespace {

class Regress {
 public:
  // Throws ParamError.
  Regress(const RegressParams& params, const BuildInfo& info)
      : model_{model_of(info, params.model, "regress")}, input_{model_, info} {
    if (!model_->regressor)
      throw ParamError{"model",
                       model_->name + " gives labels, not numbers: the nodes classify and combine take it"};
    answer_.model = model_->name;
    answer_.model_digest = model_->digest;
  }

  // Errors: feature_mismatch, not_finite.
  Result<Regression> operator()(const Features& features) const {
    const auto values = input_(features);
    if (!values) return values.error();
    Regression regression = answer_;
    regression.value = (*model_->regressor)(*values);
    return regression;
  }

 private:
  std::shared_ptr<const Model> model_;
  ModelInput input_;
  Regression answer_;  // all but the value
};

const Register<Regress, RegressParams> registered{
    NodeSpec{"regress", "Predicts a number from features, with a model trained on numeric labels."}
        .param(&RegressParams::model, "model", model_file(), "The model file; radflow train makes it.")
        .param(&RegressParams::train, "train", any(), "How radflow train makes the model.")
        .of_training()
        .errors({{"feature_mismatch",
                  "Names, units or photometric interpretation of the features are not those of the model."},
                 {"not_finite",
                  "A feature is missing and the model was not trained with standardize: {missing: mean}, or "
                  "it is no "
                  "finite number, or too large for the model."}})
        .example("- regress: {model: age.model, train: {algorithm: ridge, alpha: 10}}")};

}  // namespace
}  // namespace radflow
