#include "nodes/classify/model_input.hpp"

#include <fmt/format.h>

#include <cfloat>
#include <cmath>

#include "nodes/classify/fit.hpp"
#include "nodes/types/facts.hpp"

namespace radflow {

std::shared_ptr<const Model> model_of(const BuildInfo& info, const std::string& model,
                                      const std::string& node) {
  if (model.empty())
    throw ParamError{
        "model", fmt::format("{} needs a model file: {{model: FILE}}; make one with radflow train", node)};
  const std::string path = info.path(model);
  return info.resources->get<const Model>(path,
                                          [&] { return std::make_shared<const Model>(load_model(path)); });
}

ModelInput::ModelInput(std::shared_ptr<const Model> model, const BuildInfo& info) : model_{std::move(model)} {
  const std::string other = known_difference(info.known.empty() ? Known{} : info.known.front());
  if (const std::string what = upstream_difference(model_->manifest, info); !what.empty())
    throw ParamError{"model",
                     fmt::format("{} was trained behind other nodes: {}{}{}; undo that or train it again "
                                 "with radflow train",
                                 model_->name, what, other.empty() ? "" : "; ", other)};
  if (!other.empty())
    throw ParamError{"model", fmt::format("{} does not fit what comes: {}; train it again with radflow train",
                                          model_->name, other)};
}

Result<std::vector<float>> ModelInput::operator()(const Features& features) const {
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
  return values;
}

// Between what the model was trained on and what is known of the features that come; "" if there is none.
std::string ModelInput::known_difference(const Known& features) const {
  std::string what;
  if (const auto* known = features.get<KnownFeatures>())
    what = name_difference(model_->manifest, known->names);
  if (const auto* known = features.get<KnownMeaning>(); known && what.empty())
    what = meaning_difference(known->units, known->photometric);
  return what;
}

// "" if there is none.
std::string ModelInput::meaning_difference(const std::string& units, const std::string& photometric) const {
  const Manifest& trained = model_->manifest;
  if (units == trained.units && photometric == trained.photometric) return "";
  return fmt::format("the model was trained on pixels of '{}', '{}', these are '{}', '{}'", trained.units,
                     trained.photometric, units, photometric);
}

// Nodes share their names between messages: after the first message comparing pointers is enough. The names are kept, so
// that no others can come to lie at their address.
void ModelInput::remember(const std::shared_ptr<const std::vector<std::string>>& names) const {
  const std::lock_guard lock{mutex_};
  if (kept_) return;
  kept_ = names;
  known_names_.store(names.get(), std::memory_order_release);
}

}  // namespace radflow
