// replay: sends records that a graph has read before through it again: what is in its dead letters, or ranges
// of offsets.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/checks.hpp"
#include "cli/command.hpp"
#include "cli/log.hpp"
#include "cli/replay_left_out.hpp"
#include "cli/runner.hpp"
#include "cli/summary.hpp"
#include "cli/terminal.hpp"
#include "connectors/kafka/replay.hpp"
#include "connectors/stand_in.hpp"
#include "graph/pipeline.hpp"

namespace radflow::cli {
namespace {

using namespace std::chrono_literals;

struct Options {
  std::string graph, output;
  Overrides overrides{.replay = true};
  std::vector<std::string> ranges;
  kafka::ReplayOf of;
  bool dry_run = false;
};

constexpr const char* about = R"(
Without --range all dead letters there are when it starts are replayed, each record once, but for those that an
earlier replay has settled: their records ended with a result or a new dead letter. What is settled stands in
the positions of the consumer group GRAPH.replay; --again replays it too, --output and --dry-run settle nothing.
Results carry the position that the record had when it was first read: the same graph gives the same bytes and
the same ce_id as then. They go to the graph's sinks, or to --output FILE. It ends by itself; a record that
fails again becomes a dead letter again.

Delivery is at least once, whatever the graph says: a replay that is killed may send the last seconds' letters
again, and of a record of which only some frames failed all frames are computed again. A graph that runs
meanwhile is not disturbed.)";

bool is_kafka(const ComponentPlan& component) { return component.spec->name == "kafka"; }

// The source of that topic, else the first one.
const ComponentPlan& kafka_source(const Plan& plan, const std::string& topic = "") {
  const ComponentPlan* found = nullptr;
  for (const ComponentPlan& source : plan.sources)
    if (is_kafka(source) && (!found || source.param_text("topic") == topic)) found = &source;
  if (!found)
    throw ConfigError{{{{plan.file, 0, 0}, "the graph reads no Kafka topic: there is nothing to replay"}}};
  return *found;
}

// With what the graph says of itself before its sinks are replaced.
kafka::ReplayOf complete(const Options& options) {
  Overrides overrides = options.overrides;
  overrides.sink = nullptr;
  const Plan plan = load_plan(options.graph, overrides);
  kafka::ReplayOf of = options.of;
  of.graph = plan.info.name;
  for (const std::string& range : options.ranges) of.ranges.push_back(kafka::parse_range(range, "--range"));
  of.settles = !options.dry_run && !options.overrides.sink;
  of.may_be_missing = of.dead_letters.empty();  // the graph makes it with its first dead letter
  std::optional<kafka::Properties> of_letters;
  for (const SinkPlan& sink : plan.sinks) {
    if (!sink.errors || !is_kafka(sink)) continue;
    of_letters = sink.info.properties;
    if (of.dead_letters.empty()) of.dead_letters = sink.param_text("topic");
  }
  if (of.dead_letters.empty() && of.ranges.empty())
    throw ParamError{
        "--dead-letters",
        "the graph has no Kafka sink with `from: errors`; name the topic of its dead letters, or a "
        "--range"};
  of.properties = [plan, of_letters, letters = of.dead_letters](const std::string& topic) {
    return of_letters && topic == letters ? *of_letters : kafka_source(plan, topic).info.properties;
  };
  return of;
}

// A graph that runs beside has its fixed port: a side job listens on the same host, on a free one.
std::string free_port(const std::string& listen) {
  return listen.empty() ? listen : listen.substr(0, listen.rfind(':')) + ":0";
}

// Its one source is the replay, which knows what the graph's own is told.
Plan replaying(const Options& options, const Spec& spec) {
  Plan plan = load_plan(options.graph, options.overrides);
  ComponentPlan source = kafka_source(plan);
  source.spec = &spec;
  source.name = source.info.name = spec.name;
  plan.sources = {std::move(source)};
  const auto is_port = [](const std::string& set) { return set.starts_with("http.listen="); };
  if (std::ranges::none_of(options.overrides.set, is_port)) plan.http_listen = free_port(plan.http_listen);
  return plan;
}

struct Listed {
  std::uint64_t count = 0;
  std::string first, last;
};

// By reason and node.
using Lines = std::map<std::pair<std::string, std::string>, Listed>;

void print(const Lines& lines) {
  if (lines.empty()) return;
  using Row = std::array<std::string, 5>;
  std::vector<Row> rows{{"RECORDS", "REASON", "NODE", "FIRST", "LAST"}};
  for (const auto& [why, listed] : lines)
    rows.push_back({std::to_string(listed.count), why.first.empty() ? "-" : why.first,
                    why.second.empty() ? "-" : why.second, listed.first, listed.last});
  std::vector<std::size_t> widths(rows[0].size());
  for (const Row& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  widths = fit_columns(widths, 2 * (widths.size() - 1), stdout_columns());
  for (const Row& row : rows) {
    // The end of a position is what tells it from others.
    std::string line = fmt::format("{:>{}}", row[0], widths[0]);
    for (std::size_t i = 1; i < row.size(); ++i)
      line +=
          fmt::format("  {:<{}}", shorten(row[i], widths[i], i < 3 ? Keep::Beginning : Keep::End), widths[i]);
    line.erase(line.find_last_not_of(' ') + 1);
    fmt::print("{}\n", line);
  }
}

int list(const kafka::ReplayOf& of, kafka::Replay& replay, const SignalWatch& signals) {
  Lines lines;
  std::uint64_t all = 0;
  while (!replay.ended()) {
    if (signals.came()) return exit_interrupted;
    const auto found = replay.next(100ms);
    if (!found) continue;
    const Position& at = found->record.position;
    Listed& listed = lines[{found->reason, found->node}];
    listed.last = fmt::format("{}:{}:{}", at.topic, at.partition, at.offset);
    if (listed.count++ == 0) listed.first = listed.last;
    ++all;
  }
  if (all == 0) check_names(of, replay.counts());
  print(lines);
  fmt::print("{} would be replayed\n", counted(all, "record"));
  print_left_out(replay);
  return replay.counts().lost > 0 ? exit_dead_letters : exit_ok;
}

int replay(const Options& options) {
  const SignalWatch signals;
  EndWatch end;
  const kafka::ReplayOf of = complete(options);
  const auto records = std::make_shared<kafka::Replay>(of);
  while (!records->prepare(500ms))
    if (signals.came()) return exit_interrupted;
  if (options.dry_run) return list(of, *records, signals);

  // A replay of nothing opens no sink, so that it overwrites no file.
  std::optional<bool> any;
  while (!(any = records->any(100ms)))
    if (signals.came()) return exit_interrupted;
  if (!*any) {
    records->commit(10s);
    check_names(of, records->counts());
    log_line(spdlog::level::info, "0 records, there is nothing to replay", {{"records", 0}});
    print_left_out(*records);
    return records->counts().lost > 0 ? exit_dead_letters : exit_ok;
  }

  Spec spec;
  spec.kind = ComponentKind::Source;
  spec.name = "replay";
  spec.make_source = [records](const void* params, const BuildInfo& info) {
    return kafka::make_source(records, *static_cast<const kafka::SourceParams*>(params), info);
  };
  Pipeline pipeline{replaying(options, spec)};
  const Server server = serve(pipeline);
  log_address(server);
  const RunReport report = run_pipeline(pipeline, signals, end, {.title = "replay"});
  print_summary(report, pipeline.plan());
  print_left_out(*records);
  const ExitCode code = report.exit_code();
  return code == exit_ok && records->counts().lost > 0 ? exit_dead_letters : code;
}

const Command command{
    "replay",
    "Sends dead letters, or a range of offsets, through a graph again.",
    "radflow replay config/pneumonia.yaml --reason too_large --dry-run",
    [](CLI::App& app) {
      auto options = std::make_shared<Options>();
      app.add_option("graph", options->graph, "The graph file.")->required();
      app.add_option("--dead-letters", options->of.dead_letters,
                     "The topic of the dead letters; default: that of the graph's own.")
          ->check(not_empty("a topic"));
      app.add_option("--range", options->ranges,
                     "TOPIC:PARTITION:FROM-TO, both included: these records, or the dead letters that stand "
                     "there. FROM alone is one record, FROM- goes to the end. May be repeated.")
          ->allow_extra_args(false);
      app.add_option("--reason", options->of.reasons, "Only dead letters of this reason. May be repeated.")
          ->allow_extra_args(false);
      app.add_option("--node", options->of.nodes, "Only dead letters of this node. May be repeated.")
          ->allow_extra_args(false);
      app.add_flag("--again", options->of.again, "Dead letters that an earlier replay has settled, too.");
      app.add_flag("--dry-run", options->dry_run, "Lists what would be replayed, and ends.");
      app.add_option(
             "--output", options->output,
             "An NDJSON file that stands in for the sinks; dead letters go beside it (FILE.errors.ndjson). A "
             "file that is there is overwritten once there is something to replay. It settles nothing.")
          ->check(not_empty("the NDJSON file"));
      app.add_option("--set", options->overrides.set,
                     "Overrides a value of the YAML: nodes.resize.width=128. May be repeated.")
          ->allow_extra_args(false);
      app.footer(app.get_footer() + "\n" + about);
      return [options] {
        if (!options->output.empty()) options->overrides.sink = lines_at(options->output);
        return replay(*options);
      };
    },
    Command::Signals::Watched,
    Command::Stderr::Log};

}  // namespace
}  // namespace radflow::cli
