#include "cli/describe_declared.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

namespace radflow::cli {
namespace {

using Json = nlohmann::ordered_json;

void print_reasons(std::string_view title, const std::vector<ReasonSpec>& reasons) {
  if (reasons.empty()) return;
  std::size_t width = 0;
  for (const ReasonSpec& reason : reasons) width = std::max(width, reason.name.size());
  std::cout << '\n' << title << '\n';
  for (const ReasonSpec& reason : reasons)
    std::cout << fmt::format("  {:<{}}  {}\n", reason.name, width, reason.sentence);
}

// "radflow_node_predictions_total{label}"
std::string with_label(const MetricSpec& metric) {
  return exported_name(metric) + (metric.label.empty() ? "" : fmt::format("{{{}}}", metric.label));
}

void print_metrics(const std::vector<MetricSpec>& metrics) {
  if (metrics.empty()) return;
  std::size_t width = 0;
  for (const MetricSpec& metric : metrics) width = std::max(width, with_label(metric).size());
  std::cout << "\nmetrics of its own\n";
  for (const MetricSpec& metric : metrics)
    std::cout << fmt::format("  {:<{}}  {}\n", with_label(metric), width, metric.sentence);
}

Json reasons_json(const std::vector<ReasonSpec>& reasons) {
  Json list = Json::array();
  for (const ReasonSpec& reason : reasons)
    list.push_back({{"name", reason.name}, {"sentence", reason.sentence}});
  return list;
}

Json metrics_json(const std::vector<MetricSpec>& metrics) {
  Json list = Json::array();
  for (const MetricSpec& metric : metrics) {
    list.push_back({{"name", exported_name(metric)}, {"sentence", metric.sentence}});
    if (!metric.label.empty()) list.back()["label"] = metric.label;
  }
  return list;
}

}  // namespace

void print_declared(const Spec& spec) {
  print_reasons("errors", spec.errors);
  print_reasons("warnings", spec.warnings);
  print_metrics(spec.metrics);
}

void add_declared(const Spec& spec, Json& json) {
  if (spec.kind != ComponentKind::Node) return;
  json["errors"] = reasons_json(spec.errors);
  json["warnings"] = reasons_json(spec.warnings);
  json["metrics"] = metrics_json(spec.metrics);
}

}  // namespace radflow::cli
