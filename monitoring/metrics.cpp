#include "monitoring/metrics.hpp"

#include <prometheus/text_serializer.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <map>
#include <sstream>

#include "monitoring/collector.hpp"

namespace radflow {
namespace {

using Labels = Collector::Labels;

void collect_graph(const PipelineStats& stats, Collector& out) {
  out.gauge("radflow_build_info", "The program that runs; always 1.");
  out.add({{"version", RADFLOW_VERSION}, {"digest", stats.digest}}, 1);
  out.gauge("radflow_running", "1 while the graph runs.");
  out.add({}, stats.running);
  out.gauge("radflow_memory_limit_bytes", "The graph's memory budget.");
  out.add({}, static_cast<double>(stats.memory_bytes));
  out.gauge("radflow_in_flight_bytes", "Bytes of the budget that are in use.");
  out.add({}, static_cast<double>(stats.bytes_in_flight));
  out.gauge("radflow_in_flight_records", "Records admitted and not ended.");
  out.add({}, static_cast<double>(stats.records_in_flight));
  out.counter("radflow_records_delivered_total",
              "Records that ended with everything acknowledged; with exactly_once the frontiers say what is "
              "committed.");
  out.add({}, static_cast<double>(stats.records_delivered));
  out.counter("radflow_records_failed_total",
              "Records that ended as a dead letter, dropped, or stopped the graph.");
  out.add({}, static_cast<double>(stats.records_failed));
  out.counter("radflow_calls_retried_total",
              "Calls of nodes that failed in a way that may pass and were made again.");
  out.add({}, static_cast<double>(stats.calls_retried));
  out.counter(
      "radflow_records_revoked_total",
      "Records whose partition was given up before all that came of them was sent: its new owner computes "
      "them.");
  out.add({}, static_cast<double>(stats.records_revoked));
  out.counter("radflow_records_abandoned_total",
              "Records that ended without an outcome: a defect of radflow.");
  out.add({}, static_cast<double>(stats.records_abandoned));
}

void collect_sources(const PipelineStats& stats, Collector& out) {
  const auto each = [&](auto value) {
    for (const SourceStats& source : stats.sources)
      out.add({{"source", source.name}}, static_cast<double>(value(source)));
  };
  out.counter("radflow_records_received_total", "Records admitted.");
  each([](const SourceStats& source) { return source.records; });
  out.counter("radflow_received_bytes_total", "Bytes of the records admitted.");
  each([](const SourceStats& source) { return source.bytes; });
  out.counter("radflow_source_refused_records_total",
              "Records that the source could not make ready for a node, by reason.");
  for (const SourceStats& source : stats.sources)
    for (const auto& [reason, count] : source.refused)
      out.add({{"source", source.name}, {"type", source.type}, {"reason", reason}},
              static_cast<double>(count));
  out.counter("radflow_records_gone_total",
              "Records that were deleted from their topic before they were read.");
  each([](const SourceStats& source) { return source.gone.records; });
  out.counter("radflow_positions_beyond_end_total",
              "Positions beyond the end of their partition: its topic was made again or cut off.");
  each([](const SourceStats& source) { return source.gone.positions; });
  out.gauge("radflow_source_ready", "1 while the source can deliver: connected, partitions assigned.");
  each([](const SourceStats& source) { return source.not_ready.empty(); });

  // What is unknown (-1) is left out.
  const auto partitions = [&](auto value) {
    for (const SourceStats& source : stats.sources)
      for (const PartitionStatus& at : source.partitions)
        if (const double known = value(at); known >= 0)
          out.add({{"source", source.name}, {"topic", at.topic}, {"partition", std::to_string(at.partition)}},
                  known);
  };
  out.gauge("radflow_consumer_lag_records", "Records between the frontier and the end of the partition.");
  partitions([](const PartitionStatus& at) {
    return at.end < 0 || at.frontier < 0
               ? -1.0
               : static_cast<double>(std::max<std::int64_t>(0, at.end - at.frontier));
  });
  out.gauge(
      "radflow_frontier_offset",
      "The lowest offset that is not done: what is committed; members of open groups count as done here.");
  partitions([](const PartitionStatus& at) { return static_cast<double>(at.frontier); });
  out.gauge("radflow_frontier_pending_records",
            "Records admitted at or after the frontier that are not done.");
  partitions([](const PartitionStatus& at) { return static_cast<double>(at.pending); });
  out.gauge("radflow_frontier_age_seconds", "How long the frontier has stood still with work pending.");
  partitions([](const PartitionStatus& at) { return at.frontier_age_s; });
  out.gauge(
      "radflow_stalled_seconds",
      "How long a record has held its frontier, and the node or sink it waits for; from one second on.");
  for (const Stall& stall : stats.stalls)
    out.add({{"source", stall.source},
             {"topic", stall.topic},
             {"partition", std::to_string(stall.partition)},
             {"node", stall.node}},
            stall.seconds);
}

// Nothing of a graph that does not gather.
void collect_groups(const PipelineStats& stats, Collector& out) {
  if (stats.groups.empty()) return;
  const auto each = [&](auto value) {
    for (const GroupStats& node : stats.groups)
      out.add({{"node", node.node}}, static_cast<double>(value(node)));
  };
  out.gauge("radflow_groups_open", "Groups that have not ended, of a node that gathers.");
  each([](const GroupStats& node) { return node.open; });
  out.gauge("radflow_group_members", "Members of the open groups: messages that wait for others.");
  each([](const GroupStats& node) { return node.members; });
  out.gauge("radflow_group_bytes", "What the open groups take of the node's `group.memory`.");
  each([](const GroupStats& node) { return node.bytes; });
  out.gauge("radflow_group_memory_limit_bytes", "The node's `group.memory`.");
  each([](const GroupStats& node) { return node.memory_bytes; });
  out.counter("radflow_groups_ended_total",
              "Groups that have ended, by reason: complete, idle, longest, most, end_of_input, memory_full.");
  for (const GroupStats& node : stats.groups)
    for (const auto& [reason, count] : node.ended)
      out.add({{"node", node.node}, {"reason", reason}}, static_cast<double>(count));
}

void collect_batches(const PipelineStats& stats, Collector& out) {
  if (stats.batches.empty()) return;
  out.histogram("radflow_batch_size", "Messages that shared a call of a node that the graph gives `batch`.");
  for (const BatchStats& node : stats.batches) out.add({{"node", node.node}}, node);
}

void collect_nodes(const PipelineStats& stats, Collector& out) {
  const auto labels = [](const NodeStats& node) { return Labels{{"node", node.name}, {"type", node.type}}; };
  const auto labels_and = [&](const NodeStats& node, const std::string& name, const std::string& value) {
    Labels all = labels(node);
    if (!name.empty()) all.push_back({name, value});
    return all;
  };
  out.counter("radflow_node_calls_total", "Messages that a node was called for.");
  for (const NodeStats& node : stats.nodes) out.add(labels(node), static_cast<double>(node.calls));
  out.counter("radflow_node_results_total", "Messages that a node made.");
  for (const NodeStats& node : stats.nodes) out.add(labels(node), static_cast<double>(node.results));
  out.counter("radflow_node_filtered_total", "Messages that a node ended on purpose.");
  for (const NodeStats& node : stats.nodes) out.add(labels(node), static_cast<double>(node.filtered));
  out.counter("radflow_node_failures_total", "Messages that failed in a node, by reason.");
  for (const NodeStats& node : stats.nodes)
    for (const auto& [reason, count] : node.failed)
      out.add(labels_and(node, "reason", reason), static_cast<double>(count));
  out.counter("radflow_node_warnings_total", "Messages with something odd of which a value came, by reason.");
  for (const NodeStats& node : stats.nodes)
    for (const WarningStats& warning : node.warnings)
      out.add(labels_and(node, "reason", warning.reason), static_cast<double>(warning.count));
  out.histogram("radflow_node_duration_seconds", "Time in a node; a sample of its calls.");
  for (const NodeStats& node : stats.nodes) out.add(labels(node), node.duration);
  std::map<std::string_view, std::vector<std::pair<const NodeStats*, NodeMetrics::Value>>> own;
  for (const NodeStats& node : stats.nodes)
    for (const NodeMetrics::Value& metric : node.metrics) own[metric.spec->name].emplace_back(&node, metric);
  for (const auto& [name, values] : own) {
    const MetricSpec& spec = *values.front().second.spec;
    if (spec.kind == MetricSpec::Kind::Counter)
      out.counter(exported_name(spec), spec.sentence);
    else
      out.gauge(exported_name(spec), spec.sentence);
    for (const auto& [node, metric] : values)
      out.add(labels_and(*node, spec.label, metric.label_value), metric.value);
  }
  collect_groups(stats, out);
  collect_batches(stats, out);
  out.gauge("radflow_stage_queue_messages",
            "Messages that wait for a stage, which is named after its first node.");
  for (const StageStats& stage : stats.stages)
    out.add({{"stage", stage.name}}, static_cast<double>(stage.queued));
}

void collect_sinks(const PipelineStats& stats, Collector& out) {
  const auto labels = [](const SinkStats& sink) {
    return Labels{{"sink", sink.name}, {"port", sink.errors ? "errors" : "results"}};
  };
  out.counter("radflow_outputs_submitted_total", "Outputs given to a sink.");
  for (const SinkStats& sink : stats.sinks) out.add(labels(sink), static_cast<double>(sink.submitted));
  out.counter("radflow_outputs_sent_total",
              "Outputs that readers can see: acknowledged, with exactly_once committed.");
  for (const SinkStats& sink : stats.sinks) out.add(labels(sink), static_cast<double>(sink.written));
  out.counter("radflow_outputs_rejected_total", "Outputs that a sink can never take.");
  for (const SinkStats& sink : stats.sinks) out.add(labels(sink), static_cast<double>(sink.rejected));
  out.gauge("radflow_sink_ready", "1 while the sink can write; 0 while it holds outputs and tries again.");
  for (const SinkStats& sink : stats.sinks) out.add(labels(sink), sink.not_ready.empty());
  out.histogram(
      "radflow_end_to_end_latency_seconds",
      "From the admission of a record to the acknowledgement; with exactly_once without the wait for "
      "the commit.");
  for (const SinkStats& sink : stats.sinks) out.add(labels(sink), sink.latency);
}

// Seconds since 1970, when the program was loaded.
const double start_time =
    std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();

// Names without the prefix, as every client library of Prometheus has them.
void collect_process(Collector& out) {
  long pages = 0, resident = 0;
  std::ifstream{"/proc/self/statm"} >> pages >> resident;
  out.gauge("process_resident_memory_bytes", "Resident memory of the process.");
  out.add({}, static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)));
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  out.counter("process_cpu_seconds_total", "User and system time of the process.");
  out.add({}, seconds(usage.ru_utime) + seconds(usage.ru_stime));
  out.gauge("process_start_time_seconds", "When the process started, in seconds since 1970.");
  out.add({}, start_time);
}

}  // namespace

std::vector<prometheus::MetricFamily> collect_metrics(const PipelineStats& stats) {
  Collector out{stats.graph};
  collect_graph(stats, out);
  collect_sources(stats, out);
  collect_nodes(stats, out);
  collect_sinks(stats, out);
  collect_process(out);
  return std::move(out).take();
}

std::string metrics_text(const PipelineStats& stats) {
  std::ostringstream text;
  prometheus::TextSerializer{}.Serialize(text, collect_metrics(stats));
  return text.str();
}

}  // namespace radflow
