#include "nodes/classify/model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>

#include "graph/digest.hpp"
#include "graph/left_out.hpp"
#include "graph/param.hpp"
#include "nodes/classify/algorithm.hpp"
#include "nodes/classify/fitted.hpp"
#include "nodes/classify/manifest_parts.hpp"
#include "nodes/classify/measures.hpp"
#include "nodes/classify/number_measures.hpp"
#include "nodes/classify/regression_fit.hpp"

namespace radflow {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t max_manifest_bytes = std::size_t{4} << 20;

[[noreturn]] void refuse(const std::string& name, const std::string& what) {
  throw ParamError{
      "model",
      fmt::format("{} is not a usable model: {}; copy it anew, or make one with radflow train", name, what)};
}

// What `read` gives. Whoever reads the numbers does not know their file: its errors get the name here.
template <typename Read>
auto named(const std::string& name, const Read& read) {
  try {
    return read();
  } catch (const ParamError& error) {
    throw ParamError{"model", fmt::format("{} is not a usable model: {}", name, error.what())};
  }
}

// Takes it off the front of `bytes`, compares its checksum with what is behind it, and gives the length of the manifest.
std::size_t take_first_line(std::string_view& bytes, const std::string& name) {
  if (!bytes.starts_with(model_magic)) refuse(name, "it does not begin with 'radflow-model 1'");
  const std::string_view line = bytes.substr(0, bytes.find('\n')), numbers = line.substr(model_magic.size());
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(numbers.data(), numbers.data() + numbers.size(), size);
  const std::string_view checksum = numbers.substr(static_cast<std::size_t>(end - numbers.data()));
  if (error != std::errc{} || line.size() == bytes.size()) refuse(name, "its first line is damaged");
  bytes.remove_prefix(line.size() + 1);
  if (!checksum.empty() && checksum != " " + xxh3_digest(bytes))
    refuse(name, "it was cut short, changed or damaged after it was written (its checksum differs)");
  return size;
}

Json parse_manifest(std::string_view text, const std::string& name) {
  // A manifest is an object of values, lists and objects of values. A file that nests deeper is no manifest,
  // and is left before it costs anything.
  const auto shallow = [&](int depth, Json::parse_event_t, Json&) {
    if (depth > 3) refuse(name, "its manifest is nested too deeply");
    return true;
  };
  try {
    return Json::parse(text, shallow);
  } catch (const Json::exception&) {
    refuse(name, "its manifest is not JSON");
  }
}

// Takes them off the front of `bytes`.
std::vector<ImageDigest> take_images(std::uint64_t count, std::string_view& bytes, const std::string& name) {
  if (count > bytes.size() / sizeof(ImageDigest)) refuse(name, "it is cut short");
  std::vector<ImageDigest> images(count);
  for (ImageDigest& image : images) {
    std::ranges::copy(bytes.substr(0, image.size()), image.begin());
    bytes.remove_prefix(image.size());
  }
  if (std::ranges::adjacent_find(images, std::ranges::greater_equal{}) != images.end())
    refuse(name, "the digests of its training images are damaged");
  return images;
}

Manifest read_manifest(const Json& json, const std::string& name) {
  Manifest manifest;
  try {
    json.at("algorithm").get_to(manifest.algorithm);
    for (const auto& [key, value] : json.at("parameters").items())
      manifest.parameters.emplace_back(key, value.get<std::string>());
    if (json.contains("chosen_by")) json.at("chosen_by").get_to(manifest.chosen_by);
    if (json.contains("steps")) json.at("steps").get_to(manifest.steps);
    if (json.contains("probabilities")) json.at("probabilities").get_to(manifest.probabilities);
    if (const auto regression = json.find("regression"); regression != json.end())
      manifest.regression = targets_from(*regression);
    if (const auto metrics = json.find("metrics"); metrics != json.end())
      manifest.judged = judged_from(*metrics, manifest.regression ? number_measures() : Measures::of_all());
    if (json.contains("grouped_by")) json.at("grouped_by").get_to(manifest.grouped_by);
    if (const auto threshold = json.find("threshold"); threshold != json.end())
      manifest.threshold = threshold_from(*threshold);
    if (const auto combination = json.find("combination"); combination != json.end())
      manifest.combination = combination_from(*combination);
    if (json.contains("calibration")) {
      if (const std::string by = json.at("calibration"); by != "platt")
        refuse(name, "this version knows no calibration '" + by + "'");
      manifest.calibrated = true;
    }
    if (json.contains("balanced_by"))
      json.at("balanced_by").get_to(manifest.balanced_by);
    else if (json.at("parameters").value("class_weight", "none") == "balanced")
      manifest.balanced_by = "priors";
    json.at("classes").get_to(manifest.classes);
    json.at("samples").get_to(manifest.samples);
    json.at("features").get_to(manifest.features);
    json.at("units").get_to(manifest.units);
    json.at("photometric").get_to(manifest.photometric);
    json.at("graph").get_to(manifest.graph);
    json.at("upstream_digest").get_to(manifest.upstream_digest);
    json.at("upstream").get_to(manifest.upstream);
    json.at("version").get_to(manifest.version);
    manifest.distribution = named(name, [&] { return distribution_from(json, manifest.features.size()); });
  } catch (const Json::exception& e) {
    refuse(name, fmt::format("its manifest is incomplete ({})", e.what()));
  } catch (const ParamError&) {
    throw;
  } catch (const std::runtime_error& e) {
    refuse(name, e.what());
  }
  const auto distinct = [](const std::vector<std::string>& names) {
    return std::set<std::string_view>(names.begin(), names.end()).size() == names.size();
  };
  if (manifest.regression ? !manifest.classes.empty() || !manifest.samples.empty() || manifest.combination
                          : manifest.classes.size() < 2 || !distinct(manifest.classes) ||
                                manifest.samples.size() != manifest.classes.size())
    refuse(name, "it needs two classes or more, each with its own name and its number of samples");
  if (manifest.threshold &&
      (manifest.classes.size() != 2 ||
       std::ranges::find(manifest.classes, manifest.threshold->positive) == manifest.classes.end()))
    refuse(name, "its threshold is for none of two classes");
  if (manifest.features.empty() || !distinct(manifest.features))
    refuse(name, "it needs one feature or more, each with its own name");
  return manifest;
}

}  // namespace

std::size_t Manifest::label_of(const std::vector<double>& probabilities) const {
  if (threshold) {
    const std::size_t positive = classes.front() == threshold->positive ? 0 : 1;
    return probabilities[positive] >= threshold->value ? positive : 1 - positive;
  }
  return static_cast<std::size_t>(std::ranges::max_element(probabilities) - probabilities.begin());
}

Model read_model(std::string_view bytes, const std::string& name) {
  const std::string digest = sha256_digest(bytes);
  const std::size_t size = take_first_line(bytes, name);
  if (size > bytes.size()) refuse(name, "it is cut short");
  if (size > max_manifest_bytes) refuse(name, "its manifest is larger than 4 MiB");

  std::string manifest{bytes.substr(0, size)};
  const Json json = parse_manifest(manifest, name);
  bytes.remove_prefix(size);
  Model model{read_manifest(json, name), nullptr, nullptr, false, name, digest, std::move(manifest)};
  if (const auto images = json.find("images"); images != json.end()) {
    if (!images->is_number_unsigned()) refuse(name, "its number of training images is no number");
    model.manifest.images = take_images(images->get<std::uint64_t>(), bytes, name);
  }
  named(name, [&] { take_covariance(json, bytes, model.manifest.distribution); });
  if (const auto& combination = model.manifest.combination) {
    if (model.manifest.features.size() != combination->members.size() * model.manifest.classes.size() ||
        !bytes.empty())
      refuse(name, "its combination is of other members or classes");
    model.classifier = std::make_shared<const CombinedMembers>(*combination);
    return model;
  }
  const auto unknown = [&] {
    const std::string family = choice_left_out(model.manifest.algorithm);
    refuse(name, fmt::format("this version has no algorithm '{}'{}{}", model.manifest.algorithm,
                             family.empty() ? "" : ": ", family));
  };
  if (model.manifest.regression) {
    const RegressorAlgorithm* regressor = Regressors::instance().find(model.manifest.algorithm);
    if (!regressor) unknown();
    const auto fitted = named(name, [&] {
      return std::make_shared<const FittedRegressor>(bytes, *regressor, model.manifest.features.size(),
                                                     !model.manifest.steps.empty());
    });
    model.takes_missing = fitted->takes_missing();
    model.regressor = fitted;
    return model;
  }
  const Algorithm* algorithm = Algorithms::instance().find(model.manifest.algorithm);
  if (!algorithm) unknown();
  if (model.manifest.calibrated != algorithm->gives_scores)
    refuse(name, "its calibration does not fit its algorithm");
  const auto fitted = named(name, [&] {
    return std::make_shared<const Fitted>(bytes, *algorithm, model.manifest.features.size(),
                                          model.manifest.classes.size(), !model.manifest.steps.empty(),
                                          model.manifest.calibrated);
  });
  model.takes_missing = fitted->takes_missing();
  model.classifier = fitted;
  return model;
}

Model load_model(const std::string& path) {
  const std::string name = std::filesystem::path{path}.filename().string();
  std::error_code failed;
  if (!std::filesystem::is_regular_file(path, failed)) refuse(path, "there is no such file");
  const std::uint64_t size = std::filesystem::file_size(path, failed);
  if (failed) refuse(path, failed.message());
  if (size > max_model_bytes)
    refuse(path, fmt::format("it has {} bytes, the limit is {}", size, max_model_bytes));
  std::string bytes(size, '\0');
  std::ifstream file{path, std::ios::binary};
  if (!file.read(bytes.data(), static_cast<std::streamsize>(size))) refuse(path, "it cannot be read");
  return read_model(bytes, name);
}

}  // namespace radflow
