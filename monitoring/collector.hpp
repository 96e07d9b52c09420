// Collector: families of metrics in the making. Every value gets the label `graph`. Not thread-safe.
#pragma once

#include <prometheus/metric_family.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "graph/stats.hpp"

namespace radflow {

class Collector {
 public:
  using Labels = std::vector<prometheus::ClientMetric::Label>;

  explicit Collector(std::string graph) : graph_{std::move(graph)} {}

  // Values that follow belong to this family.
  void counter(std::string name, std::string help) {
    begin(std::move(name), std::move(help), prometheus::MetricType::Counter);
  }
  void gauge(std::string name, std::string help) {
    begin(std::move(name), std::move(help), prometheus::MetricType::Gauge);
  }
  void histogram(std::string name, std::string help) {
    begin(std::move(name), std::move(help), prometheus::MetricType::Histogram);
  }

  void add(Labels labels, double value) {
    prometheus::ClientMetric& metric = next(std::move(labels));
    if (families_.back().type == prometheus::MetricType::Counter)
      metric.counter.value = value;
    else
      metric.gauge.value = value;
  }
  void add(Labels labels, const DurationHistogram& observed) {
    prometheus::ClientMetric::Histogram& to = next(std::move(labels)).histogram;
    to.sample_sum = observed.sum;
    for (std::size_t i = 0; i < observed.counts.size(); ++i) {
      to.sample_count += observed.counts[i];
      to.bucket.push_back({to.sample_count, i < observed.bounds.size()
                                                ? observed.bounds[i]
                                                : std::numeric_limits<double>::infinity()});
    }
  }
  void add(Labels labels, const BatchStats& observed) {
    prometheus::ClientMetric::Histogram& to = next(std::move(labels)).histogram;
    to.sample_sum = static_cast<double>(observed.messages);
    for (std::size_t i = 0; i < observed.sizes.size(); ++i) {
      to.sample_count += observed.sizes[i];
      to.bucket.push_back({to.sample_count, i < observed.bounds.size()
                                                ? static_cast<double>(observed.bounds[i])
                                                : std::numeric_limits<double>::infinity()});
    }
  }
  std::vector<prometheus::MetricFamily> take() && { return std::move(families_); }

 private:
  void begin(std::string name, std::string help, prometheus::MetricType type) {
    families_.push_back({std::move(name), std::move(help), type, {}});
  }
  prometheus::ClientMetric& next(Labels labels) {
    prometheus::ClientMetric& metric = families_.back().metric.emplace_back();
    metric.label = std::move(labels);
    metric.label.insert(metric.label.begin(), {"graph", graph_});
    return metric;
  }

  std::string graph_;
  std::vector<prometheus::MetricFamily> families_;
};

}  // namespace radflow
