// What a run has counted, as one snapshot.
#include <fmt/format.h>

#include <algorithm>

#include "graph/digest.hpp"
#include "graph/run/run.hpp"

namespace radflow {

namespace {

constexpr double stall_seconds = 1;

}  // namespace

std::vector<Stall> Run::stalls(const std::vector<SourceStats>& at) const {
  std::vector<Stall> found;
  for (std::size_t s = 0; s < at.size(); ++s)
    for (const PartitionStatus& partition : at[s].partitions) {
      if (partition.pending == 0 || partition.frontier_age_s < stall_seconds) continue;
      Stall stall;
      stall.source = at[s].name;
      stall.topic = partition.topic;
      stall.partition = partition.partition;
      stall.offset = partition.frontier;
      stall.seconds = partition.frontier_age_s;
      // Unless a ticket of it lives.
      stall.node = at[s].name;
      stall.where =
          fmt::format("source '{}' holds it: it waits for room, its transaction or its claim", stall.node);
      tickets[s].find(
          [&](const Ticket& ticket) {
            const Position& position = ticket.record().position;
            return position.partition == partition.partition && position.offset == partition.frontier &&
                   position.topic == partition.topic;
          },
          [&](const Ticket& ticket) {
            explain(ticket, stall);
            if (const auto& key = ticket.record().key) stall.key_digest = xxh3_digest(*key);
          });
      found.push_back(std::move(stall));
    }
  return found;
}

// What the record waits for: a node first, since sinks wait for nodes; then its turn; then an
// acknowledgement.
void Run::explain(const Ticket& ticket, Stall& stall) const {
  using State = Ticket::AtSinkState;
  for (const auto& [state, sentence] :
       {std::pair{State::Computing, "node '{}' was called last and has not led to a result"},
        std::pair{State::WaitsForItsTurn, "sink '{}' holds its result until an earlier record has ended"},
        std::pair{State::WaitsForAcknowledgement, "sink '{}' has not acknowledged its result"}})
    for (std::size_t s = 0; s < plan.sinks.size(); ++s) {
      if (ticket.at_sink(s) != state) continue;
      const int node = ticket.last_node();
      stall.node = state == State::Computing && node >= 0 ? plan.nodes[static_cast<std::size_t>(node)].name
                                                          : plan.sinks[s].name;
      stall.where = fmt::format(fmt::runtime(sentence), stall.node);
      return;
    }
}

PipelineStats Run::stats() const {
  PipelineStats stats;
  stats.graph = plan.info.name;
  stats.digest = plan.info.digest;
  for (std::size_t i = 0; i < plan.sources.size(); ++i)
    stats.sources.push_back({plan.sources[i].name, plan.sources[i].spec->name,
                             source_counters_[i].records.get(), source_counters_[i].bytes.get(),
                             sources[i]->ready(), sources[i]->partitions(), refused_.of(plan.sources[i].name),
                             sources[i]->uncommitted(), sources[i]->gone()});
  for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
    NodeStats& node = stats.nodes.emplace_back();
    node.name = plan.nodes[n].name;
    node.type = plan.nodes[n].spec->name;
    for (const Worker& worker : workers_) worker.steps[n].counters.add_to(node);
    node.failed = failures_.of(node.name);
    node.warnings = warnings_.of(node.name);
    node.failures = first_failures_.of(node.name);
  }
  for (std::size_t i = 0; i < layout.stages.size(); ++i) {
    stats.stages.push_back({plan.nodes[static_cast<std::size_t>(layout.stages[i].nodes.front())].name,
                            static_cast<std::int64_t>(flow_->waiting(i))});
  }
  for (std::size_t s = 0; s < plan.sinks.size(); ++s) {
    const SinkCounters& counters = sink_counters_[s];
    const Sink& sink = *sinks[s];
    stats.sinks.push_back({plan.sinks[s].name, plan.sinks[s].spec->name, plan.sinks[s].errors,
                           counters.submitted.get(), sink.written().value_or(counters.acknowledged.get()),
                           counters.rejected.get(), sink.ready(), failures_.of(plan.sinks[s].name),
                           counters.latency.snapshot(), counters.latency.sketch(),
                           first_failures_.of(plan.sinks[s].name)});
  }
  stats.stalls = stalls(stats.sources);
  stats.bytes_in_flight = budget.bytes();
  stats.memory_bytes = budget.limit();
  stats.records_in_flight = static_cast<std::int64_t>(in_flight());
  stats.records_delivered = delivered_.get();
  stats.records_failed = failed_records_.get();
  stats.records_revoked = revoked_records_.get();
  stats.records_abandoned = abandoned_.get();
  stats.calls_retried = retried_.get();
  return stats;
}

}  // namespace radflow
