#include "nodes/classify/regressor.hpp"

#include <algorithm>

#include "graph/plugin.hpp"

namespace radflow {

Regressors::Regressors() {
  all_.selector.name = "algorithm";
  all_.selector.shape.type = ParamType::Choice;
  all_.selector.sentence = "What radflow train fits.";
  all_.selector.default_text = "ridge";
}

std::vector<ParamSpec> regression_steps() {
  return Fields<StepParams>{}
      .param(&StepParams::standardize, "standardize", any(), "Brings the features to one scale first.")
      .param(&StepParams::pca, "pca", any(), "Then principal components stand for the features.")
      .list;
}

Regressors& Regressors::instance() {
  static Regressors regressors;
  return regressors;
}

void Regressors::add(Alternative about, RegressorAlgorithm algorithm) {
  if (plugin_loads())
    return enlist(
        [this, about = std::move(about), algorithm = std::move(algorithm)] { add(about, algorithm); });
  const auto [at, is_new] = algorithms_.try_emplace(about.name, std::move(algorithm));
  if (!is_new) throw name_is_taken("regressor", about.name, &at->second);
  note_origin(&at->second);
  all_.selector.shape.choices.push_back({about.name, about.sentence});
  all_.all.push_back(std::move(about));
  // In one order, whichever of the program's files the linker puts first.
  std::ranges::sort(all_.selector.shape.choices, {}, &NamedChoice::name);
  std::ranges::sort(all_.all, {}, &Alternative::name);
}

const RegressorAlgorithm* Regressors::find(std::string_view name) const {
  const auto found = algorithms_.find(name);
  return found == algorithms_.end() ? nullptr : &found->second;
}

}  // namespace radflow
