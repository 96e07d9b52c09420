// Run: a plan in motion, put together of its parts, each of which uses only those before it:
//
//   RunState       what all share: plan, layout, memory, connectors
//   Records        the records that have not ended, and what they wait for
//   Endings        outputs, acknowledgements, dead letters, done
//   Stages         workers, nodes, splits, retries
//   SourceIntake   admission, one per source
#pragma once

#include <chrono>
#include <deque>
#include <functional>

#include "graph/run/source_intake.hpp"

namespace radflow {

class Run {
 public:
  // Builds every component; throws ConfigError with all that cannot be built. `on_failure` is called once, on any
  // thread, when the graph has to stop by itself.
  Run(Plan plan, std::function<void()> on_failure);
  ~Run();

  RunState& state() { return state_; }
  const RunState& state() const { return state_; }
  SourceIntake& intake(std::size_t source) { return intakes_[source]; }

  // Until every admitted record has ended, or `deadline`. True if all have.
  bool drain(std::chrono::steady_clock::time_point deadline);
  // Ends the workers, the sinks and the sources; nothing is called after this.
  void close();

  PipelineStats stats() const;

 private:
  RunState state_;
  Records records_;
  Endings endings_;
  Stages stages_;
  std::deque<SourceIntake> intakes_;  // one per source
  bool closed_ = false;
};

}  // namespace radflow
