// Run: a plan in motion. It is put together of these parts, each of which uses only the parts above it:
//
//   RunState       what all share: plan, layout, memory, connectors
//   Records        the records that have not ended, and what they wait for
//   Endings        outputs, acknowledgements, dead letters, done
//   Stages         workers, nodes, splits, retries
//   Groups         members that wait for others, and when a group ends
//   SourceIntake   admission, one per source
#pragma once

#include <chrono>
#include <deque>
#include <functional>

#include "graph/run/groups.hpp"
#include "graph/run/source_intake.hpp"

namespace radflow {

class Run {
 public:
  // Builds every component. Throws ConfigError, which names all that cannot be built. `on_failure` is called at most
  // once, on any thread, when the graph has to stop by itself.
  Run(Plan plan, std::function<void()> on_failure);
  ~Run();

  RunState& state() { return state_; }
  const RunState& state() const { return state_; }
  SourceIntake& intake(std::size_t source) { return intakes_[source]; }

  // From here on groups may end by time.
  void start() { groups_.start(); }
  // No group ends by time any more.
  void stop_time() { groups_.stop_time(); }
  // Gives up the groups that are open, because the run is to end before its input does.
  void drop_groups() { groups_.drop_all(); }
  // To be called after the sources have ended. Waits until every admitted record has ended, or until `deadline`, and
  // returns true if all have. Open groups end as soon as nothing else is on its way.
  bool drain(std::chrono::steady_clock::time_point deadline);
  // Ends the workers, the sinks and the sources. No component is called after this.
  void close();

  PipelineStats stats();

 private:
  RunState state_;
  Records records_;
  Endings endings_;
  Stages stages_;
  std::deque<SourceIntake> intakes_;  // one for each source
  Groups groups_;
  bool closed_ = false;
};

}  // namespace radflow
