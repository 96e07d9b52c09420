#include "cli/number_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "cli/chart.hpp"
#include "cli/report_parts.hpp"
#include "cli/worst_cases.hpp"

namespace radflow::cli {
namespace {

constexpr std::size_t most_worst = 24;

std::string cell(const Estimate& one) {
  if (!one.value) return "<td>–</td>";
  if (!one.interval) return fmt::format("<td>{:.4g} <small>{}</small></td>", *one.value, one.without);
  return fmt::format("<td>{:.4g} <small>{:.4g} to {:.4g}</small></td>", *one.value, one.interval->low,
                     one.interval->high);
}

std::string of_all(const NumberEvaluation& evaluation, const Agreement& agreement) {
  std::string lines = table_head_of({"", "value (95 %)"});
  for (const Estimate& one : evaluation.estimates)
    lines += table_line(number_measure_name(one.name), cell(one));
  lines += table_line("mean difference (estimate − truth)", fmt::format("<td>{:.4g}</td>", agreement.bias));
  if (agreement.limits)
    lines += table_line(
        "limits of agreement (95 % of the differences)",
        fmt::format("<td>{:.4g} to {:.4g}</td>", agreement.limits->first, agreement.limits->second));
  return table_of(lines);
}

std::string by_subgroup(const EvaluatedNumbers& evaluated) {
  std::vector<std::string> names{evaluated.subgroups_by, "cases"};
  for (const std::string& measure : number_measures())
    names.push_back(number_measure_name(measure) + " (95 %)");
  std::string lines = table_head_of(names);
  for (const auto& [value, part] : subgroups(evaluated)) {
    std::string cells = fmt::format("<td>{}</td>", part.cases);
    for (const Estimate& one : part.estimates) cells += cell(one);
    lines += table_line(value, cells);
  }
  return fmt::format("<h2>By {}</h2>\n{}", escaped(evaluated.subgroups_by), table_of(lines));
}

Axis axis_of(const Points& points, double (*of)(const std::pair<double, double>&),
             const std::vector<double>& also = {}) {
  Axis axis{of(points.front()), of(points.front())};
  for (const auto& point : points) axis = {std::min(axis.low, of(point)), std::max(axis.high, of(point))};
  for (const double one : also) axis = {std::min(axis.low, one), std::max(axis.high, one)};
  return axis;
}

double x_of(const std::pair<double, double>& point) { return point.first; }
double y_of(const std::pair<double, double>& point) { return point.second; }

Chart dots(const std::string& title, const std::string& x, const std::string& y, Points points) {
  Chart chart{title, x, y, {}, false, {}, ""};
  chart.series.push_back({"cases", std::move(points), true, false});
  return chart;
}

std::string charts(const EvaluatedNumbers& evaluated, const Agreement& agreement) {
  Points truth, residuals, means;
  for (const NumberCase& one : evaluated.cases) {
    truth.emplace_back(one.expected, one.found);
    residuals.emplace_back(one.found, one.found - one.expected);
    means.emplace_back((one.found + one.expected) / 2, one.found - one.expected);
  }
  Chart against = dots("Estimate against truth", "true number", "estimate", truth);
  const Axis both = axis_of(truth, x_of, {axis_of(truth, y_of).low, axis_of(truth, y_of).high});
  against.x_axis = against.y_axis = both;
  against.diagonal = true;

  Chart left = dots("Residuals", "estimate", "estimate − truth", residuals);
  left.x_axis = axis_of(residuals, x_of);
  left.y_axis = axis_of(residuals, y_of, {0});
  left.horizontals = {{0, "no error"}};

  Chart agree = dots("Agreement (Bland and Altman)", "mean of estimate and truth", "estimate − truth", means);
  agree.horizontals = {{agreement.bias, fmt::format("mean {:.4g}", agreement.bias)}};
  if (agreement.limits) {
    agree.horizontals.emplace_back(
        agreement.limits->first,
        fmt::format("limits {:.4g} to {:.4g}", agreement.limits->first, agreement.limits->second));
    agree.horizontals.emplace_back(agreement.limits->second, "");
  }
  std::vector<double> lines;
  for (const auto& [at, name] : agree.horizontals) lines.push_back(at);
  agree.x_axis = axis_of(means, x_of);
  agree.y_axis = axis_of(means, y_of, lines);
  return "<div class=\"charts\">" + to_svg(against) + to_svg(left) + to_svg(agree) + "</div>\n";
}

std::string worst(const EvaluatedNumbers& evaluated, const std::string& input) {
  std::vector<std::size_t> order(evaluated.cases.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t i) {
    return std::abs(evaluated.cases[i].found - evaluated.cases[i].expected);
  });
  order.resize(std::min(order.size(), most_worst));
  std::vector<CaptionedImage> images;
  for (const std::size_t i : order)
    images.push_back(
        {evaluated.names[i],
         fmt::format("is {:.4g}, estimated {:.4g}", evaluated.cases[i].expected, evaluated.cases[i].found)});
  return thumbnails(
      fmt::format("{} of {} cases, the farthest off first.", order.size(), evaluated.cases.size()), images,
      input);
}

}  // namespace

Agreement agreement_of(const std::vector<NumberCase>& cases) {
  const auto n = static_cast<double>(cases.size());
  Agreement agreement;
  for (const NumberCase& one : cases) agreement.bias += (one.found - one.expected) / n;
  double squares = 0;
  for (const NumberCase& one : cases) squares += std::pow(one.found - one.expected - agreement.bias, 2);
  if (cases.size() < 2) return agreement;
  const double spread = 1.96 * std::sqrt(squares / (n - 1));
  agreement.limits = {agreement.bias - spread, agreement.bias + spread};
  return agreement;
}

std::vector<std::pair<std::string, NumberEvaluation>> subgroups(const EvaluatedNumbers& evaluated) {
  std::map<std::string, std::vector<NumberCase>> parts;
  for (std::size_t i = 0; i < evaluated.values.size(); ++i)
    parts[evaluated.values[i]].push_back(evaluated.cases[i]);
  std::vector<std::pair<std::string, NumberEvaluation>> all;
  for (auto& [value, cases] : parts) all.emplace_back(value, evaluate_numbers(std::move(cases)));
  return all;
}

std::string number_measure_name(const std::string& measure) {
  return measure == "r2" ? "R^2" : measure == "mae" ? "MAE" : "RMSE";
}

std::string to_html(const EvaluatedNumbers& evaluated, const NumberEvaluation& evaluation,
                    const std::string& input) {
  const Agreement agreement = agreement_of(evaluated.cases);
  std::string body = page_head(evaluated, evaluation.cases);
  body += fmt::format("<p class=\"faint\">Grouped by {}. 95 % intervals: {}.</p>\n",
                      escaped(evaluated.grouped_by), escaped(evaluation.intervals));
  body += paragraphs_of(without_interval(evaluation.estimates));
  body += of_all(evaluation, agreement);
  if (!evaluated.subgroups_by.empty()) body += by_subgroup(evaluated);
  if (!evaluated.importances.empty())
    body += importance_section(evaluated.importances, evaluated.permutation, "R^2");
  body += "<h2>Charts</h2>\n" + charts(evaluated, agreement) + worst(evaluated, input);
  return page_of("Evaluation of " + evaluated.graph, body);
}

}  // namespace radflow::cli
