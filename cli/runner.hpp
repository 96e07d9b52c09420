// Runs a pipeline for a person: signals, progress bar, pages about it. Used by every command that runs a
// graph.
#pragma once

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "cli/command.hpp"
#include "graph/pipeline.hpp"
#include "monitoring/server.hpp"

namespace radflow::cli {

// Takes SIGINT, SIGTERM and SIGHUP from the whole process. The first one asks it to end; a second one that
// comes a second later or more ends it at once, with exit_interrupted, whatever it is doing. `timeout` sends
// two at a time, so signals within a second count as one. SIGHUP asks a process with a terminal to end, and
// does nothing but log a line in a process without one. Make it before anything that starts a thread, in a
// command that is registered with Signals::Watched.
class SignalWatch {
 public:
  SignalWatch();
  ~SignalWatch();
  bool came() const { return came_; }

 private:
  void wait(const std::stop_token& stop);

  sigset_t signals_;
  std::atomic<bool> came_{false};
  std::jthread thread_;
};

// Ends the process when its pipeline does not, so that nobody has to kill it: what a source, a sink or a node
// waits for may never come. Make it before the pipeline, whose destructor is watched too.
class EndWatch {
 public:
  // Ends the process with exit_failed once `ending` is overdue.
  void watch(std::shared_ptr<const ShutdownDeadline> deadline);

 private:
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;
};

// The pages about a running graph, where it asks for them. Throws ConfigError.
Server serve(const Pipeline& pipeline);
// Logs where they are, and that it is not at the default port where that was taken.
void log_address(const Server& server);
void warn_of_taken_port(const Server& server);

struct RunOptions {
  std::string title;        // of the progress bar
  std::uint64_t total = 0;  // records to come; 0: unknown
  bool progress = true;
  std::function<void()> tick = {};      // called about ten times a second
  std::function<bool()> finished = {};  // asked at every tick: true stops the graph
};

struct RunReport {
  bool complete = false;     // everything admitted has ended and is acknowledged
  bool interrupted = false;  // a signal stopped it
  bool cut_short = false;    // before the end of an input that has one
  bool has_end = true;       // it ends without a signal
  std::optional<std::string> failure;
  double seconds = 0;
  PipelineStats stats;

  // A run without end is a service: dead letters are its everyday work, counted and alerted, and no reason to
  // call an orderly stop anything but done.
  ExitCode exit_code() const;
};

// Starts the pipeline and waits for its end. A signal drains it.
RunReport run_pipeline(Pipeline& pipeline, const SignalWatch& signals, EndWatch& end,
                       const RunOptions& options);

}  // namespace radflow::cli
