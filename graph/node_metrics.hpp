// Counters and gauges of its own that a node declares in its specification, beside what the graph counts of every
// node. The instances of one node share them; a node asks for each once, in its constructor:
//
//   Edges(const Params&, const BuildInfo& info) : found_{info.metrics->counter("edges")} {}
//   ... in the call operator: found_.add(edges.size());
//   NodeSpec{"edges", "Finds edges."}.counter("edges", "Edges found.")
//
// Not for what the graph counts anyhow (calls, results, errors, warnings, durations), and never for what names a patient.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
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
  // that name and kind.
  Counter& counter(std::string_view name);
  Gauge& gauge(std::string_view name);

  struct Value {
    const MetricSpec* spec = nullptr;
    double value = 0;
  };
  // In the order of the specification. Any thread.
  std::vector<Value> values() const;

 private:
  struct Metric {
    explicit Metric(const MetricSpec& declared) : spec{declared} {}
    const MetricSpec& spec;
    Counter counter;
    Gauge gauge;
  };
  Metric& find(MetricSpec::Kind kind, std::string_view name);

  const std::string_view node_;
  std::deque<Metric> metrics_;
};

}  // namespace radflow
