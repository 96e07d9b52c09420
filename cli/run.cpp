// run: checks a graph and runs it until its input ends or a signal comes.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/checks.hpp"
#include "cli/command.hpp"
#include "cli/log.hpp"
#include "cli/runner.hpp"
#include "cli/summary.hpp"
#include "connectors/kafka/client/range.hpp"
#include "connectors/kafka/group/source_params.hpp"
#include "connectors/kafka/loop.hpp"
#include "connectors/stand_in.hpp"
#include "graph/pipeline.hpp"

namespace radflow::cli {
namespace {

struct Options {
  std::string graph;
  std::string input, output;
  Overrides overrides;
  bool until_caught_up = false;
  std::vector<std::string> skips;
};

// Sets a parameter of every Kafka source: files and phantom end by themselves and know no offsets.
void set_kafka_sources(const Plan& plan, const std::string& assignment, Overrides& overrides) {
  for (const ComponentPlan& source : plan.sources)
    if (source.spec->name == "kafka") overrides.set.push_back("sources." + source.name + "." + assignment);
}

bool reads_kafka(const Plan& plan) {
  return std::ranges::any_of(plan.sources,
                             [](const ComponentPlan& source) { return source.spec->name == "kafka"; });
}

void check_skips(const Plan& plan, const std::vector<std::string>& skips) {
  for (const std::string& skip : skips) {
    const std::string topic = kafka::parse_range(skip, "--skip").topic;
    const auto reads = [&](const ComponentPlan& source) {
      const kafka::SourceParams* params = kafka::source_params(source);
      return params && !kafka::read_as(*params, source.info.properties, topic).empty();
    };
    if (std::ranges::none_of(plan.sources, reads))
      throw ParamError{"--skip", fmt::format("{}: the graph reads no topic '{}'", skip, topic)};
  }
  if (!skips.empty() && std::ranges::none_of(plan.sinks, &SinkPlan::errors))
    throw ParamError{"--skip", "the graph has no sink for dead letters: add one with `from: errors`"};
}

// What the options mean for the sources of this graph.
void set_sources(const Options& options, Overrides& overrides) {
  if (!options.until_caught_up && options.skips.empty()) return;
  const Plan plan = load_plan(options.graph, overrides);
  if (!reads_kafka(plan))
    throw ParamError{options.until_caught_up ? "--until-caught-up" : "--skip",
                     "it is for Kafka sources, and the graph has none (--input stands in for all)"};
  check_skips(plan, options.skips);
  if (options.until_caught_up) set_kafka_sources(plan, "until_caught_up=true", overrides);
  if (!options.skips.empty())
    set_kafka_sources(plan, fmt::format("skip=['{}']", fmt::join(options.skips, "', '")), overrides);
}

// What goes to a file never reaches the graph's sinks: its own consumer groups must not count it as done, and its members
// keep their partitions.
void set_groups_apart(const Options& options, Overrides& overrides) {
  if (options.output.empty() || !options.input.empty()) return;
  const Plan plan = load_plan(options.graph, overrides);
  for (const ComponentPlan& source : plan.sources) {
    const kafka::SourceParams* params = kafka::source_params(source);
    if (!params) continue;
    const std::string group = kafka::group(*params, source.info);
    const std::string apart = group + ".output";
    overrides.set.push_back(fmt::format("sources.{}.group={}", source.name, apart));
    log_info(
        fmt::format("--output: source '{}' reads as consumer group '{}' and goes on where that stopped; '{}' "
                    "keeps its positions",
                    source.name, apart, group),
        {{"source", source.name}, {"group", apart}});
  }
}

int run(Options options) {
  const SignalWatch signals;
  EndWatch end;
  if (!options.input.empty()) options.overrides.source = files_at(options.input);
  if (!options.output.empty()) options.overrides.sink = lines_at(options.output);
  set_sources(options, options.overrides);
  set_groups_apart(options, options.overrides);
  Pipeline pipeline{load_plan(options.graph, options.overrides)};
  const Server server = serve(pipeline);
  log_address(server);
  const RunReport report = run_pipeline(pipeline, signals, end, {.title = pipeline.plan().info.name});
  print_summary(report, pipeline.plan());
  return report.exit_code();
}

const Command command{
    "run",
    "Runs a graph until its input ends or a signal stops it.",
    "radflow run config/pneumonia.yaml --input scans/ --output results.ndjson",
    [](CLI::App& app) {
      auto options = std::make_shared<Options>();
      app.add_option("graph", options->graph, "The graph file.")->required();
      app.add_option("--input", options->input,
                     "A folder or glob that stands in for the sources; what a source `files` says of `mask` "
                     "holds for it.")
          ->check(not_empty("a folder or glob"));
      app.add_option(
             "--output", options->output,
             "An NDJSON file that stands in for the sinks; dead letters go beside it (FILE.errors.ndjson). "
             "Once the run begins, a file that is there is overwritten. Of a Kafka source it is continued "
             "instead, at least once, as consumer group GROUP.output: that of the graph's own keeps its "
             "positions.")
          ->check(not_empty("the NDJSON file"));
      app.add_option("--set", options->overrides.set,
                     "Overrides a value of the YAML: nodes.resize.width=128. May be repeated.")
          ->allow_extra_args(false);
      app.add_flag("--until-caught-up", options->until_caught_up,
                   "Ends a Kafka run at the offsets the topics had at its start.");
      app.add_option(
             "--skip", options->skips,
             "TOPIC:PARTITION:OFFSET, or FROM-TO: these records are not computed but go to the dead "
             "letters. For a record that kills the process: after two deaths the log names it. May be "
             "repeated.")
          ->allow_extra_args(false);
      return [options] { return run(*options); };
    },
    Command::Signals::Watched,
    Command::Stderr::Log};

}  // namespace
}  // namespace radflow::cli
