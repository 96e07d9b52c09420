#include "cli/describe_model.hpp"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <iostream>
#include <map>
#include <sstream>
#include <vector>

#include "cli/command.hpp"
#include "cli/evaluate_numbers.hpp"
#include "cli/evaluated_results.hpp"
#include "nodes/classify/model.hpp"

namespace radflow::cli {
namespace {

void line(const std::string& name, const std::string& text) {
  if (!text.empty()) std::cout << fmt::format("{:<16}{}\n", name, text);
}

std::string parameters_of(const Manifest& manifest) {
  std::string text;
  for (const auto& [name, value] : manifest.parameters)
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", name, value);
  return text;
}

std::string classes_of(const Manifest& manifest) {
  std::string text;
  for (std::size_t i = 0; i < manifest.classes.size(); ++i)
    text += fmt::format("{}{} {}", i ? ", " : "", manifest.classes[i], manifest.samples[i]);
  return text;
}

// "3172: gabor 384, hog 1296": how many of each node, in their order.
std::string features_of(const Manifest& manifest) {
  std::vector<std::pair<std::string, int>> nodes;
  for (const std::string& name : manifest.features) {
    const std::string node = name.substr(0, name.find('.'));
    if (nodes.empty() || nodes.back().first != node) nodes.emplace_back(node, 0);
    ++nodes.back().second;
  }
  std::string text;
  for (const auto& [node, count] : nodes)
    text += fmt::format("{}{} {}", text.empty() ? ": " : ", ", node, count);
  return std::to_string(manifest.features.size()) + text;
}

// "svm / 2.1 + cnn / 3.4; probability 1 / (1 + exp(-(1.2 sum - 0.3)))"
std::string members_of(const Manifest& manifest) {
  if (!manifest.combination) return "";
  const Combination& how = *manifest.combination;
  std::string text;
  for (std::size_t m = 0; m < how.members.size(); ++m)
    text += fmt::format("{}{} / {:.6g}", m ? " + " : "", how.members[m], how.scales[m]);
  if (manifest.classes.size() == 2)
    return fmt::format("{} of their logits; probability of {}: 1 / (1 + exp(-({:.6g} sum {} {:.6g})))", text,
                       manifest.classes[1], how.slope, how.offset < 0 ? "-" : "+", std::abs(how.offset));
  return fmt::format("{} of their log probabilities; probabilities: softmax({:.6g} sum)", text, how.slope);
}

void print_metrics(const Manifest& manifest) {
  if (!manifest.judged) {
    line("metrics",
         "none: radflow train puts them in with --judge, --val FOLDER or --select --nested, radflow evaluate "
         "shows "
         "them");
    return;
  }
  line("metrics",
       fmt::format("of {}; 95 % intervals: {}", manifest.judged->from, manifest.judged->intervals));
  if (manifest.threshold && manifest.threshold->from == manifest.judged->from)
    std::cout << "  these images chose the threshold too: all but AUC and Brier score are optimistic\n";
  if (manifest.regression) {
    std::istringstream lines{number_lines(manifest.judged->estimates)};
    for (std::string text; std::getline(lines, text);) std::cout << "  " << text << '\n';
    return;
  }
  for (const Estimate& one : manifest.judged->estimates)
    if (one.value)
      std::cout << fmt::format("  {:<20}{}\n", in_words_of_all(one.name, manifest.classes.size()),
                               shown(one));
}

}  // namespace

int describe_model(const std::string& path, bool json) {
  const Model model = load_model(path);
  if (json) {
    std::cout << model.manifest_json;
    return exit_ok;
  }
  const Manifest& manifest = model.manifest;
  std::cout << fmt::format("{} (model, {} bytes, {})\n\n", model.name, std::filesystem::file_size(path),
                           model.digest);
  line("algorithm", manifest.algorithm);
  line("parameters", parameters_of(manifest));
  line("members", members_of(manifest));
  line("chosen by", manifest.chosen_by);
  line("probabilities", manifest.probabilities);
  if (const auto& numbers = manifest.regression)
    line("trained on", fmt::format("{} numbers from {:g} to {:g}, {:g} in the mean", numbers->samples,
                                   numbers->least, numbers->greatest, numbers->mean));
  line("trained on", classes_of(manifest));
  line("grouped by", manifest.grouped_by);
  if (const auto& threshold = manifest.threshold)
    line("threshold",
         fmt::format("{} from a probability of {:.4f} on: {}, chosen from {}; sensitivity {:.4f}, "
                     "specificity {:.4f} there",
                     threshold->positive, threshold->value, threshold->rule, threshold->from,
                     threshold->sensitivity, threshold->specificity));
  print_metrics(manifest);
  line("features", features_of(manifest));
  if (!manifest.combination)
    line("pixels",
         fmt::format("units '{}', photometric interpretation '{}'", manifest.units, manifest.photometric));
  line("images", manifest.images.empty()
                     ? ""
                     : fmt::format("digests of {}: train and evaluate warn of images that come again",
                                   manifest.images.size()));
  line("holds", model.classifier ? model.classifier->holds() : "");
  line("made by", fmt::format("radflow {}, behind these nodes of the graph {} ({})", manifest.version,
                              manifest.graph, manifest.upstream_digest));
  for (const std::string& node : manifest.upstream) std::cout << "  " << node << '\n';
  return exit_ok;
}

}  // namespace radflow::cli
