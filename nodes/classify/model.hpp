// A model file (.model): a line "radflow-model 1 <bytes> xxh3:<32 hex>", a JSON manifest of that many bytes that says what
// the model is for, the digests of its training images, and the numbers of the algorithm. The second part of the line is the
// checksum of all behind the line; older files have none. The same training gives the same bytes; `head FILE` shows the
// manifest. Everything in it is checked when it is read: a hostile file gives a ParamError and costs at most a few
// times its own size in memory.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodes/classify/classifier.hpp"
#include "nodes/classify/combination.hpp"
#include "nodes/classify/distribution.hpp"
#include "nodes/classify/evaluation.hpp"
#include "nodes/classify/threshold.hpp"

namespace radflow {

class Regressor;  // nodes/classify/regressor.hpp

// XXH3-128 of the bytes of an image's file.
using ImageDigest = std::array<unsigned char, 16>;
// From "xxh3:<32 hex>"; nothing if it is another text.
std::optional<ImageDigest> image_digest(std::string_view text);

// How good the model was on samples that did not fit it.
struct Judged {
  std::string from;  // which samples
  std::int64_t cases = 0;
  std::string intervals;            // how they were found
  std::vector<Estimate> estimates;  // Measures::of_all()
};

// The numbers that a regression was trained on.
struct Targets {
  std::int64_t samples = 0;
  double least = 0, greatest = 0, mean = 0;
};

struct Manifest {
  std::string algorithm;
  std::vector<std::pair<std::string, std::string>> parameters;  // how it was trained, in the form of YAML
  std::string chosen_by;  // how --select chose algorithm and parameters; "" if the graph said them
  // How class_weight: balanced was done: "draw", each tree draws its samples by weight; "priors" in models of
  // before, which full-grown trees hardly feel; "loss", errors are weighed; "" where the classes were not balanced.
  std::string balanced_by;
  std::vector<std::string>
      steps;                  // before the algorithm, fitted with it, in the order in which they are done
  bool calibrated = false;    // Platt's sigmoid makes probabilities of scores.
  std::string probabilities;  // how they come about; "" in older models
  std::optional<Threshold> threshold;
  std::optional<Combination>
      combination;  // Only a model of `combine` has one, whose algorithm is "combine": it has no bytes.
  std::optional<Targets> regression;  // Only a model that predicts a number has them: it has no classes.
  // "image", or what --group named: which samples were kept together when some were held out. "" in older models.
  std::string grouped_by;
  std::optional<Judged> judged;       // On --val, else out of fold where that was needed anyhow.
  std::vector<std::string> classes;   // sorted
  std::vector<std::int64_t> samples;  // training samples of each class
  std::vector<std::string> features;
  std::string units;        // Features::units of the training samples
  std::string photometric;  // Features::photometric of the training samples
  std::string graph;
  std::string upstream_digest;        // BuildInfo::upstream_digest of the node `classify`
  std::vector<std::string> upstream;  // the same, one line per node
  std::optional<Distribution>
      distribution;                 // Of the training's features, where the training was asked for it.
  std::string version;              // the radflow that trained it
  std::vector<ImageDigest> images;  // the training's, sorted, each once; older models have none

  // The class that these probabilities say: what the threshold says, else the most probable, the first of equals.
  std::size_t label_of(const std::vector<double>& probabilities) const;
};

struct Model {
  Manifest manifest;
  std::shared_ptr<const Classifier> classifier;  // null where it predicts a number
  std::shared_ptr<const Regressor> regressor;    // null where it does not
  bool takes_missing = false;                    // NaN may stand for a missing feature
  std::string name;                              // the file without its folder
  std::string digest;                            // "sha256:<64 hex>" of the file's bytes
  std::string manifest_json;                     // as it stands in the file
};

constexpr std::uint64_t max_model_bytes = std::uint64_t{1} << 30;

// `numbers` are what the classifier's or the regressor's bytes() wrote.
std::string write_model(const Manifest& manifest, const std::string& numbers);
std::string write_model(const Manifest& manifest, const Classifier& classifier);
// Both throw ParamError of "model".
Model read_model(std::string_view bytes, const std::string& name);
Model load_model(const std::string& path);

}  // namespace radflow
