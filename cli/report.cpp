#include "cli/report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/chart.hpp"
#include "cli/report_style.hpp"

namespace radflow::cli {
namespace {

std::string cell(const Estimate& one) {
  if (!one.value) return "<td>–</td>";
  if (!one.interval) return fmt::format("<td>{:.4f}</td>", *one.value);
  return fmt::format("<td>{:.4f} <small>{:.3f} to {:.3f}</small></td>", *one.value, one.interval->low,
                     one.interval->high);
}

std::string row(const std::string& name, const std::string& cells) {
  return fmt::format("<tr><th scope=\"row\">{}</th>{}</tr>\n", escaped(name), cells);
}

std::string head(const std::vector<std::string>& names) {
  std::string cells;
  for (const std::string& name : names) cells += fmt::format("<th scope=\"col\">{}</th>", escaped(name));
  return fmt::format("<tr>{}</tr>\n", cells);
}

std::string table(const std::string& rows, const std::string& kind = "") {
  return fmt::format("<div class=\"scroll\"><table class=\"{}\">\n{}</table></div>\n", kind, rows);
}

std::string of_all(const Evaluation& evaluation) {
  std::string rows = head({"", "value (95 %)"});
  for (const Estimate& one : evaluation.estimates) rows += row(in_words(one.name), cell(one));
  return table(rows);
}

std::string of_classes(const Evaluation& evaluation) {
  std::vector<std::string> names{""};
  std::string cases, errors;
  for (const ClassScore& score : evaluation.classes) {
    names.push_back(score.name);
    cases += fmt::format("<td>{}</td>", score.cases);
    errors += fmt::format("<td>{:.4f}</td>", score.calibration_error);
  }
  std::string rows = head(names) + row("cases", cases);
  for (std::size_t m = 0; m < evaluation.classes.front().estimates.size(); ++m) {
    std::string cells;
    for (const ClassScore& score : evaluation.classes) cells += cell(score.estimates[m]);
    rows += row(in_words(evaluation.classes.front().estimates[m].name), cells);
  }
  return table(rows + row("calibration error", errors));
}

std::string confusion(const Evaluation& evaluation) {
  std::vector<std::string> names{"expected \\ label"};
  for (const ClassScore& score : evaluation.classes) names.push_back(score.name);
  std::string rows = head(names);
  for (std::size_t i = 0; i < evaluation.classes.size(); ++i) {
    std::string cells;
    for (const std::int64_t count : evaluation.confusion[i])
      cells += fmt::format("<td style=\"--share:{:.3f}\">{}</td>",
                           evaluation.classes[i].cases > 0
                               ? static_cast<double>(count) / static_cast<double>(evaluation.classes[i].cases)
                               : 0.0,
                           count);
    rows += row(evaluation.classes[i].name, cells);
  }
  return table(rows, "confusion");
}

std::string by_subgroup(const EvaluatedResults& evaluated) {
  std::string rows =
      head({evaluated.subgroups_by, "cases", "accuracy (95 %)", "balanced accuracy (95 %)", "AUC (95 %)"});
  for (const auto& [value, part] : subgroups(evaluated)) {
    std::string cells = fmt::format("<td>{}</td>", part.cases);
    for (const char* name : {"accuracy", "balanced_accuracy", "auc"})
      cells += cell(*std::ranges::find(part.estimates, name, &Estimate::name));
    rows += row(value, cells);
  }
  return fmt::format("<h2>By {}</h2>\n{}", escaped(evaluated.subgroups_by), table(rows));
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
  std::string body = fmt::format(
      "<h1>Evaluation of {}</h1>\n<p>{} cases{}{}, model {}</p>\n", escaped(evaluated.graph),
      evaluation.cases, evaluated.failed ? fmt::format(", {} failed", evaluated.failed) : "",
      evaluated.repeated ? fmt::format(", {} repeated", evaluated.repeated) : "", escaped(evaluated.model));
  body += fmt::format("<p class=\"faint\">graph {}; model {}</p>\n", escaped(evaluated.graph_digest),
                      escaped(evaluated.model_digest));
  if (!evaluated.threshold.empty())
    body += fmt::format("<p class=\"faint\">{}</p>\n", escaped(evaluated.threshold));
  body += fmt::format("<p class=\"faint\">Grouped by {}. 95 % intervals: {}.</p>\n",
                      escaped(evaluated.grouped_by), escaped(evaluation.intervals));
  body += of_all(evaluation) + "<h2>Classes</h2>\n" + of_classes(evaluation) + "<h2>Confusion</h2>\n" +
          confusion(evaluation);
  if (!evaluated.subgroups_by.empty()) body += by_subgroup(evaluated);
  body += "<h2>Curves</h2>\n" + charts(evaluated, evaluation);
  if (!evaluated.importances.empty())
    body += importance_section(evaluated.importances, evaluated.permutation);
  body += more;
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>Evaluation of {}</title>\n<style>{}</style></head>\n<body>\n{}</body></html>\n",
      escaped(evaluated.graph), report_style, body);
}

}  // namespace radflow::cli
