// How features and predictions look: they have no picture, their numbers are drawn.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/shown.hpp"
#include "nodes/types/features.hpp"
#include "nodes/types/prediction.hpp"

namespace radflow::cli {
namespace {

Shown look_of_features(const Features& features, const Frame*) {
  Shown shown;
  const auto missing =
      std::ranges::count_if(features.values, [](double value) { return !std::isfinite(value); });
  shown.words = fmt::format("{} feature{}{}", features.values.size(), features.values.size() == 1 ? "" : "s",
                            missing > 0 ? fmt::format(", {} without a value", missing) : "");
  for (std::size_t i = 0; i < features.values.size(); ++i)
    shown.numbers.emplace_back((*features.names)[i], features.values[i]);
  return shown;
}

Shown look_of_prediction(const Prediction& prediction, const Frame*) {
  Shown shown;
  shown.words = fmt::format("{} {:.3f}", (*prediction.classes)[prediction.label],
                            prediction.probabilities[prediction.label]);
  for (std::size_t i = 0; i < prediction.classes->size(); ++i)
    shown.numbers.emplace_back((*prediction.classes)[i], prediction.probabilities[i]);
  return shown;
}

const RegisterLook<Features> features{look_of_features};
const RegisterLook<Prediction> predictions{look_of_prediction};

}  // namespace
}  // namespace radflow::cli
