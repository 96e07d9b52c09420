// Counters and gauges of its own that a node declares in its specification, beside what the graph counts of every
// node. The instances of one node share them; a node asks for each once, in its constructor:
//
//   Edges(const Params&, const BuildInfo& info) : found_{info.metrics->counter("edges")} {}
//   ... in the call operator: found_.add(edges.size());
//   NodeSpec{"edges", "Finds edges."}.counter("edges", "Edges found.")
//
// A counter that is declared with a label is asked for with each of its values: metrics->counter("predictions", "ill").
//
// Not for what the graph counts anyhow (calls, results, errors, warnings, durations), and never for what names a patient.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "graph/spec.hpp"

namespace radflow {

// Any thread.
class Counter {
 public:
  void add(std::uint64_t count = 1) { value_.fetch_add(count, std::memory_order_relaxed); }
  std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// Any thread.
class Gauge {
 public:
  void set(double value) { value_.store(value, std::memory_order_relaxed); }
  double get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

class NodeMetrics {
 public:
  // The specification outlives it.
  explicit NodeMetrics(const Spec& spec);

  // The one that the specification declares; lives as long as the node. Throw std::logic_error if it declares none of
  // that name and kind, or with a label where no value is given.
  Counter& counter(std::string_view name, std::string_view label_value = "");
  Gauge& gauge(std::string_view name);

  struct Value {
    const MetricSpec* spec = nullptr;
    double value = 0;
    std::string label_value = {};  // of the one that has a label
  };
  // In the order of the specification. Any thread.
  std::vector<Value> values() const;

 private:
  struct Metric {
    Metric(const MetricSpec& declared, std::string_view value) : spec{declared}, label_value{value} {}
    const MetricSpec& spec;
    const std::string label_value;
    Counter counter;
    Gauge gauge;
  };
  Metric& find(MetricSpec::Kind kind, std::string_view name, std::string_view label_value);

  const Spec& spec_;
  mutable std::mutex mutex_;    // of the list, not of what is in it
  std::deque<Metric> metrics_;  // references stay
};

}  // namespace radflow
