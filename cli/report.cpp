#include "cli/report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/chart.hpp"
#include "cli/report_parts.hpp"

namespace radflow::cli {
namespace {

std::string cell(const Estimate& one) {
  if (!one.value) return "<td>–</td>";
  if (!one.interval) return fmt::format("<td>{:.4f} <small>{}</small></td>", *one.value, one.without);
  return fmt::format("<td>{:.4f} <small>{:.3f} to {:.3f}</small></td>", *one.value, one.interval->low,
                     one.interval->high);
}

std::string of_all(const Evaluation& evaluation) {
  std::string rows = table_head_of({"", "value (95 %)"});
  for (const Estimate& one : evaluation.estimates)
    rows += table_line(in_words_of_all(one.name, evaluation.classes.size()), cell(one));
  return table_of(rows);
}

// From `first` on, before `last`.
std::string of_classes(const Evaluation& evaluation, std::size_t first, std::size_t last) {
  std::vector<std::string> names{""};
  std::string cases, errors;
  const std::vector<ClassScore> classes(evaluation.classes.begin() + static_cast<std::ptrdiff_t>(first),
                                        evaluation.classes.begin() + static_cast<std::ptrdiff_t>(last));
  for (const ClassScore& score : classes) {
    names.push_back(score.name);
    cases += fmt::format("<td>{}</td>", score.cases);
    errors += fmt::format("<td>{:.4f}</td>", score.calibration_error);
  }
  std::string rows = table_head_of(names) + table_line("cases", cases);
  for (std::size_t m = 0; m < classes.front().estimates.size(); ++m) {
    std::string cells;
    for (const ClassScore& score : classes) cells += cell(score.estimates[m]);
    rows += table_line(in_words(classes.front().estimates[m].name), cells);
  }
  return table_of(rows + table_line("calibration error", errors));
}

std::string confusion(const Evaluation& evaluation, std::size_t first, std::size_t last) {
  std::vector<std::string> names{"expected \\ label"};
  for (std::size_t j = first; j < last; ++j) names.push_back(evaluation.classes[j].name);
  std::string rows = table_head_of(names);
  for (std::size_t i = 0; i < evaluation.classes.size(); ++i) {
    std::string cells;
    for (std::size_t j = first; j < last; ++j) {
      const std::int64_t count = evaluation.confusion[i][j];
      cells += fmt::format("<td style=\"--share:{:.3f}\">{}</td>",
                           evaluation.classes[i].cases > 0
                               ? static_cast<double>(count) / static_cast<double>(evaluation.classes[i].cases)
                               : 0.0,
                           count);
    }
    rows += table_line(evaluation.classes[i].name, cells);
  }
  return table_of(rows, "confusion");
}

// Tables of some classes each, as many columns as a sheet of paper is wide: it would cut off the others.
template <typename Table>
std::string in_widths(const Evaluation& evaluation, std::size_t columns, const Table& table) {
  std::string all;
  for (std::size_t first = 0; first < evaluation.classes.size(); first += columns)
    all += table(evaluation, first, std::min(first + columns, evaluation.classes.size()));
  return all;
}

std::string by_subgroup(const EvaluatedResults& evaluated) {
  std::string rows =
      table_head_of({evaluated.subgroups_by, "cases", "accuracy (95 %)", "balanced accuracy (95 %)",
                     in_words_of_all("auc", evaluated.classes.size()) + " (95 %)"});
  for (const auto& [value, part] : subgroups(evaluated)) {
    std::string cells = fmt::format("<td>{}</td>", part.cases);
    for (const char* name : {"accuracy", "balanced_accuracy", "auc"})
      cells += cell(*std::ranges::find(part.estimates, name, &Estimate::name));
    rows += table_line(value, cells);
  }
  return fmt::format("<h2>By {}</h2>\n{}", escaped(evaluated.subgroups_by), table_of(rows));
}

std::string charts(const EvaluatedResults& evaluated, const Evaluation& evaluation) {
  Chart roc{"ROC", "1 − specificity", "sensitivity", {}, true, {}, ""};
  Chart precision{"Precision and recall", "recall (sensitivity)", "precision", {}, false, {}, ""};
  Chart calibration{"Calibration", "mean probability", "share of the class", {}, true, {}, ""};
  std::string thresholds;
  for (std::size_t c = 0; c < evaluation.classes.size(); ++c) {
    const ClassScore& score = evaluation.classes[c];
    // Of two classes the other's curves say the same.
    if (evaluation.classes.size() == 2 && c != evaluated.positive) continue;
    const Curves curves = curves_of(evaluated.cases, score.name, c);
    if (curves.roc.empty()) continue;
    const auto value = [&](const char* name) {
      return std::ranges::find(score.estimates, name, &Estimate::name)->value.value_or(0);
    };
    roc.series.push_back({fmt::format("{}, AUC {:.3f}", score.name, value("auc")), curves.roc});
    precision.series.push_back(
        {fmt::format("{}, average precision {:.3f}", score.name, value("average_precision")),
         curves.precision_recall});
    Points bins;
    for (const CalibrationBin& bin : score.calibration) bins.emplace_back(bin.mean_probability, bin.share);
    calibration.series.push_back({score.name, std::move(bins), true});
    Chart threshold{fmt::format("Threshold of {}", score.name), "threshold", "share", {}, false, {}, ""};
    threshold.series = {{"sensitivity", curves.sensitivity}, {"specificity", curves.specificity}};
    if (evaluation.classes.size() == 2) {
      threshold.vertical = evaluated.threshold_value;
      threshold.vertical_name = fmt::format("in use: {:.3f}", evaluated.threshold_value);
    }
    thresholds += to_svg(threshold);
  }
  if (roc.series.empty()) return "<p>Curves need cases of two classes.</p>\n";
  return "<div class=\"charts\">" + to_svg(roc) + to_svg(precision) + to_svg(calibration) + thresholds +
         "</div>\n";
}

}  // namespace

std::string to_html(const EvaluatedResults& evaluated, const Evaluation& evaluation,
                    const std::string& more) {
  std::string body = page_head(evaluated, evaluation.cases);
  if (!evaluated.threshold.empty())
    body += fmt::format("<p class=\"faint\">{}</p>\n", escaped(evaluated.threshold));
  body += fmt::format("<p class=\"faint\">Grouped by {}. 95 % intervals: {}.</p>\n",
                      escaped(evaluated.grouped_by), escaped(evaluation.intervals));
  body += paragraphs_of(explained(evaluation));
  body += of_all(evaluation) + "<h2>Classes</h2>\n" + in_widths(evaluation, 5, of_classes) +
          "<h2>Confusion</h2>\n" + in_widths(evaluation, 7, confusion);
  if (!evaluated.subgroups_by.empty()) body += by_subgroup(evaluated);
  body += "<h2>Curves</h2>\n" + charts(evaluated, evaluation);
  if (!evaluated.importances.empty())
    body += importance_section(evaluated.importances, evaluated.permutation);
  body += more;
  return page_of("Evaluation of " + evaluated.graph, body);
}

}  // namespace radflow::cli
