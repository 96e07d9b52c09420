// Importance: how much worse a model judges its cases when some of their features are exchanged among them (Breiman 2001, as
// scikit-learn's permutation_importance does it). A feature that others can stand in for seems less important than it is.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nodes/classify/model.hpp"

namespace radflow {

struct Importance {
  std::string name;      // a feature's, or a block's: what stands before the dot of its features' names
  double mean = 0;       // how much the measure falls
  double deviation = 0;  // the repetitions'
};

enum class Permuted { Features, Blocks };

// By the area under the curve, of several classes their mean. `rows` are the cases' features as the model takes them, `expected`
// indices of its classes. A block's features are exchanged together. The largest first; of equal ones in the model's order.
// Throws std::runtime_error if there is no area: two classes are needed.
std::vector<Importance> importance_of(const Model& model, const std::vector<std::vector<float>>& rows,
                                      const std::vector<std::size_t>& expected, Permuted permuted,
                                      int repeats, std::uint64_t seed);
// The same of a model that predicts numbers, by R^2, as scikit-learn has it for them; `expected` are the true numbers. Throws
// std::runtime_error if these are all the same.
std::vector<Importance> importance_of_numbers(const Model& model, const std::vector<std::vector<float>>& rows,
                                              const std::vector<double>& expected, Permuted permuted,
                                              int repeats, std::uint64_t seed);

}  // namespace radflow
