// What a run has counted, as one snapshot.
#include <algorithm>

#include "graph/run.hpp"

namespace radflow {

PipelineStats Run::stats() const {
  PipelineStats stats;
  stats.graph = plan.info.name;
  stats.digest = plan.info.digest;
  for (std::size_t i = 0; i < plan.sources.size(); ++i)
    stats.sources.push_back({plan.sources[i].name, plan.sources[i].spec->name,
                             source_counters_[i].records.get(), source_counters_[i].bytes.get(),
                             sources[i]->ready(), sources[i]->partitions()});
  for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
    NodeStats& node = stats.nodes.emplace_back();
    node.name = plan.nodes[n].name;
    node.type = plan.nodes[n].spec->name;
    for (const std::vector<Step>& steps : steps_) steps[n].counters.add_to(node);
    node.failed = failures_.of(node.name);
  }
  for (std::size_t i = 0; i < layout.stages.size(); ++i) {
    const auto started = static_cast<std::int64_t>(stage_counters_[i].started.load());
    const auto entered = static_cast<std::int64_t>(stage_counters_[i].entered.load());
    stats.stages.push_back({plan.nodes[static_cast<std::size_t>(layout.stages[i].nodes.front())].name,
                            std::max<std::int64_t>(0, entered - started)});
  }
  for (std::size_t s = 0; s < plan.sinks.size(); ++s) {
    const SinkCounters& counters = sink_counters_[s];
    stats.sinks.push_back({plan.sinks[s].name, plan.sinks[s].spec->name, plan.sinks[s].errors,
                           counters.submitted.load(), counters.acknowledged.load(), counters.rejected.load(),
                           s < sinks.size() && sinks[s]->ready(), counters.latency.snapshot()});
  }
  stats.bytes_in_flight = budget.bytes();
  stats.memory_bytes = budget.limit();
  stats.records_in_flight = in_flight_.load();
  stats.records_delivered = delivered_.load();
  stats.records_failed = failed_records_.load();
  stats.records_abandoned = abandoned_.load();
  stats.calls_retried = retried_.load();
  return stats;
}

}  // namespace radflow
