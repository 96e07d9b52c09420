#include "graph/node_metrics.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace radflow {

NodeMetrics::NodeMetrics(const Spec& spec) : node_{spec.name} {
  for (const MetricSpec& metric : spec.metrics) metrics_.emplace_back(metric);
}

Counter& NodeMetrics::counter(std::string_view name) { return find(MetricSpec::Kind::Counter, name).counter; }
Gauge& NodeMetrics::gauge(std::string_view name) { return find(MetricSpec::Kind::Gauge, name).gauge; }

std::vector<NodeMetrics::Value> NodeMetrics::values() const {
  std::vector<Value> values;
  for (const Metric& metric : metrics_) {
    const bool counts = metric.spec.kind == MetricSpec::Kind::Counter;
    values.push_back({&metric.spec, counts ? static_cast<double>(metric.counter.get()) : metric.gauge.get()});
  }
  return values;
}

NodeMetrics::Metric& NodeMetrics::find(MetricSpec::Kind kind, std::string_view name) {
  for (Metric& metric : metrics_)
    if (metric.spec.kind == kind && metric.spec.name == name) return metric;
  throw std::logic_error{
      fmt::format("the specification of '{0}' declares no {1} '{2}': .{1}(\"{2}\", \"...\")", node_,
                  kind == MetricSpec::Kind::Counter ? "counter" : "gauge", name)};
}

}  // namespace radflow
