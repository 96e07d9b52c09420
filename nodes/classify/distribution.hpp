// Distribution: where the features of the training's images lay, so that others can be told from them. It stands in a
// model's manifest if its training was asked for it.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nodes/classify/covariance.hpp"

namespace radflow {

// The distances of the training's images.
struct DistanceSpread {
  double median = 0, p99 = 0, greatest = 0;
};

struct Distribution {
  std::vector<double> mean, deviation;  // One for each feature; the deviation of the whole population.
  DistanceSpread spread = {};           // What distance() gives.
  // Of the features that have a deviation, in deviations; null where the training was not asked for it.
  std::shared_ptr<const Covariance> covariance = {};
  DistanceSpread mahalanobis_spread = {};  // What mahalanobis() gives.

  // The root of the mean squared distance from the mean, in deviations: about 1 for an image of the training. Features
  // without a deviation and missing values are left out; NaN if that leaves none.
  double distance(std::span<const double> features) const;
  // The same with the covariance: Mahalanobis' distance, for an image of the training about the root of the number of
  // features, and less where these are shrunk much. Missing values lie at the mean; NaN if none is there.
  double mahalanobis(std::span<const double> features) const;
};

enum class Together { No, Covariance };

// There is one row at least, and all have one length. Throws std::runtime_error if a covariance is asked for and there is
// none: too many features, or one that follows from the others.
Distribution distribution_of(const std::vector<std::vector<double>>& rows, Together together = Together::No);

// As `distribution`, and as `covariance` where it has one, whose numbers are covariance_bytes(): a manifest is small.
void add_distribution(nlohmann::ordered_json& manifest, const Distribution& distribution);
// What stands under these in a manifest; absent if there is nothing. Throws nlohmann::json::exception where a part
// is missing, ParamError of "model" where it does not fit so many features.
std::optional<Distribution> distribution_from(const nlohmann::ordered_json& manifest, std::size_t features);

// The covariance's numbers as they stand in a model file; none without a covariance.
std::string covariance_bytes(const std::optional<Distribution>& distribution);
// Takes them off the front of `bytes` if the manifest says that they are there. Throws ParamError of "model".
void take_covariance(const nlohmann::ordered_json& manifest, std::string_view& bytes,
                     std::optional<Distribution>& distribution);

}  // namespace radflow
