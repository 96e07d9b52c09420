// Distribution: where the features of the training's images lay, so that others can be told from them. It stands in a
// model's manifest if its training was asked for it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <vector>

namespace radflow {

struct Distribution {
  std::vector<double> mean, deviation;       // One for each feature; the deviation of the whole population.
  double median = 0, p99 = 0, greatest = 0;  // The distances of the training's images.

  // The root of the mean squared distance from the mean, in deviations: about 1 for an image of the training. Features
  // without a deviation and missing values are left out; NaN if that leaves none.
  double distance(std::span<const double> features) const;
};

// There is one row at least, and all have one length.
Distribution distribution_of(const std::vector<std::vector<double>>& rows);

nlohmann::ordered_json to_json(const Distribution& distribution);
// What stands under `distribution` in a manifest; absent if there is nothing. Throws nlohmann::json::exception where a part
// is missing, ParamError of "model" where it does not fit so many features.
std::optional<Distribution> distribution_from(const nlohmann::ordered_json& manifest, std::size_t features);

}  // namespace radflow
