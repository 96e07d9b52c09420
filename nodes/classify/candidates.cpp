#include "nodes/classify/candidates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <tuple>

#include "graph/param_reading.hpp"
#include "nodes/classify/search_space.hpp"

namespace radflow {
namespace {

// C of the logistic and of machines is small where the penalty is strong; alpha and the number of neighbours are large.
constexpr std::array<std::string_view, 3> penalties{"C", "alpha", "neighbours"};

struct Default {
  std::string_view yaml;
  bool needs_scale;
};
constexpr std::array defaults{Default{"algorithm: logistic, C: [0.01, 0.1, 1]", true},
                              Default{"algorithm: svm, kernel: linear, C: [0.01, 0.1]", true},
                              Default{"algorithm: knn, neighbours: [25, 5]", true},
                              Default{"algorithm: svm, C: [1, 4, 16]", true},
                              Default{"algorithm: random_forest, trees: 300", false},
                              Default{"algorithm: xgboost, depth: 3", false},
                              Default{"algorithm: mlp", true}};

constexpr std::array number_defaults{Default{"algorithm: ridge, alpha: [100, 10, 1, 0.1]", true},
                                     Default{"algorithm: random_forest, trees: 300", false},
                                     Default{"algorithm: xgboost, depth: 3", false}};

Value yaml_value(const std::string& yaml) {
  std::vector<Diagnostic> diagnostics;
  return read_yaml(yaml, "--select", diagnostics);
}

Selection read_training(const Alternatives& all, const Value& map) {
  std::string wrong;
  Reading reading{"train", [&](const Mark&, const std::string& message) { wrong += message; }};
  Selection training;
  read_selection(all, training, map, reading);
  if (!wrong.empty()) throw std::runtime_error{wrong};
  return training;
}

std::string text_at(const Value& map, std::string_view key) {
  const Value* found = map.find(key);
  return found ? found->text : "";
}

// The smaller the simpler.
std::tuple<std::size_t, double> complexity(const Value& map) {
  static const std::vector<std::string> order{"logistic", "ridge",         "svm linear", "knn",
                                              "svm",      "random_forest", "xgboost",    "mlp"};
  std::string name = text_at(map, "algorithm");
  if (text_at(map, "kernel") == "linear") name += " linear";
  const auto rank = static_cast<std::size_t>(std::ranges::find(order, name) - order.begin());
  double penalty = 0;
  for (const std::string_view key : penalties)
    if (const std::string text = text_at(map, key); !text.empty()) {
      std::from_chars(text.data(), text.data() + text.size(), penalty);
      if (key != "C") penalty = -penalty;
    }
  return {rank == 1 ? 0 : rank, penalty};
}

// What stands before the first dot of a parameter's path.
std::string step_of(std::string_view path) { return std::string{path.substr(0, path.find('.'))}; }

class Maker {
 public:
  Maker(const Selection& graph, const Alternatives& all) : all_{all} {
    const Selection given = resolved(graph, all);
    for (const Leaf& leaf : leaves(all.find(given.name)->fields, given.params.get())) {
      if (leaf.text.empty()) continue;
      const bool weight = leaf.path == "class_weight" && leaf.text != leaf.spec.default_text;
      if (leaf.path.find('.') == std::string::npos && !weight) continue;
      standardised_ |= leaf.path.starts_with("standardize.");
      const ParamType type = leaf.spec.shape.type;
      const bool flow = type == ParamType::List || type == ParamType::Map || type == ParamType::Interval;
      shared_.push_back(yaml_value(fmt::format("{{{}: {}}}", quoted_if_needed(leaf.path),
                                               flow ? leaf.text : quoted_if_needed(leaf.text)))
                            .entries.front());
    }
  }

  void add(const SearchSpace& space, bool needs_scale, std::vector<std::pair<Value, Candidate>>& out) const {
    for (Value& map : candidates_of(space)) {
      const Alternative* algorithm =
          all_.find(map.find("algorithm") ? map.find("algorithm")->text : all_.selector.default_text);
      if (!algorithm) continue;
      Candidate candidate;
      for (const auto& [key, mark, value] : map.entries)
        candidate.title += key == "algorithm" ? value.text : fmt::format(", {}: {}", key, text_of(value));
      const Value own = map;
      if (needs_scale && !standardised_) add(map, yaml_value("{standardize: {}}").entries.front());
      for (const Value::Entry& entry : shared_) {
        const bool has = std::ranges::any_of(
            own.entries, [&](const auto& one) { return step_of(one.key) == step_of(entry.key); });
        if (!has && find_field(algorithm->fields, step_of(entry.key))) add(map, entry);
      }
      candidate.yaml = text_of(map);
      candidate.training = read_training(all_, map);
      out.emplace_back(std::move(map), std::move(candidate));
    }
  }

 private:
  static void add(Value& map, const Value::Entry& entry) { map.entries.push_back(entry); }

  const Alternatives& all_;
  std::vector<Value::Entry> shared_;  // what the graph's `train` says
  bool standardised_ = false;
};

using Made = std::vector<std::pair<Value, Candidate>>;

template <typename Defaults>
void add_defaults(const Maker& maker, const Defaults& defaults, Made& made) {
  for (const Default& one : defaults)
    maker.add({yaml_value(fmt::format("{{{}}}", one.yaml))}, one.needs_scale, made);
}

std::vector<Candidate> the_simplest_first(Made made) {
  std::ranges::stable_sort(made, {}, [](const auto& one) { return complexity(one.first); });
  std::vector<Candidate> candidates;
  for (auto& [map, candidate] : made) candidates.push_back(std::move(candidate));
  return candidates;
}

}  // namespace

std::vector<Candidate> candidates_for(const Training& graph) {
  const Maker maker{graph, Training::alternatives()};
  Made made;
  const Selection given = resolved(graph, Training::alternatives());
  const auto& search = Algorithms::instance().find(given.name)->shared(given.params.get()).search;
  if (search)
    for (const SearchSpace& space : *search) maker.add(space, false, made);
  else
    add_defaults(maker, defaults, made);
  return the_simplest_first(std::move(made));
}

std::vector<Candidate> candidates_for(const RegressorTraining& graph) {
  Made made;
  add_defaults(Maker{graph, RegressorTraining::alternatives()}, number_defaults, made);
  return the_simplest_first(std::move(made));
}

}  // namespace radflow
