#include "cli/runner.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <future>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/failure_warnings.hpp"
#include "cli/held_signals.hpp"
#include "cli/log.hpp"
#include "cli/start_line.hpp"
#include "cli/summary.hpp"
#include "cli/terminal.hpp"

namespace radflow::cli {
namespace {

using namespace std::chrono_literals;

// For those that wait for nobody, not for AboveBar either.
std::string_view instead_of_bar() { return stderr_is_terminal() ? "\r\x1b[K" : ""; }

// A process with a controlling terminal gets SIGHUP when that goes away; a service has none.
bool has_terminal() {
  const int terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
  return terminal >= 0 && close(terminal) == 0;
}

// The destructor of a future of std::async waits, so an exception that passes it would wait for the graph's end.
struct StopUnlessEnded {
  Pipeline& pipeline;
  const std::future<bool>& ended;
  ~StopUnlessEnded() {
    if (ended.valid()) pipeline.stop();
  }
};

}  // namespace

SignalWatch::SignalWatch() : signals_{ending_signals()} {
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  thread_ = std::jthread{[this](const std::stop_token& stop) { wait(stop); }};
}

SignalWatch::~SignalWatch() {
  thread_.request_stop();
  pthread_kill(thread_.native_handle(), SIGTERM);  // wakes it
}

void SignalWatch::wait(const std::stop_token& stop) {
  using Clock = std::chrono::steady_clock;
  const bool from_terminal = has_terminal();
  Clock::time_point first;
  for (int number = 0; sigwait(&signals_, &number) == 0 && !stop.stop_requested();) {
    if (number == SIGHUP && !from_terminal) {
      spdlog::info("SIGHUP changes nothing: a changed graph takes a new start; SIGTERM ends this one");
      continue;
    }
    if (!came_.exchange(true)) {
      first = Clock::now();
    } else if (number != SIGHUP && Clock::now() - first >= 1s) {
      std::cerr << instead_of_bar()
                << "stopped at once, by a second signal; what was under way is not completed\n";
      std::_Exit(exit_interrupted);
    }
  }
}

void EndWatch::watch(std::shared_ptr<const ShutdownDeadline> deadline) {
  thread_ = std::jthread{[this, deadline = std::move(deadline)](const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    while (!deadline->overdue())
      if (stopped_.wait_for(lock, stop, 100ms, [] { return false; }); stop.stop_requested()) return;
    const std::string waits_for = deadline->waits_for();
    log_line(spdlog::level::err,
             fmt::format(
                 "{}{}{} does not end: leaving without it; what is not committed is read again by the next "
                 "start",
                 instead_of_bar(), paint_stderr("error: ", Colour::Red),
                 waits_for.empty() ? "the process" : waits_for),
             {{"component", waits_for}, {"cause", "does not end"}});
    std::_Exit(exit_failed);
  }};
}

Server serve(const Pipeline& pipeline) {
  try {
    return Server{[&pipeline] { return pipeline.stats(); }, pipeline.plan().http_listen};
  } catch (const ParamError& wrong) {
    throw ConfigError{{{pipeline.plan().http_mark, std::string{"http.listen: "} + wrong.what()}}};
  }
}

void warn_of_taken_port(const Server& server) {
  if (server.taken() == 0) return;
  log_warning(fmt::format("port {} is taken: metrics are at {}", server.taken(), server.url()),
              {{"port", server.taken()}, {"cause", "taken"}, {"url", server.url()}});
}

void log_address(const Server& server) {
  warn_of_taken_port(server);
  log_info("metrics, readiness and status: " + server.url(), {{"url", server.url()}});
}

ExitCode RunReport::exit_code() const {
  if (failure) return exit_failed;
  if (interrupted && (cut_short || !complete)) return exit_interrupted;
  if (!complete) return exit_failed;
  return has_end && stats.records_failed > 0 ? exit_dead_letters : exit_ok;
}

RunReport run_pipeline(Pipeline& pipeline, const SignalWatch& signals, EndWatch& end,
                       const RunOptions& options) {
  end.watch(pipeline.shutdown_deadline());
  RunReport report;
  report.has_end = pipeline.has_end() || options.finished;
  std::optional<ProgressBar> bar;
  if (options.progress) bar.emplace(options.title, options.total);
  const auto begin = std::chrono::steady_clock::now();
  log_start(pipeline.plan());
  pipeline.start();
  auto ended = std::async(std::launch::async, [&] { return pipeline.wait(); });
  const StopUnlessEnded stop{pipeline, ended};
  std::set<std::string> warned;
  FailureWarnings failures;
  const auto warn_of_failures = [&](const PipelineStats& now) {
    for (const FailureWarning& due : failures.due(now, std::chrono::steady_clock::now())) {
      if (bar) bar->hide();
      log_warning(due.text(), {{"node", due.where},
                               {"reason", due.reason},
                               {"more", due.more},
                               {"count", due.count},
                               {"first", due.first}});
    }
  };
  while (ended.wait_for(100ms) != std::future_status::ready) {
    if (signals.came() && !report.interrupted) {
      if (bar) bar->hide();
      report.interrupted = true;
      const double drain_s = pipeline.plan().drain_ms / 1000.0;
      log_info(fmt::format("stopping: what is in flight may take {} s to end; a second signal gives it up",
                           drain_s),
               {{"drain_s", drain_s}});
      pipeline.stop();
    }
    if (options.tick) {
      if (bar) bar->hide();  // it may print
      options.tick();
    }
    if (options.finished && options.finished()) pipeline.stop();
    const PipelineStats now = pipeline.stats();
    for (const NodeStats& node : now.nodes)
      for (const auto& [reason, count, first] : node.warnings)
        if (warned.insert(node.name + " " + reason).second) {
          if (bar) bar->hide();
          log_warning(fmt::format("{}: {}: {}; what comes later is counted", node.name, reason, first),
                      {{"node", node.name}, {"reason", reason}, {"count", count}, {"first", first}});
        }
    warn_of_failures(now);
    if (bar) {
      bar->update(now.records_delivered + now.records_failed,
                  fmt::format("{} in flight, {}", now.records_in_flight,
                              failures_name(pipeline.plan(), now.records_failed)));
    }
  }
  report.complete = ended.get();
  report.cut_short = report.interrupted && pipeline.cut_short();
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  report.failure = pipeline.failure();
  report.stats = pipeline.stats();
  warn_of_failures(report.stats);
  if (options.tick) options.tick();
  if (bar) bar->update(report.stats.records_delivered + report.stats.records_failed);
  return report;
}

}  // namespace radflow::cli
