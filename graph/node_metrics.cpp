#include "graph/node_metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace radflow {

NodeMetrics::NodeMetrics(const Spec& spec) : spec_{spec} {
  for (const MetricSpec& metric : spec.metrics)
    if (metric.label.empty()) metrics_.emplace_back(metric, "");
}

Counter& NodeMetrics::counter(std::string_view name, std::string_view label_value) {
  return find(MetricSpec::Kind::Counter, name, label_value).counter;
}
Gauge& NodeMetrics::gauge(std::string_view name) { return find(MetricSpec::Kind::Gauge, name, "").gauge; }

std::vector<NodeMetrics::Value> NodeMetrics::values() const {
  const std::lock_guard lock{mutex_};
  std::vector<Value> values;
  for (const MetricSpec& spec : spec_.metrics)
    for (const Metric& metric : metrics_)
      if (&metric.spec == &spec)
        values.push_back({&spec,
                          spec.kind == MetricSpec::Kind::Counter ? static_cast<double>(metric.counter.get())
                                                                 : metric.gauge.get(),
                          metric.label_value});
  return values;
}

NodeMetrics::Metric& NodeMetrics::find(MetricSpec::Kind kind, std::string_view name,
                                       std::string_view label_value) {
  const std::string_view kind_name = kind == MetricSpec::Kind::Counter ? "counter" : "gauge";
  const auto declared = std::ranges::find_if(
      spec_.metrics, [&](const MetricSpec& metric) { return metric.kind == kind && metric.name == name; });
  if (declared == spec_.metrics.end())
    throw std::logic_error{
        fmt::format("the specification of '{0}' declares no {1} '{2}': .{1}(\"{2}\", \"...\")", spec_.name,
                    kind_name, name)};
  if (declared->label.empty() != label_value.empty())
    throw std::logic_error{fmt::format(
        "the {} '{}' of '{}' has {}", kind_name, name, spec_.name,
        declared->label.empty() ? "no label" : fmt::format("a label: say which '{}'", declared->label))};
  const std::lock_guard lock{mutex_};
  for (Metric& metric : metrics_)
    if (&metric.spec == &*declared && metric.label_value == label_value) return metric;
  return metrics_.emplace_back(*declared, label_value);
}

}  // namespace radflow
