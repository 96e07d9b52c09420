#include "monitoring/status.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace radflow {
namespace {

using nlohmann::ordered_json;

template <typename Durations>
ordered_json durations(const Durations& observed) {
  return {{"count", observed.count()}, {"p50", observed.quantile(0.5)}, {"p99", observed.quantile(0.99)}};
}

ordered_json known(std::int64_t offset) { return offset < 0 ? ordered_json{} : ordered_json(offset); }

ordered_json firsts(const std::vector<WarningStats>& failures) {
  ordered_json json = ordered_json::object();
  for (const WarningStats& failure : failures) json[failure.reason] = failure.first;
  return json;
}

ordered_json counts(const std::vector<std::pair<std::string, std::uint64_t>>& by_reason) {
  ordered_json json = ordered_json::object();
  for (const auto& [reason, count] : by_reason) json[reason] = count;
  return json;
}

ordered_json source_json(const SourceStats& source) {
  ordered_json json{{"name", source.name},
                    {"type", source.type},
                    {"ready", source.not_ready.empty()},
                    {"records", source.records},
                    {"bytes", source.bytes},
                    {"gone", source.gone.records},
                    {"beyond_end", source.gone.positions},
                    {"refused", counts(source.refused)},
                    {"first_refused", firsts(source.failures)},
                    {"partitions", ordered_json::array()}};
  for (const PartitionStatus& at : source.partitions)
    json["partitions"].push_back({{"topic", at.topic},
                                  {"partition", at.partition},
                                  {"frontier", known(at.frontier)},
                                  {"end", known(at.end)},
                                  {"pending", at.pending},
                                  {"frontier_age_s", at.frontier_age_s}});
  return json;
}

ordered_json node_json(const NodeStats& node) {
  ordered_json json{{"name", node.name},
                    {"type", node.type},
                    {"calls", node.calls},
                    {"results", node.results},
                    {"filtered", node.filtered},
                    {"failed", ordered_json::object()},
                    {"warnings", ordered_json::object()},
                    {"duration_s", durations(node.duration)}};
  for (const auto& [reason, count] : node.failed) json["failed"][reason] = count;
  json["first_failed"] = firsts(node.failures);
  for (const auto& [reason, count, first] : node.warnings)
    json["warnings"][reason] = {{"count", count}, {"first", first}};
  return json;
}

}  // namespace

std::string status_json(const PipelineStats& stats) {
  ordered_json json{{"graph", stats.graph},
                    {"digest", stats.digest},
                    {"version", RADFLOW_VERSION},
                    {"running", stats.running},
                    {"not_ready", not_ready(stats)},
                    {"memory_bytes", stats.memory_bytes},
                    {"bytes_in_flight", stats.bytes_in_flight},
                    {"records",
                     {{"in_flight", stats.records_in_flight},
                      {"delivered", stats.records_delivered},
                      {"failed", stats.records_failed},
                      {"revoked", stats.records_revoked},
                      {"abandoned", stats.records_abandoned}}},
                    {"stalls", ordered_json::array()},
                    {"groups", ordered_json::array()},
                    {"open_groups", ordered_json::array()},
                    {"sources", ordered_json::array()},
                    {"nodes", ordered_json::array()},
                    {"stages", ordered_json::array()},
                    {"sinks", ordered_json::array()}};
  for (const GroupStats& node : stats.groups)
    json["groups"].push_back({{"node", node.node},
                              {"open", node.open},
                              {"members", node.members},
                              {"bytes", node.bytes},
                              {"memory_bytes", node.memory_bytes},
                              {"ended", counts(node.ended)}});
  for (const OpenGroupStats& group : stats.open_groups)
    json["open_groups"].push_back({{"node", group.node},
                                   {"key_digest", group.key_digest},
                                   {"topic", group.topic},
                                   {"partition", group.partition},
                                   {"offset", group.offset},
                                   {"members", group.members},
                                   {"age_s", group.age_s},
                                   {"idle_s", group.idle_s},
                                   {"waits_for", group.waits_for}});
  for (const Stall& stall : stats.stalls)
    json["stalls"].push_back({{"source", stall.source},
                              {"topic", stall.topic},
                              {"partition", stall.partition},
                              {"offset", stall.offset},
                              {"seconds", stall.seconds},
                              {"node", stall.node},
                              {"where", stall.where},
                              {"key_digest", stall.key_digest}});
  for (const SourceStats& source : stats.sources) json["sources"].push_back(source_json(source));
  for (const NodeStats& node : stats.nodes) json["nodes"].push_back(node_json(node));
  for (const StageStats& stage : stats.stages)
    json["stages"].push_back({{"name", stage.name}, {"queued", stage.queued}});
  for (const SinkStats& sink : stats.sinks)
    json["sinks"].push_back({{"name", sink.name},
                             {"type", sink.type},
                             {"errors", sink.errors},
                             {"ready", sink.not_ready.empty()},
                             {"submitted", sink.submitted},
                             {"written", sink.written},
                             {"rejected", sink.rejected},
                             {"failed", counts(sink.failed)},
                             {"first_failed", firsts(sink.failures)},
                             {"latency_s", durations(sink.latency_sketch)}});
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::vector<std::string> not_ready(const PipelineStats& stats) {
  std::vector<std::string> reasons;
  if (!stats.running) reasons.push_back("the graph is not running");
  for (const SourceStats& source : stats.sources)
    if (!source.not_ready.empty())
      reasons.push_back(fmt::format("source {} ({}): {}", source.name, source.type, source.not_ready));
  for (const SinkStats& sink : stats.sinks)
    if (!sink.not_ready.empty())
      reasons.push_back(fmt::format("sink {} ({}): {}", sink.name, sink.type, sink.not_ready));
  return reasons;
}

}  // namespace radflow
