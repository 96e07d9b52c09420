// An evaluation for a person: tables that fit 80 columns, however many classes there are and however they are called.
#include <fmt/format.h>

#include <algorithm>

#include "cli/evaluated_results.hpp"

namespace radflow::cli {
namespace {

constexpr std::size_t name_width = 18, column_width = 26, columns = 2;

// The beginning and the end of a name that is too long, since names of classes often begin alike. Counts characters,
// not bytes.
std::string fitted(const std::string& text, std::size_t width) {
  std::vector<std::size_t> characters;
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80) characters.push_back(i);
  const std::size_t count = characters.size();
  if (count <= width) return text + std::string(width - count, ' ');
  return text.substr(0, characters[width / 2]) + "…" + text.substr(characters[count - (width - 1) / 2]);
}

std::string trimmed(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

// The classes beside each other, `columns` at a time.
std::string classes_table(const Evaluation& evaluation) {
  std::string text;
  for (std::size_t first = 0; first < evaluation.classes.size(); first += columns) {
    const std::size_t last = std::min(first + columns, evaluation.classes.size());
    std::string head = fitted("class (95 %)", name_width), cases = fitted("cases", name_width),
                error = fitted("calibration error", name_width);
    for (std::size_t c = first; c < last; ++c) {
      const ClassScore& score = evaluation.classes[c];
      head += "  " + fitted(score.name, column_width - 2);
      cases += "  " + fitted(std::to_string(score.cases), column_width - 2);
      error += "  " + fitted(fmt::format("{:.4f}", score.calibration_error), column_width - 2);
    }
    text += "\n" + trimmed(head) + trimmed(cases);
    for (std::size_t m = 0; m < evaluation.classes[first].estimates.size(); ++m) {
      std::string line = fitted(in_words(evaluation.classes[first].estimates[m].name), name_width);
      for (std::size_t c = first; c < last; ++c)
        line += "  " + fitted(shown(evaluation.classes[c].estimates[m]), column_width - 2);
      text += trimmed(line);
    }
    text += trimmed(error);
  }
  return text;
}

std::string confusion_table(const Evaluation& evaluation) {
  constexpr std::size_t first_width = 18, width = 10, at_once = 5;
  std::string text;
  for (std::size_t first = 0; first < evaluation.classes.size(); first += at_once) {
    const std::size_t last = std::min(first + at_once, evaluation.classes.size());
    std::string head = fitted("expected \\ label", first_width);
    for (std::size_t j = first; j < last; ++j) head += "  " + fitted(evaluation.classes[j].name, width);
    text += "\n" + trimmed(head);
    for (std::size_t i = 0; i < evaluation.classes.size(); ++i) {
      std::string line = fitted(evaluation.classes[i].name, first_width);
      for (std::size_t j = first; j < last; ++j)
        line += "  " + fitted(std::to_string(evaluation.confusion[i][j]), width);
      text += trimmed(line);
    }
  }
  return text;
}

std::string subgroups_table(const EvaluatedResults& evaluated) {
  std::string text = "\n" + fitted(evaluated.subgroups_by, name_width) +
                     "   cases  accuracy (95 %)           " +
                     in_words_of_all("auc", evaluated.classes.size()) + " (95 %)\n";
  for (const auto& [value, part] : subgroups(evaluated)) {
    const auto named = [&estimates =
                            part.estimates](const char* name) {  // Clang 14 captures no `part` itself
      return shown(*std::ranges::find(estimates, name, &Estimate::name));
    };
    text += trimmed(fmt::format("{}  {:>6}  {}  {}", fitted(value, name_width), part.cases,
                                fitted(named("accuracy"), column_width - 2), named("auc")));
  }
  return text;
}

}  // namespace

std::string in_words(std::string name) {
  std::ranges::replace(name, '_', ' ');
  for (const auto& [from, to] : {std::pair{"auc", "AUC"}, std::pair{"npv", "NPV"}, std::pair{"f1", "F1"},
                                 std::pair{"brier", "Brier score"}})
    if (name == from) return to;
  return name;
}

std::string in_words_of_all(const std::string& measure, std::size_t classes) {
  // Of two classes the area of each is the same number.
  const bool mean = measure == "f1" || (measure == "auc" && classes > 2);
  return in_words(measure) + (mean ? " (macro)" : "");
}

std::string in_brackets(const std::string& without) {
  return without.empty() ? "" : fmt::format(" ({})", without);
}

std::string shown(const Estimate& one) {
  if (!one.value) return "-";
  if (!one.interval) return fmt::format("{:.4f}{}", *one.value, in_brackets(one.without));
  return fmt::format("{:.4f} ({:.3f} to {:.3f})", *one.value, one.interval->low, one.interval->high);
}

std::string without_interval(const std::vector<Estimate>& all) {
  const auto says = [&](const char* word) { return std::ranges::count(all, word, &Estimate::without) > 0; };
  return std::string{says(no_variance)
                         ? "no variance: every draw of these cases gives the same, so there is no interval\n"
                         : ""} +
         (says(too_few) ? "too few: an interval needs more cases of each kind, or more groups\n" : "");
}

std::string explained(const Evaluation& evaluation) {
  std::vector<Estimate> all = evaluation.estimates;
  std::vector<std::string> empty;
  for (const ClassScore& score : evaluation.classes) {
    all.insert(all.end(), score.estimates.begin(), score.estimates.end());
    if (score.cases == 0) empty.push_back("'" + score.name + "'");
  }
  const bool undefined = std::ranges::any_of(all, [](const Estimate& one) { return !one.value; });
  return (empty.empty() ? ""
                        : fmt::format("no case of {}: balanced accuracy and the macro means are over the "
                                      "classes that have cases\n",
                                      fmt::join(empty, ", "))) +
         (undefined ? "-: there is no such share without cases of the class, or without any that was given "
                      "its label\n"
                    : "") +
         without_interval(all);
}

std::string to_text(const EvaluatedResults& evaluated, const Evaluation& evaluation) {
  std::string text = fmt::format("graph {} ({})\nmodel {} ({})\n", evaluated.graph, evaluated.graph_digest,
                                 evaluated.model, evaluated.model_digest);
  if (!evaluated.threshold.empty()) text += evaluated.threshold + "\n";
  text += fmt::format("\n{} cases{}{}\n", evaluation.cases,
                      evaluated.failed ? fmt::format(", {} failed", evaluated.failed) : "",
                      evaluated.repeated ? fmt::format(", {} repeated", evaluated.repeated) : "");
  for (const Estimate& one : evaluation.estimates)
    text +=
        trimmed(fitted(in_words_of_all(one.name, evaluation.classes.size()), name_width) + "  " + shown(one));
  text += classes_table(evaluation) + confusion_table(evaluation);
  if (!evaluated.subgroups_by.empty()) text += subgroups_table(evaluated);
  if (!evaluated.importances.empty())
    text += "\nimportance: by how much the AUC falls\n" + importance_lines(evaluated.importances, 10);
  return text +
         fmt::format("\ngrouped by {}; intervals{}\n", evaluated.grouped_by,
                     evaluation.groups > 0 ? ": " + evaluation.intervals
                                           : " optimistic where images belong together (--group)") +
         explained(evaluation);
}

}  // namespace radflow::cli
