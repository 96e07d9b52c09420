// RunState: what all parts of a run share: the plan, how it is cut for execution, the graph's memory, the connectors,
// and whether the run has failed or is given up. Made before every other part and destroyed after it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "graph/build.hpp"
#include "graph/connector.hpp"
#include "graph/plan.hpp"
#include "graph/run/budget.hpp"
#include "graph/run/layout.hpp"
#include "graph/shutdown_deadline.hpp"

namespace radflow {

struct RunState {
  // Builds nodes and connectors; throws ConfigError with all that cannot be built. `on_failure` is called once, on any
  // thread, when the graph has to stop by itself.
  RunState(Plan plan, std::function<void()> on_failure);

  const Plan plan;
  const Layout layout;
  Budget budget;
  const std::shared_ptr<Resources> resources = std::make_shared<Resources>();
  Bodies nodes;
  std::vector<std::unique_ptr<Source>> sources;
  std::vector<std::unique_ptr<Sink>> sinks;
  const std::shared_ptr<ShutdownDeadline> deadline = std::make_shared<ShutdownDeadline>();
  // Messages are dropped unprocessed; their records never end and are not committed.
  std::atomic<bool> discarding{false};

  const Layout::Region& region(int index) const { return layout.regions[static_cast<std::size_t>(index)]; }
  // The name that people are told.
  std::string source_name(std::size_t i) const { return "source " + plan.sources[i].name; }
  std::string sink_name(std::size_t i) const { return "sink " + plan.sinks[i].name; }

  // Stops the graph: the first message is kept. Any thread.
  void fail(std::string message);
  // The same where a record was lost on its way and therefore never ends: the drain does not wait for it.
  void break_off(std::string message);
  bool broken_off() const { return broken_off_; }
  std::optional<std::string> failure() const;

 private:
  const std::function<void()> on_failure_;
  std::atomic<bool> broken_off_{false};
  mutable std::mutex mutex_;
  std::optional<std::string> failure_;  // under mutex_
};

}  // namespace radflow
