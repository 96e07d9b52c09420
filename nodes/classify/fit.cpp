#include "nodes/classify/fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <map>
#include <stdexcept>

#include "nodes/classify/fitted.hpp"

namespace radflow {
namespace {

std::vector<std::string> lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// The algorithm's parameters by their YAML names, from their declaration: never written twice.
std::vector<std::pair<std::string, std::string>> shown(const Selection& training) {
  std::vector<std::pair<std::string, std::string>> shown;
  for (const Leaf& leaf : leaves(Training::alternatives().find(training.name)->fields, training.params.get()))
    if (!leaf.text.empty()) shown.emplace_back(leaf.path, leaf.text);
  return shown;
}

void check(const Sample& sample, const Features& first, bool takes_missing) {
  const Features& features = sample.features;
  if (features.names != first.names && *features.names != *first.names)
    throw std::runtime_error{fmt::format("{} has other features than the samples before it", sample.name)};
  if (features.units != first.units || features.photometric != first.photometric)
    throw std::runtime_error{fmt::format(
        "{} has pixels of '{}', '{}', the samples before it of '{}', '{}'; a model is for one meaning",
        sample.name, features.units, features.photometric, first.units, first.photometric)};
  for (std::size_t i = 0; i < features.values.size(); ++i) {
    const double value = features.values[i];
    if (std::abs(value) < FLT_MAX || (takes_missing && std::isnan(value))) continue;
    throw std::runtime_error{
        std::isnan(value)
            ? fmt::format("feature {} of {} is missing; train: {{standardize: {{missing: mean}}}} takes "
                          "the mean of the others for it",
                          (*features.names)[i], sample.name)
            : fmt::format("feature {} of {} is {}", (*features.names)[i], sample.name, value)};
  }
}

// Samples with the same digest are one group: the same image is never on both sides of a fold.
std::vector<int> groups_of(const std::vector<Sample>& samples) {
  std::map<std::string, int> known;
  std::vector<int> groups;
  for (std::size_t i = 0; i < samples.size(); ++i)
    groups.push_back(
        samples[i].digest.empty()
            ? -1 - static_cast<int>(i)
            : known.try_emplace(samples[i].digest, static_cast<int>(known.size())).first->second);
  return groups;
}

}  // namespace

std::string fit_model(const std::vector<Sample>& samples, const Training& training,
                      const BuildInfo& classify) {
  const Selection selected = resolved(training, Training::alternatives());
  const Algorithm& algorithm = *Algorithms::instance().find(selected.name);
  std::map<std::string, std::int64_t> counts;
  for (const Sample& sample : samples) ++counts[sample.label];
  if (counts.size() < 2)
    throw std::runtime_error{fmt::format("training needs samples of two classes or more, found {}{}",
                                         counts.size(),
                                         counts.empty() ? "" : ": only '" + counts.begin()->first + "'")};
  const Features& first = samples.front().features;
  if (first.names->empty()) throw std::runtime_error{"the samples have no features"};

  Manifest manifest;
  for (const auto& [label, count] : counts) {
    manifest.classes.push_back(label);
    manifest.samples.push_back(count);
  }
  const bool takes_missing = algorithm.shared(selected.params.get()).steps.takes_missing();
  TrainingSet set;
  set.groups = groups_of(samples);
  set.classes = static_cast<int>(counts.size());
  set.samples.create(static_cast<int>(samples.size()), static_cast<int>(first.names->size()), CV_32F);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    check(samples[i], first, takes_missing);
    const auto label = std::ranges::lower_bound(manifest.classes, samples[i].label);
    set.labels.push_back(static_cast<int>(label - manifest.classes.begin()));
    std::ranges::transform(samples[i].features.values, set.samples.ptr<float>(static_cast<int>(i)),
                           [](double value) { return static_cast<float>(value); });
  }

  for (const Sample& sample : samples)
    if (const auto digest = image_digest(sample.digest)) manifest.images.push_back(*digest);
  std::ranges::sort(manifest.images);
  // Not std::ranges::unique: clang 14, which builds the sanitizers' preset, cannot compile its answer.
  manifest.images.erase(std::unique(manifest.images.begin(), manifest.images.end()), manifest.images.end());
  manifest.algorithm = selected.name;
  manifest.parameters = shown(selected);
  manifest.balanced_by = algorithm.balanced_by(algorithm.own(selected.params.get()));
  manifest.features = *first.names;
  manifest.units = first.units;
  manifest.photometric = first.photometric;
  manifest.graph = classify.graph;
  manifest.upstream_digest = classify.upstream_digest;
  manifest.upstream = lines(classify.upstream);
  manifest.version = RADFLOW_VERSION;
  const Fit fitted = fit(set, manifest.features, algorithm, selected.params.get(), OutOfFold::NotWanted);
  manifest.steps = algorithm.shared(selected.params.get()).steps.names();
  manifest.calibrated = fitted.calibrated;
  manifest.probabilities = fitted.probabilities;
  return write_model(manifest, *fitted.classifier);
}

std::optional<Trainable> trainable(const NodePlan& node) {
  if (node.spec->inputs.size() != 1 || !is_type<Features>(node.spec->inputs.front().type))
    return std::nullopt;
  Trainable found;
  bool has_model = false;
  for (const ParamSpec& param : node.spec->params) {
    if (param.limits().trained) {
      has_model = true;
      found.model = param.get(node.params.get());
    }
    if (param.shape.type == ParamType::Selection && &param.shape.alternatives() == &Training::alternatives())
      found.training =
          static_cast<const Training*>(static_cast<const Selection*>(param.at(node.params.get())));
  }
  if (!has_model || !found.training) return std::nullopt;
  return found;
}

std::string upstream_difference(const Manifest& manifest, const BuildInfo& info) {
  if (info.upstream_digest.empty() || manifest.upstream_digest == info.upstream_digest) return "";
  const std::vector<std::string> here = lines(info.upstream);
  const auto [was, is] = std::ranges::mismatch(manifest.upstream, here);
  const auto line = [](auto at, const auto& all) {
    return at == all.end() ? "nothing more" : "'" + *at + "'";
  };
  if (was == manifest.upstream.end() && is == here.end())
    return "they are wired in another way or use another file";
  return fmt::format("it was trained with {}, this graph has {}", line(was, manifest.upstream),
                     line(is, here));
}

std::string name_difference(const Manifest& manifest, const std::vector<std::string>& names) {
  const auto [was, is] = std::ranges::mismatch(manifest.features, names);
  if (was == manifest.features.end() && is == names.end()) return "";
  const std::string counts = fmt::format("the model was trained on {} features, these are {}",
                                         manifest.features.size(), names.size());
  if (was == manifest.features.end()) return fmt::format("{}; '{}' is unknown to it", counts, *is);
  const std::string near = is == names.end() ? "" : nearest(*was, names);
  return fmt::format("{}; at place {} it needs '{}', found {}{}", counts, was - manifest.features.begin(),
                     *was, is == names.end() ? "nothing" : "'" + *is + "'",
                     near.empty() || near == *is ? "" : ", nearest is '" + near + "'");
}

}  // namespace radflow
