// Pipeline: a plan that runs, once. start() and then wait() are for its owner; all else may be called by any
// thread, before, while and after it runs.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "graph/plan.hpp"
#include "graph/shutdown_deadline.hpp"
#include "graph/stats.hpp"

namespace radflow {

class Pipeline {
 public:
  // Builds every component; throws ConfigError with all that cannot be built. What goes wrong later is not
  // thrown but said by failure().
  explicit Pipeline(Plan plan);
  ~Pipeline();

  // Starts the sources, returns at once.
  void start();
  // Blocks until all sources have ended and everything they admitted is acknowledged, or stop() was called
  // and the drain is over, or the graph stopped by an error. True if nothing was left behind.
  bool wait();
  // Stops admission and lets what is in flight end within the plan's drain time; what has not ended then is
  // given up and not committed. May be repeated.
  void stop();
  // stop() came while a source that has an end was still reading.
  bool cut_short() const;
  // Every source ends by itself; else only a stop ends the graph.
  bool has_end() const;
  // Why the graph stopped by itself, if it did (on_error: stop, a source that cannot work).
  std::optional<std::string> failure() const;
  // When it has to have ended, for whoever ends the process if it does not: the drain time and Plan::close_ms
  // after stop(); of its own accord close_ms after all was flushed, and its destructor then has
  // close_ms of its own.
  std::shared_ptr<const ShutdownDeadline> shutdown_deadline() const;

  PipelineStats stats() const;
  // It runs, and every source and sink is ready.
  bool ready() const;
  const Plan& plan() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace radflow
