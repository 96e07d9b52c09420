// classify: gives features a label, with a model that `radflow train` made.
//   - classify: {model: pneumonia.model, train: {trees: 200, seed: 7}}
//
// A model answers only for what it was trained on: another upstream is refused when the graph is built, and so are other
// feature names, units or photometric interpretation where they are known then, else when a message shows them.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cfloat>
#include <cmath>
#include <mutex>

#include "graph/node.hpp"
#include "nodes/classify/fit.hpp"
#include "nodes/classify/model.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/features.hpp"
#include "nodes/types/prediction.hpp"

namespace radflow {
namespace {

class Classify {
 public:
  // Throws ParamError.
  Classify(const ClassifyParams& params, const BuildInfo& info) {
    if (params.model.empty())
      throw ParamError{"model", "classify needs a model file: {model: FILE}; make one with radflow train"};
    const std::string path = info.path(params.model);
    model_ = info.resources->get<const Model>(
        path, [&] { return std::make_shared<const Model>(load_model(path)); });
    const Manifest& manifest = model_->manifest;
    const std::string other = known_difference(info.known.empty() ? Known{} : info.known.front());
    if (const std::string what = upstream_difference(manifest, info); !what.empty())
      throw ParamError{"model",
                       fmt::format("{} was trained behind other nodes: {}{}{}; undo that or train it again "
                                   "with radflow train",
                                   model_->name, what, other.empty() ? "" : "; ", other)};
    if (!other.empty())
      throw ParamError{"model",
                       fmt::format("{} does not fit what comes: {}; train it again with radflow train",
                                   model_->name, other)};
    answer_.classes = std::make_shared<const std::vector<std::string>>(manifest.classes);
    answer_.model = model_->name;
    answer_.model_digest = model_->digest;
    for (const std::string& label : manifest.classes)
      predicted_.push_back(&info.metrics->counter("predictions", label));
  }

  Known known() const { return Known{}.set(KnownLabels{model_->manifest.classes}); }

  // Errors: feature_mismatch, not_finite.
  Result<Prediction> operator()(const Features& features) const {
    if (features.names.get() != known_names_.load(std::memory_order_acquire)) {
      if (const std::string what = name_difference(model_->manifest, *features.names); !what.empty())
        return Error{"feature_mismatch", what};
      remember(features.names);
    }
    if (const std::string what = meaning_difference(features.units, features.photometric); !what.empty())
      return Error{"feature_mismatch", what};
    std::vector<float> values(features.values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      const bool missing = std::isnan(features.values[i]) && model_->takes_missing;
      if (!missing && !(std::abs(features.values[i]) < FLT_MAX))
        return Error{"not_finite", fmt::format("feature {} is {}", (*features.names)[i], features.values[i])};
      values[i] = static_cast<float>(features.values[i]);
    }
    Prediction prediction = answer_;
    prediction.probabilities.resize(answer_.classes->size());
    model_->classifier->probabilities(values, prediction.probabilities);
    prediction.label = model_->manifest.label_of(prediction.probabilities);
    predicted_[prediction.label]->add();
    return prediction;
  }

 private:
  // Between what the model was trained on and what is known of the features that come; "" if there is none.
  std::string known_difference(const Known& features) const {
    std::string what;
    if (const auto* known = features.get<KnownFeatures>())
      what = name_difference(model_->manifest, known->names);
    if (const auto* known = features.get<KnownMeaning>(); known && what.empty())
      what = meaning_difference(known->units, known->photometric);
    return what;
  }
  // "" if there is none.
  std::string meaning_difference(const std::string& units, const std::string& photometric) const {
    const Manifest& trained = model_->manifest;
    if (units == trained.units && photometric == trained.photometric) return "";
    return fmt::format("the model was trained on pixels of '{}', '{}', these are '{}', '{}'", trained.units,
                       trained.photometric, units, photometric);
  }

  // Nodes share their names between messages: after the first message comparing pointers is enough. The names
  // are kept, so that no others can come to lie at their address.
  void remember(const std::shared_ptr<const std::vector<std::string>>& names) const {
    const std::lock_guard lock{mutex_};
    if (kept_) return;
    kept_ = names;
    known_names_.store(names.get(), std::memory_order_release);
  }

  std::shared_ptr<const Model> model_;
  Prediction answer_;                // all but probabilities and label
  std::vector<Counter*> predicted_;  // One for each label.
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const std::vector<std::string>> kept_;
  mutable std::atomic<const std::vector<std::string>*> known_names_ = nullptr;
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
