#include "nodes/classify/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "graph/param.hpp"

namespace radflow {

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

Distribution distribution_of(const std::vector<std::vector<double>>& rows) {
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
  for (const auto& row : rows)
    if (const double distance = made.distance(row); !std::isnan(distance)) distances.push_back(distance);
  if (distances.empty()) return made;
  std::ranges::sort(distances);
  const auto at = [&](double share) {
    const double place = share * static_cast<double>(distances.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, distances.size() - 1);
    return distances[below] + (place - static_cast<double>(below)) * (distances[above] - distances[below]);
  };
  made.median = at(0.5);
  made.p99 = at(0.99);
  made.greatest = distances.back();
  return made;
}

nlohmann::ordered_json to_json(const Distribution& distribution) {
  return {{"mean", distribution.mean},
          {"deviation", distribution.deviation},
          {"median", distribution.median},
          {"p99", distribution.p99},
          {"greatest", distribution.greatest}};
}

std::optional<Distribution> distribution_from(const nlohmann::ordered_json& manifest, std::size_t features) {
  const auto json = manifest.find("distribution");
  if (json == manifest.end()) return std::nullopt;
  Distribution read{json->at("mean"), json->at("deviation"), json->at("median"), json->at("p99"),
                    json->at("greatest")};
  if (read.mean.size() != features || read.deviation.size() != features)
    throw ParamError{
        "model",
        "the model's distribution is of another number of features; make it again with radflow train"};
  return read;
}

}  // namespace radflow
