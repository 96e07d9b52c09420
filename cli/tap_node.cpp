// Which node of a graph train and evaluate are about.
#include <fmt/format.h>

#include "cli/tap.hpp"
#include "nodes/classify/combining.hpp"
#include "nodes/classify/regression_fit.hpp"
#include "nodes/types/prediction.hpp"
#include "nodes/types/regression.hpp"

namespace radflow::cli {
namespace {

struct Wording {
  std::string_view none, several;
};

std::size_t node_that(const Plan& plan, const std::string& wanted, bool (*does)(const NodePlan&),
                      Wording words) {
  std::vector<std::size_t> found;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    if (!does(plan.nodes[i])) continue;
    names.push_back(plan.nodes[i].name);
    if (wanted.empty() || plan.nodes[i].name == wanted) found.push_back(i);
  }
  if (found.size() == 1) return found.front();
  const Mark place{plan.file, 0, 0};
  if (names.empty()) refuse(place, fmt::format("has no node that {}", words.none));
  const std::string list = fmt::format("{}", fmt::join(names, ", "));
  if (wanted.empty())
    refuse(place, fmt::format("has several nodes that {}; say which with --node: {}", words.several, list));
  refuse(place, fmt::format("has no node '{}' among those that {}: {}", wanted, words.several, list));
}

}  // namespace

void refuse(const Mark& place, const std::string& message) {
  Diagnostic diagnostic;
  diagnostic.mark = place;
  diagnostic.message = message;
  throw ConfigError{{std::move(diagnostic)}};
}

std::size_t trainable_node(const Plan& plan, const std::string& wanted) {
  return node_that(
      plan, wanted,
      [](const NodePlan& node) { return trainable(node).has_value() || regressing(node) != nullptr; },
      {"learns from features, as `classify` and `regress` do", "learn from features"});
}

std::size_t learning_node(const Plan& plan, const std::string& wanted) {
  return node_that(plan, wanted,
                   [](const NodePlan& node) {
                     const CombineParams* const combined = combining(node);
                     return trainable(node).has_value() || regressing(node) || (combined && combined->model);
                   },
                   {"learns from features, as `classify` and `regress` do, and no `combine` with a model: "
                    "there is nothing to train",
                    "learn"});
}

std::size_t predicting_node(const Plan& plan, const std::string& wanted) {
  return node_that(plan, wanted,
                   [](const NodePlan& node) {
                     return is_type<Prediction>(node.spec->outputs.front().type) ||
                            is_type<Regression>(node.spec->outputs.front().type);
                   },
                   {"predicts, as `classify` does: there is nothing to evaluate", "predict"});
}

}  // namespace radflow::cli
