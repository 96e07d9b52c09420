#include "cli/train_said.hpp"

#include <fmt/format.h>

#include <iostream>

#include "cli/evaluate_numbers.hpp"
#include "cli/evaluated_results.hpp"
#include "cli/same_images.hpp"

namespace radflow::cli {
namespace {

// The threshold, and what its samples were grouped by.
std::string said_of(const Manifest& manifest) {
  std::string text;
  if (const auto& threshold = manifest.threshold)
    text += fmt::format(
        "{} from a probability of {:.4f} on ({}; sensitivity {:.4f}, specificity {:.4f}), chosen from {}\n",
        threshold->positive, threshold->value, threshold->rule, threshold->sensitivity,
        threshold->specificity, threshold->from);
  if (manifest.regression && manifest.judged)
    text += number_lines(manifest.judged->estimates) + "of " + manifest.judged->from + "\n";
  if (const auto& judged = manifest.judged)
    for (const Estimate& one : judged->estimates)
      if (one.name == "auc" && one.value)
        text += fmt::format("{} {} of {}\n", in_words_of_all("auc", manifest.classes.size()), shown(one),
                            judged->from);
  if (manifest.grouped_by == "image")
    text +=
        "grouped by image; optimistic where a patient has several images (--group NAME keeps them "
        "together)\n";
  return text;
}

// A line for each class of which the model knows no better than the prior.
std::vector<std::string> unknown(const Model& model) {
  std::vector<std::string> lines;
  if (!model.classifier) return lines;
  for (const std::size_t c : model.classifier->unknown_classes())
    lines.push_back(fmt::format(
        "the scores of {} do not grow with the probability of {}: the model knows no better than the prior",
        model.manifest.algorithm, model.manifest.classes.at(c)));
  return lines;
}

}  // namespace

void say(const std::string& output, const Model& model, const std::string& what) {
  const Manifest& manifest = model.manifest;
  std::string counts;
  if (const auto& numbers = manifest.regression)
    counts = fmt::format("{} numbers from {:g} to {:g}", numbers->samples, numbers->least, numbers->greatest);
  for (std::size_t i = 0; i < manifest.classes.size(); ++i)
    counts += fmt::format("{}{} {}", i ? ", " : "", manifest.classes[i], manifest.samples[i]);
  std::cout << fmt::format("{}: {} ({}), {}\n", output, what, counts, model.digest) << said_of(manifest);
  warn(unknown(model));
}

}  // namespace radflow::cli
