#include "nodes/classify/distribution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "graph/param.hpp"
#include "nodes/classify/model_bytes.hpp"

namespace radflow {
namespace {

// Of the features that have a deviation, in deviations from the mean; a missing one lies at the mean.
std::vector<double> standardized(const Distribution& of, std::span<const double> features) {
  std::vector<double> all;
  for (std::size_t i = 0; i < of.mean.size(); ++i)
    if (of.deviation[i] > 0)
      all.push_back(std::isnan(features[i]) ? 0 : (features[i] - of.mean[i]) / of.deviation[i]);
  return all;
}

DistanceSpread spread_of(std::vector<double> distances) {
  std::erase_if(distances, [](double one) { return std::isnan(one); });
  if (distances.empty()) return {};
  std::ranges::sort(distances);
  const auto at = [&](double share) {
    const double place = share * static_cast<double>(distances.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, distances.size() - 1);
    return distances[below] + (place - static_cast<double>(below)) * (distances[above] - distances[below]);
  };
  return {at(0.5), at(0.99), distances.back()};
}

nlohmann::ordered_json to_json(const DistanceSpread& spread) {
  return {{"median", spread.median}, {"p99", spread.p99}, {"greatest", spread.greatest}};
}

DistanceSpread spread_from(const nlohmann::ordered_json& json) {
  return {json.at("median"), json.at("p99"), json.at("greatest")};
}

void add_covariance(Distribution& made, const std::vector<std::vector<double>>& rows) {
  std::vector<std::vector<double>> all;
  for (const auto& row : rows) all.push_back(standardized(made, row));
  if (all.front().empty()) throw std::runtime_error{"no feature varies, so that there is no covariance"};
  if (all.front().size() > most_covariant_features)
    throw std::runtime_error{
        fmt::format("covariance: {} features vary, and it is kept of {} at most: take fewer, or leave it out",
                    all.front().size(), most_covariant_features)};
  made.covariance = std::make_shared<const Covariance>(ledoit_wolf(all));
  std::vector<double> distances;
  for (const auto& one : all) distances.push_back(made.covariance->distance(one));
  made.mahalanobis_spread = spread_of(std::move(distances));
}

}  // namespace

double Distribution::distance(std::span<const double> features) const {
  double sum = 0;
  int count = 0;
  for (std::size_t i = 0; i < mean.size(); ++i) {
    if (!(deviation[i] > 0) || std::isnan(features[i])) continue;
    const double z = (features[i] - mean[i]) / deviation[i];
    sum += z * z;
    ++count;
  }
  return count > 0 ? std::sqrt(sum / count) : std::numeric_limits<double>::quiet_NaN();
}

double Distribution::mahalanobis(std::span<const double> features) const {
  return std::isnan(distance(features)) ? std::numeric_limits<double>::quiet_NaN()
                                        : covariance->distance(standardized(*this, features));
}

Distribution distribution_of(const std::vector<std::vector<double>>& rows, Together together) {
  Distribution made;
  for (std::size_t i = 0; i < rows.front().size(); ++i) {
    double sum = 0, squares = 0, count = 0;
    for (const auto& row : rows)
      if (!std::isnan(row[i])) sum += row[i], ++count;
    const double mean = count > 0 ? sum / count : 0;
    for (const auto& row : rows)
      if (!std::isnan(row[i])) squares += (row[i] - mean) * (row[i] - mean);
    made.mean.push_back(mean);
    made.deviation.push_back(count > 0 ? std::sqrt(squares / count) : 0);
  }
  std::vector<double> distances;
  for (const auto& row : rows) distances.push_back(made.distance(row));
  made.spread = spread_of(std::move(distances));
  if (together == Together::Covariance) add_covariance(made, rows);
  return made;
}

void add_distribution(nlohmann::ordered_json& manifest, const Distribution& distribution) {
  auto& json =
      manifest["distribution"] = {{"mean", distribution.mean}, {"deviation", distribution.deviation}};
  json.update(to_json(distribution.spread));
  if (!distribution.covariance) return;
  const ShrunkCovariance& shrunk = distribution.covariance->shrunk();
  manifest["covariance"] = {{"by", "Ledoit-Wolf"}, {"shrinkage", shrunk.shrinkage}};
  manifest["covariance"].update(to_json(distribution.mahalanobis_spread));
}

std::optional<Distribution> distribution_from(const nlohmann::ordered_json& manifest, std::size_t features) {
  const auto json = manifest.find("distribution");
  if (json == manifest.end()) return std::nullopt;
  Distribution read{json->at("mean"), json->at("deviation"), spread_from(*json)};
  if (read.mean.size() != features || read.deviation.size() != features)
    throw ParamError{
        "model",
        "the model's distribution is of another number of features; make it again with radflow train"};
  return read;
}

std::string covariance_bytes(const std::optional<Distribution>& distribution) {
  std::string bytes;
  if (distribution && distribution->covariance)
    append_values(bytes, distribution->covariance->shrunk().lower);
  return bytes;
}

void take_covariance(const nlohmann::ordered_json& manifest, std::string_view& bytes,
                     std::optional<Distribution>& distribution) {
  const auto json = manifest.find("covariance");
  if (json == manifest.end() || !distribution) return;
  try {
    ModelBytes numbers{bytes, "the covariance"};
    const auto varying = static_cast<std::uint64_t>(
        std::ranges::count_if(distribution->deviation, [](double one) { return one > 0; }));
    numbers.expect(varying > 0 && varying <= most_covariant_features, "it is of another number of features");
    ShrunkCovariance covariance{json->at("shrinkage"), numbers.finite<double>(varying * (varying + 1) / 2)};
    distribution->covariance = std::make_shared<const Covariance>(std::move(covariance));
    distribution->mahalanobis_spread = spread_from(*json);
    bytes = numbers.rest();
  } catch (const ParamError&) {
    throw;
  } catch (const std::runtime_error& error) {
    throw ParamError{"model",
                     fmt::format("the model's covariance is damaged: {}; train it again", error.what())};
  } catch (const nlohmann::json::exception& error) {
    throw ParamError{"model",
                     fmt::format("the model's covariance is damaged: {}; train it again", error.what())};
  }
}

}  // namespace radflow
