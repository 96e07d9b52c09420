// What a pipeline counts, as Prometheus metrics.
#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <vector>

#include "graph/stats.hpp"

namespace radflow {

// Every metric has the label `graph`; names follow the conventions of Prometheus, with the prefix radflow_.
// No label holds a key or anything else of a record.
std::vector<prometheus::MetricFamily> collect_metrics(const PipelineStats& stats);

// In Prometheus' text format 0.0.4.
std::string metrics_text(const PipelineStats& stats);

}  // namespace radflow
