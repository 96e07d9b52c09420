// Numbers of a pipeline with one of everything.
#pragma once

#include "graph/stats.hpp"

namespace radflow {

inline PipelineStats sample_stats() {
  PipelineStats stats;
  stats.graph = "pneumonia";
  stats.digest = "xxh3:00ff";
  stats.running = true;
  stats.memory_bytes = 1 << 20;
  stats.bytes_in_flight = 4096;
  stats.records_in_flight = 3;
  stats.records_delivered = 40;
  stats.records_failed = 2;
  stats.sources.push_back(
      {"frames", "kafka", 45, 1000, "", {{"frames", 0, 40, 45, 5, 1.5}, {"frames", 1, -1, -1, 0, 0}}});
  stats.sources[0].gone = {7, 1};
  stats.sources[0].refused = {{"claim_not_found", 1}};
  stats.sources[0].failures = {{"claim_not_found", 1, "frames:0:17: nothing is there"}};
  NodeStats decode{"decode", "decode", 45, 43, 0, {{"truncated", 2}}, {}};
  decode.duration.counts[0] = 1;
  decode.duration.counts[6] = 2;
  decode.duration.counts.back() = 1;
  decode.duration.sum = 12.5;
  decode.warnings = {{"more_images", 3, "frames:0:17: the file holds 5 images"}};
  static const MetricSpec seen{MetricSpec::Kind::Counter, "seen", "Things seen."};
  static const MetricSpec limit{MetricSpec::Kind::Gauge, "limit", "The limit."};
  static const MetricSpec sides{MetricSpec::Kind::Counter, "sides", "Things by side.", "side"};
  decode.metrics = {{&seen, 12}, {&limit, 2.5}, {&sides, 5, "left"}, {&sides, 7, "right"}};
  stats.nodes = {decode, {"texture", "histogram", 43, 43, 1, {}, {}}};
  stats.nodes.back().metrics = {{&seen, 4}};
  stats.groups.push_back({"collect", 2, 7, 9000, 1 << 26, {{"complete", 5}, {"idle", 1}}});
  stats.batches.push_back({"network", {1, 0, 0, 0, 2}, 33});
  stats.open_groups.push_back({"collect", "xxh3:0a", "frames", 0, 33, 4, 12, 3, "its next member"});
  stats.stages.push_back({"decode", 7});
  stats.sinks.push_back({"results", "kafka", false, 43, 40, 1, "", {}, decode.duration});
  stats.sinks.push_back({"errors", "kafka", true, 2, 2, 0, "", {}});
  return stats;
}

}  // namespace radflow
