// classify: gives features a label, with a model that `radflow train` made.
//   - classify: {model: pneumonia.model, train: {trees: 200, seed: 7}}
//
// A model answers only for what it was trained on: another upstream is refused when the graph is built, and so are other
// feature names, units or photometric interpretation where they are known then, else when a message shows them.
#include "graph/node.hpp"
#include "nodes/classify/fit.hpp"
#include "nodes/classify/model_input.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/features.hpp"
#include "nodes/types/prediction.hpp"

namespace radflow {
namespace {

class Classify {
 public:
  // Throws ParamError.
  Classify(const ClassifyParams& params, const BuildInfo& info)
      : model_{model_of(info, params.model, "classify")}, input_{model_, info} {
    const Manifest& manifest = model_->manifest;
    if (!model_->classifier)
      throw ParamError{"model", model_->name + " gives numbers, not labels: the node regress takes it"};
    answer_.classes = std::make_shared<const std::vector<std::string>>(manifest.classes);
    answer_.model = model_->name;
    answer_.model_digest = model_->digest;
    for (const std::string& label : manifest.classes)
      predicted_.push_back(&info.metrics->counter("predictions", label));
  }

  Known known() const { return Known{}.set(KnownLabels{model_->manifest.classes}); }

  // Errors: feature_mismatch, not_finite.
  Result<Prediction> operator()(const Features& features) const {
    const auto values = input_(features);
    if (!values) return values.error();
    Prediction prediction = answer_;
    prediction.probabilities.resize(answer_.classes->size());
    model_->classifier->probabilities(*values, prediction.probabilities);
    prediction.label = model_->manifest.label_of(prediction.probabilities);
    predicted_[prediction.label]->add();
    return prediction;
  }

 private:
  std::shared_ptr<const Model> model_;
  ModelInput input_;
  Prediction answer_;                // all but probabilities and label
  std::vector<Counter*> predicted_;  // One for each label.
};

const Register<Classify, ClassifyParams> registered{
    NodeSpec{"classify", "Gives features a label and the probability of every class, with a trained model."}
        .param(&ClassifyParams::model, "model", model_file(), "The model file; radflow train makes it.")
        .param(&ClassifyParams::train, "train", any(), "How radflow train makes the model.")
        .of_training()
        .errors({{"feature_mismatch",
                  "Names, units or photometric interpretation of the features are not those of the model."},
                 {"not_finite",
                  "A feature is missing and the model was not trained with standardize: {missing: mean}, or "
                  "it is no "
                  "finite number, or too large for the model."}})
        .counter(
            "predictions",
            "Predictions by label: what a model says is apt to change before anybody hears that it is wrong.",
            "label")
        .example("- classify: {model: pneumonia.model, train: {trees: 200, seed: 7}}")};

}  // namespace
}  // namespace radflow
