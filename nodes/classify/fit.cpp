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

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// Of validated samples, or of the training's out of fold.
Threshold threshold_of(const ThresholdParams& params, const Manifest& manifest, const TrainingSet& set,
                       const std::vector<std::vector<double>>& probabilities) {
  const auto positive = static_cast<std::size_t>(std::ranges::find(manifest.classes, params.positive) -
                                                 manifest.classes.begin());
  std::vector<double> of_positive;
  std::vector<bool> is_positive;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    of_positive.push_back(probabilities[i][positive]);
    is_positive.push_back(set.labels[i] == static_cast<int>(positive));
  }
  return choose_threshold(params, of_positive, is_positive);
}

Judged judged_by(const Manifest& manifest, const TrainingSet& set,
                 const std::vector<std::vector<double>>& probabilities, bool grouped) {
  std::vector<Case> cases;
  for (std::size_t i = 0; i < probabilities.size(); ++i)
    cases.push_back({manifest.classes[static_cast<std::size_t>(set.labels[i])],
                     manifest.classes[manifest.label_of(probabilities[i])], probabilities[i],
                     grouped ? std::to_string(set.groups[i]) : ""});
  Evaluation evaluation = evaluate(manifest.classes, cases);
  return {"", evaluation.cases, std::move(evaluation.intervals), std::move(evaluation.estimates)};
}

}  // namespace

std::string fit_model(const std::vector<Sample>& samples, const Training& training, const BuildInfo& classify,
                      const Validation& validation, const std::string& grouped_by, const Chosen& chosen,
                      std::vector<std::vector<double>>* asked_out_of_fold) {
  const Selection selected = resolved(training, Training::alternatives());
  const Algorithm& algorithm = *Algorithms::instance().find(selected.name);
  const SharedParams& shared = algorithm.shared(selected.params.get());
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
  if (shared.threshold && (counts.size() != 2 || !counts.contains(shared.threshold->positive)))
    throw std::runtime_error{
        fmt::format("threshold.positive names one of two classes, and is '{}': the samples are of {}",
                    shared.threshold->positive, fmt::join(manifest.classes, ", "))};
  const bool takes_missing = shared.steps.takes_missing();
  const TrainingSet set = training_set(samples, manifest.classes, first, takes_missing);
  const TrainingSet judges =
      training_set(unseen(validation.samples, samples), manifest.classes, first, takes_missing);
  if (judges.labels.empty() && !validation.samples.empty())
    throw std::runtime_error{fmt::format(
        "every image of {} is among those of the training: it cannot judge the model", validation.name)};

  manifest.images = image_digests(samples);
  manifest.algorithm = selected.name;
  manifest.parameters = shown(Training::alternatives().find(selected.name)->fields, selected.params.get());
  manifest.balanced_by = algorithm.balanced_by(algorithm.own(selected.params.get()));
  manifest.features = *first.names;
  manifest.units = first.units;
  manifest.photometric = first.photometric;
  manifest.chosen_by = chosen.by;
  manifest.judged = chosen.judged;
  if (chosen.judged) manifest.grouped_by = grouped_by;
  set_origin(manifest, classify);
  const bool together = shared.covariance.value_or(false);
  if (shared.distribution.value_or(false) || together) {
    std::vector<std::vector<double>> rows;
    for (const Sample& sample : samples) rows.push_back(sample.features.values);
    manifest.distribution = distribution_of(rows, together ? Together::Covariance : Together::No);
  }
  const bool out_of_fold = judges.labels.empty();
  const Fit fitted =
      fit(set, manifest.features, algorithm, selected.params.get(),
          asked_out_of_fold || (out_of_fold && shared.threshold) ? OutOfFold::Wanted : OutOfFold::NotWanted);
  if (asked_out_of_fold) *asked_out_of_fold = fitted.held_out;
  manifest.steps = shared.steps.names();
  manifest.calibrated = fitted.calibrated;
  manifest.probabilities = fitted.probabilities;
  if (!fitted.out_of_fold.empty()) manifest.grouped_by = grouped_by;
  std::vector<std::vector<double>> probabilities;
  if (out_of_fold) probabilities = fitted.out_of_fold;
  for (int i = 0; i < judges.samples.rows && !out_of_fold; ++i)
    fitted.classifier->probabilities({judges.samples.ptr<float>(i), manifest.features.size()},
                                     probabilities.emplace_back(manifest.classes.size()));
  if (probabilities.empty()) return write_model(manifest, *fitted.classifier);
  const TrainingSet& judged = out_of_fold ? set : judges;
  const std::string from =
      out_of_fold
          ? fmt::format(
                "{} training images, each held out of the fit that judged it (out of fold), grouped by {}",
                samples.size(), grouped_by)
          : fmt::format("{} images of {}, which are none of the training's", probabilities.size(),
                        validation.name);
  if (shared.threshold) {
    manifest.threshold = threshold_of(*shared.threshold, manifest, judged, probabilities);
    manifest.threshold->from = from;
  }
  // A candidate that was chosen by its score out of fold looks too good there: images apart, and nested folds, did not choose
  // it.
  if (!chosen.by.empty() && out_of_fold) return write_model(manifest, *fitted.classifier);
  manifest.judged = judged_by(manifest, judged, out_of_fold ? fitted.held_out : probabilities,
                              out_of_fold && grouped_by != "image");
  manifest.judged->from = from;
  return write_model(manifest, *fitted.classifier);
}

FoldModel fit_fold(const TrainingSet& set, const std::vector<std::string>& names,
                   const std::vector<std::string>& classes, const Training& training) {
  const Algorithm& algorithm = *Algorithms::instance().find(training.name);
  const void* const params = training.params.get();
  const auto& threshold = algorithm.shared(params).threshold;
  FoldModel model{fit(set, names, algorithm, params, threshold ? OutOfFold::Wanted : OutOfFold::NotWanted),
                  {}};
  model.manifest.classes = classes;
  if (threshold)
    model.manifest.threshold = threshold_of(*threshold, model.manifest, set, model.fit.out_of_fold);
  return model;
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

void set_origin(Manifest& manifest, const BuildInfo& node) {
  manifest.graph = node.graph;
  manifest.upstream_digest = node.upstream_digest;
  manifest.upstream = lines_of(node.upstream);
  manifest.version = RADFLOW_VERSION;
}

std::vector<std::pair<std::string, std::string>> shown(const std::vector<ParamSpec>& fields,
                                                       const void* params) {
  std::vector<std::pair<std::string, std::string>> shown;
  for (const Leaf& leaf : leaves(fields, params))
    if (!leaf.text.empty()) shown.emplace_back(leaf.path, leaf.text);
  return shown;
}

std::string upstream_difference(const Manifest& manifest, const BuildInfo& info) {
  if (info.upstream_digest.empty() || manifest.upstream_digest == info.upstream_digest) return "";
  const std::vector<std::string> here = lines_of(info.upstream);
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
