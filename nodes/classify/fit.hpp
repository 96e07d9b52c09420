// Fit: makes a model from labelled features, and says whether a model fits a graph and its features.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "graph/plan.hpp"
#include "nodes/classify/algorithm.hpp"
#include "nodes/classify/fitted.hpp"
#include "nodes/classify/model.hpp"
#include "nodes/classify/samples.hpp"
#include "nodes/types/features.hpp"

namespace radflow {

// The parameters of the node `classify`.
struct ClassifyParams {
  std::string model;
  Training train;
};

// Samples that do not fit the model but judge it.
struct Validation {
  std::string name;  // what the manifest calls them: "--val images/val"
  std::vector<Sample> samples;
};

// How a selection came to the training, and how good that way is.
struct Chosen {
  std::string by = {};  // "auc of 5 folds: ..."; "": the graph said what to train
  std::optional<Judged> judged = {};
};

// The bytes of a model file, the same for the same samples in the same order. `classify` is the node's
// BuildInfo. Throws std::runtime_error if the samples are not one training set: fewer than two labels, other
// names, units or photometric interpretation than the first one's, a value that is not finite.
//
// A threshold is chosen from the validation, without those of its images that are among the samples too, or, where there
// is none, from probabilities out of fold. `grouped_by` names what the samples' groups are. Where `out_of_fold` is asked
// for, [sample][class], the algorithm is fitted for each fold whatever else needs it, and the manifest has metrics.
std::string fit_model(const std::vector<Sample>& samples, const Training& training, const BuildInfo& classify,
                      const Validation& validation = {}, const std::string& grouped_by = "image",
                      const Chosen& chosen = {}, std::vector<std::vector<double>>* out_of_fold = nullptr);

// What is fitted on a part of the samples to judge on others, with sigmoids, and with a threshold out of fold where one is
// wanted. Throws std::runtime_error.
struct FoldModel {
  Fit fit;
  Manifest manifest;  // classes and threshold alone

  std::size_t label_of(const std::vector<double>& probabilities) const {
    return manifest.label_of(probabilities);
  }
};
FoldModel fit_fold(const TrainingSet& set, const std::vector<std::string>& names,
                   const std::vector<std::string>& classes, const Training& training);

// Of a node that learns from features: its model file, as the graph names it, and how it is made. Such a node takes
// features and has a parameter that is a Training and one that is a model_file().
struct Trainable {
  std::string model;
  const Training* training = nullptr;
};
std::optional<Trainable> trainable(const NodePlan& node);

// What every manifest says of where its model was made: graph, nodes before `node`, version.
void set_origin(Manifest& manifest, const BuildInfo& node);
// The parameters that have a value by their YAML names, from their declaration: never written twice.
std::vector<std::pair<std::string, std::string>> shown(const std::vector<ParamSpec>& fields,
                                                       const void* params);
// Those of the images whose `digest` is one, sorted, each once.
template <typename Images>
std::vector<ImageDigest> image_digests(const Images& images) {
  std::vector<ImageDigest> digests;
  for (const auto& one : images)
    if (const auto digest = image_digest(one.digest)) digests.push_back(*digest);
  std::ranges::sort(digests);
  // Not std::ranges::unique: clang 14, which builds the sanitizers' preset, cannot compile its answer.
  digests.erase(std::unique(digests.begin(), digests.end()), digests.end());
  return digests;
}

// What differs between the nodes the model was trained behind and those before this node; "" if nothing does,
// or those before it are not known.
std::string upstream_difference(const Manifest& manifest, const BuildInfo& info);
// What differs between the model's feature names and these; "" if nothing does.
std::string name_difference(const Manifest& manifest, const std::vector<std::string>& names);

}  // namespace radflow
