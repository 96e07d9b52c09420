#include "cli/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/log.hpp"
#include "cli/terminal.hpp"

namespace radflow::cli {
namespace {

std::uint64_t results(const PipelineStats& stats) {
  std::uint64_t sum = 0;
  for (const SinkStats& sink : stats.sinks)
    if (!sink.errors) sum += sink.written;
  return sum;
}

DurationSketch latency(const PipelineStats& stats) {
  DurationSketch all;
  for (const SinkStats& sink : stats.sinks)
    if (!sink.errors) all.add(sink.latency_sketch);
  return all;
}

std::string span(double seconds) {
  if (seconds < 0.9995) return fmt::format("{:.3g} ms", seconds * 1e3);
  return seconds < 99.95 ? fmt::format("{:#.3g} s", seconds) : fmt::format("{:.0f} s", seconds);
}

// A node that takes the sources' records gives frames, several of one record too; what comes then has to do
// with one frame each.
bool takes_records(const NodePlan& node) {
  return std::ranges::any_of(node.inputs,
                             [](const InputPlan& input) { return input.node == InputPlan::from_sources; });
}

bool has_dead_letters(const Plan& plan) { return std::ranges::any_of(plan.sinks, &SinkPlan::errors); }

// Of records that held more than one, else 0.
std::uint64_t many_frames(const PipelineStats& stats, const Plan& plan) {
  std::uint64_t frames = 0;
  for (std::size_t i = 0; i < plan.nodes.size(); ++i)
    if (takes_records(plan.nodes[i]) && plan.nodes[i].spec->arity == Arity::Many)
      frames = std::max(frames, stats.nodes[i].results);
  return frames > stats.records_delivered + stats.records_failed ? frames : 0;
}

std::uint64_t filtered(const PipelineStats& stats) {
  std::uint64_t sum = 0;
  for (const NodeStats& node : stats.nodes) sum += node.filtered;
  return sum;
}

std::uint64_t dropped(const PipelineStats& stats, const Plan& plan) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < plan.nodes.size(); ++i)
    if (plan.nodes[i].on_error == OnError::Drop)
      for (const auto& [reason, count] : stats.nodes[i].failed) sum += count;
  return sum;
}

// "  4 frames dropped by window: no_window", a line for each node, or sink, and reason.
void print_reasons(const PipelineStats& stats, const Plan& plan) {
  const bool many = many_frames(stats, plan) > 0;
  const auto unit = [many](const NodePlan& node) {
    if (node.spec->arity == Arity::Gathered) return "group or member";
    if (!takes_records(node)) return "frame";
    return many && node.spec->arity == Arity::Many ? "record or frame" : "record";
  };
  const auto print = [](std::uint64_t count, std::string_view unit, std::string_view what,
                        std::string_view kind, std::string_view where, std::string_view reason) {
    LogFields fields{{kind, where}, {"count", count}};
    if (!reason.empty()) fields["reason"] = reason;
    log_line(
        spdlog::level::info,
        fmt::format("  {} {} {}{}{}", counted(count, unit), what, where, reason.empty() ? "" : ": ", reason),
        fields);
  };
  for (const SourceStats& source : stats.sources)
    for (const auto& [reason, count] : source.refused)
      print(count, "record", "refused by", "source", source.name, reason);
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    const NodeStats& node = stats.nodes[i];
    if (node.filtered > 0) print(node.filtered, unit(plan.nodes[i]), "filtered by", "node", node.name, "");
    for (const auto& [reason, count] : node.failed)
      print(count, unit(plan.nodes[i]), plan.nodes[i].on_error == OnError::Drop ? "dropped by" : "failed in",
            "node", node.name, reason);
  }
  for (const NodeStats& node : stats.nodes)
    for (const WarningStats& warning : node.warnings)
      log_line(spdlog::level::info,
               fmt::format("  {} of {}: {}; the first at {}", counted(warning.count, "warning"), node.name,
                           warning.reason, warning.first),
               {{"node", node.name},
                {"reason", warning.reason},
                {"count", warning.count},
                {"first", warning.first}});
  for (const SinkStats& sink : stats.sinks)
    for (const auto& [reason, count] : sink.failed)
      print(count, "result", "failed in sink", "sink", sink.name, reason);
}

// Of a transaction that was not committed the records have ended, and come again all the same.
void print_uncommitted(const PipelineStats& stats) {
  std::int64_t uncommitted = 0;
  for (const SourceStats& source : stats.sources) uncommitted += source.uncommitted;
  const auto in_flight = static_cast<std::uint64_t>(stats.records_in_flight);
  if (const auto all = static_cast<std::uint64_t>(uncommitted); uncommitted > 0 && all > in_flight)
    log_line(spdlog::level::info,
             fmt::format("  {} of a transaction that was not committed; the next start computes {} again",
                         counted(all, "record"), all == 1 ? "it" : "them"),
             {{"uncommitted", all}});
  else if (in_flight > 0)
    log_line(spdlog::level::info,
             fmt::format("  {} had not ended and {} not committed", counted(in_flight, "record"),
                         in_flight == 1 ? "is" : "are"),
             {{"uncommitted", in_flight}});
}

// What a stop left open is no loss: the next start gathers it again.
void print_open_groups(const PipelineStats& stats) {
  if (stats.groups_dropped > 0)
    log_line(
        spdlog::level::info,
        fmt::format("  {} with {} {} still open; the next start gathers {} again",
                    counted(stats.groups_dropped, "group"), counted(stats.records_dropped, "record"),
                    stats.groups_dropped == 1 ? "was" : "were", stats.groups_dropped == 1 ? "it" : "them"),
        {{"open_groups", stats.groups_dropped}, {"uncommitted", stats.records_dropped}});
}

}  // namespace

std::string failures_name(const Plan& plan, std::uint64_t count) {
  return has_dead_letters(plan) ? counted(count, "dead letter") : fmt::format("{} failed", count);
}

void print_summary(const RunReport& report, const Plan& plan) {
  const PipelineStats& stats = report.stats;
  const std::uint64_t records = stats.records_delivered + stats.records_failed;
  const DurationSketch took = latency(stats);
  std::string line = counted(records, "record");
  if (const std::uint64_t frames = many_frames(stats, plan)) line += fmt::format(" ({} frames)", frames);
  line += ", " + counted(results(stats), "result");
  if (const auto sinks = std::ranges::count(stats.sinks, false, &SinkStats::errors); sinks > 1)
    line += fmt::format(" in {} sinks", sinks);
  if (const std::uint64_t count = filtered(stats)) line += fmt::format(", {} filtered", count);
  if (const std::uint64_t count = dropped(stats, plan)) line += fmt::format(", {} dropped", count);
  line += ", " + failures_name(plan, stats.records_failed);
  line += fmt::format(" in {}, {:.0f} records/s", span(report.seconds),
                      static_cast<double>(records) / report.seconds);
  if (took.count() > 0)
    line += fmt::format("; latency p50 {}, p99 {}", span(took.quantile(0.5)), span(took.quantile(0.99)));
  nlohmann::ordered_json fields{{"records", records},
                                {"results", results(stats)},
                                {"filtered", filtered(stats)},
                                {"failed", stats.records_failed},
                                {"seconds", report.seconds}};
  if (took.count() > 0) {
    fields["latency_p50_s"] = took.quantile(0.5);
    fields["latency_p99_s"] = took.quantile(0.99);
  }
  log_line(spdlog::level::info, line, fields);
  print_reasons(stats, plan);
  print_uncommitted(stats);
  print_open_groups(stats);
  if (report.cut_short) std::cerr << paint_stderr("stopped before the input's end", Colour::Yellow) << '\n';
  if (report.failure)
    log_line(spdlog::level::err, paint_stderr("error: ", Colour::Red) + *report.failure,
             {{"graph", plan.info.name}, {"cause", *report.failure}});
}

}  // namespace radflow::cli
