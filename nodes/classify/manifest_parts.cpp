#include "nodes/classify/manifest_parts.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace radflow {

using Json = nlohmann::ordered_json;

void add_estimates(Json& json, const std::vector<Estimate>& estimates) {
  for (const Estimate& one : estimates) {
    json[one.name] = one.value ? Json(*one.value) : Json(nullptr);
    json[one.name + "_95"] = one.interval ? Json{one.interval->low, one.interval->high} : Json(nullptr);
    if (!one.without.empty()) json[one.name + "_95_absent"] = one.without;
  }
}

Json to_json(const Judged& judged) {
  Json json{{"from", judged.from}, {"cases", judged.cases}, {"intervals", judged.intervals}};
  add_estimates(json, judged.estimates);
  return json;
}

Judged judged_from(const Json& json, const std::vector<std::string>& measures) {
  Judged judged{json.at("from"), json.at("cases"), json.at("intervals"), {}};
  for (const std::string& name : measures) {
    Estimate& one = judged.estimates.emplace_back(Estimate{name, {}, {}});
    if (const Json& value = json.at(name); !value.is_null()) one.value = value.get<double>();
    if (const Json& ends = json.at(name + "_95"); !ends.is_null())
      one.interval = ConfidenceInterval{ends.at(0).get<double>(), ends.at(1).get<double>()};
    one.without = json.value(name + "_95_absent", "");
  }
  return judged;
}

Json to_json(const Targets& targets) {
  return {{"samples", targets.samples},
          {"least", targets.least},
          {"greatest", targets.greatest},
          {"mean", targets.mean}};
}

Targets targets_from(const Json& json) {
  return {json.at("samples"), json.at("least"), json.at("greatest"), json.at("mean")};
}

Json to_json(const Threshold& threshold) {
  return {{"positive", threshold.positive},
          {"value", threshold.value},
          {"rule", threshold.rule},
          {"from", threshold.from},
          {"sensitivity", threshold.sensitivity},
          {"specificity", threshold.specificity}};
}

Threshold threshold_from(const Json& json) {
  return {json.at("positive"), json.at("value"),       json.at("rule"),
          json.at("from"),     json.at("sensitivity"), json.at("specificity")};
}

Json to_json(const Combination& combination) {
  return {{"members", combination.members},
          {"scales", combination.scales},
          {"slope", combination.slope},
          {"offset", combination.offset}};
}

Combination combination_from(const Json& json) {
  Combination combination{json.at("members"), json.at("scales"), json.at("slope"), json.at("offset")};
  const auto positive = [](double value) { return value > 0 && value < 1e300; };
  if (combination.members.empty() || combination.members.size() != combination.scales.size() ||
      !std::ranges::all_of(combination.scales, positive) || !positive(combination.slope))
    throw std::runtime_error{"its combination needs members, each with a scale above 0, and a slope above 0"};
  return combination;
}

std::optional<ImageDigest> image_digest(std::string_view text) {
  constexpr std::string_view prefix = "xxh3:";
  ImageDigest digest;
  if (!text.starts_with(prefix) || text.size() != prefix.size() + 2 * digest.size()) return std::nullopt;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const char* at = text.data() + prefix.size() + 2 * i;
    const auto [end, error] = std::from_chars(at, at + 2, digest[i], 16);
    if (error != std::errc{} || end != at + 2) return std::nullopt;
  }
  return digest;
}

}  // namespace radflow
