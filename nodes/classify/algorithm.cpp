#include "nodes/classify/algorithm.hpp"

#include <algorithm>

#include "graph/plugin.hpp"

namespace radflow {

Algorithms::Algorithms() {
  all_.selector.name = "algorithm";
  all_.selector.shape.type = ParamType::Choice;
  all_.selector.sentence = "What radflow train fits.";
  all_.selector.default_text = "random_forest";
}

std::vector<ParamSpec> shared_fields() {
  std::vector<ParamSpec> steps =
      Fields<StepParams>{}
          .param(&StepParams::standardize, "standardize", any(), "Brings the features to one scale first.")
          .param(&StepParams::pca, "pca", any(), "Then principal components stand for the features.")
          .param(&StepParams::select, "select", any(), "Then the features that tell most are kept.")
          .list;
  std::vector<ParamSpec> all = fields_within(std::move(steps), &SharedParams::steps);
  Fields<SharedParams> others;
  others
      .param(&SharedParams::threshold, "threshold", any(),
             "From which probability on the positive of two classes is said; absent: the more probable one.")
      .param(&SharedParams::search, "search", any(),
             "What radflow train --select compares: maps as this one, [{algorithm: svm, C: [1, 4]}, ...], a "
             "list "
             "for several values; absent: a default list.")
      .param(&SharedParams::distribution, "distribution", any(),
             "Whether the model says where the features of its training lay, which `quality` asks for; "
             "absent: no.")
      .param(&SharedParams::covariance, "covariance", any(),
             "The same, with their covariance in deviations by Ledoit and Wolf (scikit-learn's LedoitWolf to "
             "1e-6), for `quality: {distance: {by: mahalanobis}}`; of 1024 features at most. Absent: no.");
  for (ParamSpec& field : others.list) all.push_back(std::move(field));
  return all;
}

Algorithms& Algorithms::instance() {
  static Algorithms algorithms;
  return algorithms;
}

void Algorithms::add(Alternative about, Algorithm algorithm) {
  if (plugin_loads())
    return enlist(
        [this, about = std::move(about), algorithm = std::move(algorithm)] { add(about, algorithm); });
  const auto [at, is_new] = algorithms_.try_emplace(about.name, std::move(algorithm));
  if (!is_new) throw name_is_taken("algorithm", about.name, &at->second);
  note_origin(&at->second);
  all_.selector.shape.choices.push_back({about.name, about.sentence});
  all_.all.push_back(std::move(about));
  // In one order, whichever of the program's files the linker puts first.
  std::ranges::sort(all_.selector.shape.choices, {}, &NamedChoice::name);
  std::ranges::sort(all_.all, {}, &Alternative::name);
}

const Algorithm* Algorithms::find(std::string_view name) const {
  const auto found = algorithms_.find(name);
  return found == algorithms_.end() ? nullptr : &found->second;
}

}  // namespace radflow
