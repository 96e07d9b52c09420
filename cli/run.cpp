// run: checks a graph and runs it until its input ends or a signal comes.
#include <spdlog/spdlog.h>

#include "cli/command.hpp"
#include "cli/runner.hpp"
#include "graph/pipeline.hpp"
#include "monitoring/server.hpp"

namespace radflow::cli {
namespace {

struct Options {
  std::string graph;
  Overrides overrides;
  bool until_caught_up = false;
};

// Only a Kafka source goes on for ever: files and phantom end by themselves.
void stop_when_caught_up(Overrides& overrides, const std::string& graph) {
  for (const ComponentPlan& source : load_plan(graph, overrides).sources)
    if (source.spec->name == "kafka")
      overrides.set.push_back("sources." + source.name + ".until_caught_up=true");
}

int run(Options options) {
  SignalWatch signals;
  if (options.until_caught_up) stop_when_caught_up(options.overrides, options.graph);
  Pipeline pipeline{load_plan(options.graph, options.overrides)};
  const Server server{[&pipeline] { return pipeline.stats(); }, pipeline.plan().http_listen};
  spdlog::info("metrics, readiness and status: {}", server.url());
  const RunReport report = run_pipeline(pipeline, signals, {.title = pipeline.plan().info.name});
  print_summary(report);
  return report.exit_code();
}

const Command command{
    "run", "Runs a graph until its input ends or a signal stops it.",
    "radflow run config/article.yaml --input scans/ --output results.ndjson", [](CLI::App& app) {
      auto options = std::make_shared<Options>();
      app.add_option("graph", options->graph, "The graph file.")->required();
      app.add_option("--input", options->overrides.input, "A folder or glob that stands in for the sources.");
      app.add_option("--output", options->overrides.output,
                     "An NDJSON file that stands in for the sinks; dead letters go beside it.");
      app.add_option("--set", options->overrides.set,
                     "Overrides a value of the YAML: nodes.resize.width=128. May be repeated.")
          ->allow_extra_args(false);
      app.add_flag("--until-caught-up", options->until_caught_up,
                   "Ends a Kafka run at the offsets the topics had at its start.");
      return [options] { return run(*options); };
    }};

}  // namespace
}  // namespace radflow::cli
