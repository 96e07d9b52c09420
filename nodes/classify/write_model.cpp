// A model file is written.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "graph/digest.hpp"
#include "nodes/classify/manifest_parts.hpp"
#include "nodes/classify/model.hpp"

namespace radflow {

using Json = nlohmann::ordered_json;

std::string write_model(const Manifest& manifest, const Classifier& classifier) {
  return write_model(manifest, classifier.bytes());
}

std::string write_model(const Manifest& manifest, const std::string& numbers) {
  Json parameters = Json::object();
  for (const auto& [name, value] : manifest.parameters) parameters[name] = value;
  Json json{{"algorithm", manifest.algorithm}, {"parameters", std::move(parameters)}};
  if (!manifest.chosen_by.empty()) json["chosen_by"] = manifest.chosen_by;
  if (!manifest.balanced_by.empty()) json["balanced_by"] = manifest.balanced_by;
  if (!manifest.steps.empty()) json["steps"] = manifest.steps;
  if (manifest.calibrated) json["calibration"] = "platt";
  if (!manifest.probabilities.empty()) json["probabilities"] = manifest.probabilities;
  if (!manifest.grouped_by.empty()) json["grouped_by"] = manifest.grouped_by;
  if (manifest.threshold) json["threshold"] = to_json(*manifest.threshold);
  if (manifest.combination) json["combination"] = to_json(*manifest.combination);
  if (manifest.regression) json["regression"] = to_json(*manifest.regression);
  if (manifest.judged) json["metrics"] = to_json(*manifest.judged);
  json.update(Json{{"classes", manifest.classes},
                   {"samples", manifest.samples},
                   {"features", manifest.features},
                   {"units", manifest.units},
                   {"photometric", manifest.photometric},
                   {"graph", manifest.graph},
                   {"upstream_digest", manifest.upstream_digest},
                   {"upstream", manifest.upstream},
                   {"version", manifest.version}});
  if (manifest.distribution) add_distribution(json, *manifest.distribution);
  if (!manifest.images.empty()) json["images"] = manifest.images.size();
  // Class folders may have names in any encoding; what is not UTF-8 is replaced.
  const std::string text = json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
  std::string images(manifest.images.size() * sizeof(ImageDigest), '\0');
  for (std::size_t i = 0; i < manifest.images.size(); ++i)
    std::ranges::copy(manifest.images[i],
                      images.begin() + static_cast<std::ptrdiff_t>(i * sizeof(ImageDigest)));
  const std::string body = text + images + covariance_bytes(manifest.distribution) + numbers;
  return fmt::format("{}{} {}\n", model_magic, text.size(), xxh3_digest(body)) + body;
}

}  // namespace radflow
