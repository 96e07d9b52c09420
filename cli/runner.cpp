#include "cli/runner.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdlib>
#include <future>
#include <iostream>

#include "cli/terminal.hpp"

namespace radflow::cli {
namespace {

using namespace std::chrono_literals;

std::uint64_t dead_letters(const PipelineStats& stats) { return stats.records_failed; }

std::uint64_t results(const PipelineStats& stats) {
  std::uint64_t sum = 0;
  for (const SinkStats& sink : stats.sinks)
    if (!sink.errors) sum += sink.written;
  return sum;
}

DurationHistogram latency(const PipelineStats& stats) {
  DurationHistogram all;
  for (const SinkStats& sink : stats.sinks) {
    if (sink.errors) continue;
    for (std::size_t i = 0; i < all.counts.size(); ++i) all.counts[i] += sink.latency.counts[i];
    all.sum += sink.latency.sum;
  }
  return all;
}

std::string milliseconds(double seconds) { return fmt::format("{:.3g} ms", seconds * 1e3); }

}  // namespace

SignalWatch::SignalWatch() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  thread_ = std::jthread{[this](const std::stop_token& stop) { wait(stop); }};
}

SignalWatch::~SignalWatch() {
  thread_.request_stop();
  pthread_kill(thread_.native_handle(), SIGTERM);  // wakes it
}

void SignalWatch::wait(const std::stop_token& stop) {
  for (int number = 0; sigwait(&signals_, &number) == 0 && !stop.stop_requested();)
    if (came_.exchange(true)) {
      std::cerr << (stderr_is_terminal() ? "\r\x1b[K" : "")  // a progress bar may be there
                << "stopped at once, by a second signal; what was under way is not completed\n";
      std::_Exit(exit_interrupted);
    }
}

void EndWatch::watch(std::shared_ptr<const Ending> ending) {
  thread_ = std::jthread{[this, ending = std::move(ending)](const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    while (!ending->overdue())
      if (stopped_.wait_for(lock, stop, 100ms, [] { return false; }); stop.stop_requested()) return;
    const std::string waits_for = ending->waits_for();
    std::cerr << paint_stderr("error: ", Colour::Red)
              << fmt::format(
                     "{} does not end: leaving without it; what is not committed is read again by "
                     "the next start\n",
                     waits_for.empty() ? "the process" : waits_for);
    std::_Exit(exit_failed);
  }};
}

ExitCode RunReport::exit_code() const {
  if (failure) return exit_failed;
  if (!complete) return interrupted ? exit_interrupted : exit_failed;
  return dead_letters(stats) > 0 ? exit_dead_letters : exit_ok;
}

RunReport run_pipeline(Pipeline& pipeline, const SignalWatch& signals, EndWatch& end,
                       const RunOptions& options) {
  end.watch(pipeline.ending());
  RunReport report;
  std::optional<ProgressBar> bar;
  if (options.progress) bar.emplace(options.title, options.total);
  const auto begin = std::chrono::steady_clock::now();
  pipeline.start();
  auto ended = std::async(std::launch::async, [&] { return pipeline.wait(); });
  while (ended.wait_for(100ms) != std::future_status::ready) {
    if (signals.came() && !report.interrupted) {
      if (bar) bar->hide();
      report.interrupted = true;
      spdlog::info("stopping: what is in flight may take {} s to end; a second signal gives it up",
                   pipeline.plan().drain_ms / 1000.0);
      pipeline.stop();
    }
    if (options.tick) {
      if (bar) bar->hide();  // it may print
      options.tick();
    }
    if (options.finished && options.finished()) pipeline.stop();
    if (bar) {
      const PipelineStats now = pipeline.stats();
      bar->update(now.records_delivered + now.records_failed,
                  fmt::format("{} in flight, {} dead letters", now.records_in_flight, dead_letters(now)));
    }
  }
  report.complete = ended.get();
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  report.failure = pipeline.failure();
  report.stats = pipeline.stats();
  if (options.tick) options.tick();
  if (bar) bar->update(report.stats.records_delivered + report.stats.records_failed);
  return report;
}

void print_summary(const RunReport& report) {
  const PipelineStats& stats = report.stats;
  const std::uint64_t records = stats.records_delivered + stats.records_failed;
  const DurationHistogram took = latency(stats);
  std::cerr << fmt::format(
      "{} records, {} results, {} dead letters in {:.3g} s, {:.0f} records/s; latency p50 {}, p99 {}\n",
      records, results(stats), dead_letters(stats), report.seconds,
      static_cast<double>(records) / report.seconds, milliseconds(took.quantile(0.5)),
      milliseconds(took.quantile(0.99)));
  if (dead_letters(stats) > 0)
    for (const NodeStats& node : stats.nodes)
      for (const auto& [reason, count] : node.failed)
        std::cerr << fmt::format("  {} {}: {}\n", node.name, reason, count);
  if (stats.records_in_flight > 0)
    std::cerr << fmt::format("  {} records had not ended and are not committed\n", stats.records_in_flight);
  if (report.failure) std::cerr << paint_stderr("error: ", Colour::Red) << *report.failure << '\n';
}

}  // namespace radflow::cli
