// Algorithms: what `radflow train` may fit. One is a classifier with two functions, and one object that registers it with
// parameters of its own, in the program or in a plug-in:
//
//   struct Params { int neighbours = 5; };
//   struct Nearest : Classifier {
//     static std::unique_ptr<Classifier> train(const TrainingSet& set, const Params& params);
//     // Throws ParamError if the bytes are not what bytes() wrote, whatever they are.
//     static std::unique_ptr<Classifier> read(std::string_view bytes, std::size_t features, std::size_t classes);
//     ...
//   };
//   const RegisterAlgorithm<Nearest, Params> registered{"nearest", "Votes of the nearest training samples.",
//       Fields<Params>{}.param(&Params::neighbours, "neighbours", range(1, 1000), "How many vote.")};
//
// A graph says `classify: {train: {algorithm: nearest, neighbours: 7}}`. Steps before it (nodes/classify/steps.hpp) are
// parameters of every algorithm.
//
// What the probabilities are stands in the manifest: `static constexpr std::string_view gives = "shares of the neighbours"`.
// An algorithm without probabilities says `static constexpr bool gives_scores = true` and gives a score per class, the
// larger the more likely: radflow train makes probabilities of them by Platt, on scores of samples held out.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "graph/param_codec.hpp"
#include "nodes/classify/classifier.hpp"
#include "nodes/classify/search_space.hpp"
#include "nodes/classify/steps.hpp"
#include "nodes/classify/threshold.hpp"

namespace radflow {

// The parameters of an algorithm, and those that every algorithm has.
struct SharedParams {
  StepParams steps;
  std::optional<ThresholdParams> threshold;
  std::optional<std::vector<SearchSpace>> search;
  std::optional<bool> distribution, covariance;
};
template <typename Params>
struct TrainParams {
  Params own;
  SharedParams shared;
};

struct Algorithm {
  // `params` is the algorithm's own Params.
  std::function<std::unique_ptr<Classifier>(const TrainingSet& set, const void* params)> train;
  std::function<std::unique_ptr<Classifier>(std::string_view bytes, std::size_t features,
                                            std::size_t classes)>
      read;
  // How the classes were balanced, Manifest::balanced_by; "" if they were not.
  std::function<std::string(const void* params)> balanced_by;
  std::string gives;
  bool gives_scores = false;
  // Both of a Selection's parameters.
  std::function<const void*(const void* params)> own;
  std::function<const SharedParams&(const void* params)> shared;
};

// Fields of a part, as fields of the whole that it is a member of.
template <typename Whole, typename Part>
std::vector<ParamSpec> fields_within(std::vector<ParamSpec> fields, Part Whole::*part) {
  for (ParamSpec& field : fields) {
    field.set = [part, set = field.set](void* whole, const Value& value, Reading& reading) {
      set(&(static_cast<Whole*>(whole)->*part), value, reading);
    };
    field.write = [part, write = field.write](const void* whole, const Writing& how) {
      return write(&(static_cast<const Whole*>(whole)->*part), how);
    };
    field.at = [part, at = field.at](const void* whole) {
      return at(&(static_cast<const Whole*>(whole)->*part));
    };
  }
  return fields;
}
// Those of SharedParams.
std::vector<ParamSpec> shared_fields();

// Filled before main(), and by plug-ins. Read-only afterwards.
class Algorithms {
 public:
  static Algorithms& instance();

  // Throws std::logic_error if the name is taken.
  void add(Alternative about, Algorithm algorithm);
  // Null if there is none of that name.
  const Algorithm* find(std::string_view name) const;
  // Names, sentences and parameters.
  const Alternatives& all() const { return all_; }

 private:
  Algorithms();

  Alternatives all_;
  std::map<std::string, Algorithm, std::less<>> algorithms_;
};

template <typename C, typename Params>
class RegisterAlgorithm {
 public:
  RegisterAlgorithm(std::string name, std::string sentence, Fields<Params> fields) {
    Algorithm algorithm;
    algorithm.train = [](const TrainingSet& set, const void* params) {
      return C::train(set, *static_cast<const Params*>(params));
    };
    algorithm.read = &C::read;
    algorithm.balanced_by = [](const void* params) -> std::string {
      if constexpr (requires { C::balanced_by(std::declval<const Params&>()); })
        return C::balanced_by(*static_cast<const Params*>(params));
      else
        return "";
    };
    if constexpr (requires { C::gives; }) algorithm.gives = C::gives;
    if constexpr (requires { C::gives_scores; }) algorithm.gives_scores = C::gives_scores;
    using Whole = TrainParams<Params>;
    algorithm.own = [](const void* params) -> const void* { return &static_cast<const Whole*>(params)->own; };
    algorithm.shared = [](const void* params) -> const SharedParams& {
      return static_cast<const Whole*>(params)->shared;
    };
    std::vector<ParamSpec> all = fields_within(shared_fields(), &Whole::shared);
    for (ParamSpec& field : fields_within(std::move(fields.list), &Whole::own))
      all.push_back(std::move(field));
    Algorithms::instance().add(
        {std::move(name), std::move(sentence), std::move(all), [] { return std::make_shared<Whole>(); }},
        std::move(algorithm));
  }
};

// The parameter `train` of a node that answers with a model: an algorithm and its parameters.
struct Training : Selection {
  static const Alternatives& alternatives() { return Algorithms::instance().all(); }
};

}  // namespace radflow
