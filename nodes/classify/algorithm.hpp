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
// A graph says `classify: {train: {algorithm: nearest, neighbours: 7}}`.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "graph/param_codec.hpp"
#include "nodes/classify/classifier.hpp"

namespace radflow {

struct Algorithm {
  std::function<std::unique_ptr<Classifier>(const TrainingSet& set, const void* params)> train;
  std::function<std::unique_ptr<Classifier>(std::string_view bytes, std::size_t features,
                                            std::size_t classes)>
      read;
  // How the classes were balanced, Manifest::balanced_by; "" if they were not.
  std::function<std::string(const void* params)> balanced_by;
};

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
    Algorithms::instance().add({std::move(name), std::move(sentence), std::move(fields.list),
                                [] { return std::make_shared<Params>(); }},
                               std::move(algorithm));
  }
};

// The parameter `train` of a node that answers with a model: an algorithm and its parameters.
struct Training : Selection {
  static const Alternatives& alternatives() { return Algorithms::instance().all(); }
};

}  // namespace radflow
