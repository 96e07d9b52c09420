// bench: how fast a graph is on this machine, where the time goes, and what one more worker gives.
#include "cli/bench.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <iostream>
#include <memory>
#include <thread>

#include "cli/command.hpp"
#include "cli/runner.hpp"
#include "cli/terminal.hpp"
#include "cli/workspace.hpp"
#include "connectors/stand_in.hpp"
#include "graph/pipeline.hpp"

namespace radflow::cli {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::string graph, input;
  std::vector<std::string> set;
  std::vector<int> workers;
  double seconds = 3;
  bool json = false;
};

constexpr int rounds = 3;

std::vector<int> up_to_all_cores() {
  std::vector<int> workers;
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  for (int count = 1; count < cores; count *= 2) workers.push_back(count);
  workers.push_back(cores);
  return workers;
}

Plan plan_for(const Options& options, const Workspace& workspace, int workers) {
  Overrides overrides{.set = options.set, .sink = lines_at(workspace.path + "/results.ndjson")};
  overrides.set.push_back(fmt::format("workers={}", workers));
  if (!options.input.empty()) overrides.source = files_at(options.input);
  return load_plan(options.graph, overrides);
}

// Runs the graph from its beginning to its end, again and again until the time is over. False: a signal ended it.
bool run_for(const Options& options, const Workspace& workspace, const SignalWatch& signals, double seconds,
             BenchedWorkers& benched) {
  BenchedRound round;
  do {
    Pipeline pipeline{plan_for(options, workspace, benched.workers)};
    if (!pipeline.has_end())
      throw ParamError{"--input",
                       "the graph's sources have no end; say which files stand in for them: --input FOLDER"};
    const auto begin = Clock::now();
    pipeline.start();
    auto ended = std::async(std::launch::async, [&] { return pipeline.wait(); });
    while (ended.wait_for(std::chrono::milliseconds{50}) != std::future_status::ready)
      if (signals.came()) pipeline.stop();
    if (signals.came()) return false;
    const double passed = std::chrono::duration<double>(Clock::now() - begin).count();
    if (const auto failure = pipeline.failure()) throw std::runtime_error{*failure};
    round.add(pipeline.stats(), passed);
  } while (round.seconds < seconds);
  benched.rounds.push_back(std::move(round));
  return true;
}

int bench(Options options) {
  const SignalWatch signals;
  const Workspace workspace{"bench"};
  if (options.workers.empty()) options.workers = up_to_all_cores();
  std::vector<BenchedWorkers> all;
  for (const int workers : options.workers) all.push_back({workers, {}});
  std::string title;
  {
    const Plan plan = plan_for(options, workspace, options.workers.front());
    title = plan.info.name;
    ProgressBar bar{"bench " + title, static_cast<std::uint64_t>(rounds) * all.size()};
    // In turn, so that what else the machine does meets all of them.
    for (std::uint64_t round = 0; round < rounds; ++round)
      for (std::size_t i = 0; i < all.size(); ++i) {
        bar.update(round * all.size() + i);
        if (!run_for(options, workspace, signals, options.seconds / rounds, all[i])) return exit_interrupted;
      }
  }
  std::cout << (options.json ? bench_json(title, all) : bench_text(title, all));
  return exit_ok;
}

const Command command{
    "bench",
    "Measures a graph on files: frames a second by workers, and where the time goes.",
    "radflow bench config/pneumonia.yaml --input scans/",
    [](CLI::App& app) {
      auto options = std::make_shared<Options>();
      app.add_option("graph", options->graph, "The graph file.")->required();
      app.add_option(
          "--input", options->input,
          "A folder or glob that stands in for the sources; without it they must have an end. Results go "
          "to a file that is removed.");
      app.add_option("--workers", options->workers,
                     "Numbers of workers to compare: 1,2,4. Default: up to all cores.")
          ->delimiter(',')
          ->check(CLI::Range(1, 1024));
      app.add_option("--seconds", options->seconds,
                     "How long each number of workers is measured, in three rounds.")
          ->check(CLI::Range(0.1, 3600.0))
          ->capture_default_str();
      app.add_option("--set", options->set,
                     "Overrides a value of the YAML: nodes.resize.width=128. May be repeated.")
          ->allow_extra_args(false);
      app.add_flag("--json", options->json, "Prints JSON.");
      return [options] { return bench(*options); };
    },
    Command::Signals::Watched,
    Command::Stderr::Log};

}  // namespace
}  // namespace radflow::cli
