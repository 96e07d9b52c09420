// Which features a model's answers stand on, of images that a graph was given here: for a terminal, as JSON and on a page.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/tap.hpp"
#include "nodes/classify/importance.hpp"

namespace radflow::cli {

struct Permutation {
  Permuted permuted = Permuted::Blocks;
  int repeats = 5;
  std::uint64_t seed = 1;
};

// What a node predicted, and what it was given where that is wanted: of the same frames in the same order.
struct TappedPredictions {
  TappedResults results;
  std::vector<Tapped> features;
};
TappedPredictions tap_predictions(const Plan& plan, std::size_t node, bool with_features,
                                  std::uint64_t total);

// Of labelled messages whose payload is Features, as the model's node is given them. Throws std::runtime_error where one is
// none of the model's: other names, a label that is no class or no number, a value that is not finite.
std::vector<Importance> importances(const Model& model, const std::vector<Tapped>& messages,
                                    const Permutation& permutation);

// What falls: "AUC", or "R^2" of a model that predicts numbers.
std::string what_falls(const Model& model);

// A line with a bar for each of the `most` first.
std::string importance_lines(const std::vector<Importance>& all, std::size_t most);
nlohmann::ordered_json importance_json(const std::vector<Importance>& all);
// The page's section: a bar for each of the strongest, with a line over it as long as a deviation to both sides.
std::string importance_section(const std::vector<Importance>& all, const Permutation& permutation,
                               const std::string& falls = "AUC");

}  // namespace radflow::cli
