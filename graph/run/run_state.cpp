#include "graph/run/run_state.hpp"

#include <algorithm>

namespace radflow {
namespace {

// Messages in computation: enough to keep a worker busy, few enough that a restart repeats little.
constexpr int computing_per_worker = 16;

// A worker may have to wait for the messages of its next batch.
int most_computing(const Plan& plan) {
  int most = plan.workers * computing_per_worker;
  for (const NodePlan& node : plan.nodes)
    if (node.batch)
      most += node.batch->size * std::min(plan.workers, node.concurrency.value_or(plan.workers));
  return most;
}

}  // namespace

RunState::RunState(Plan checked, std::function<void()> on_failure)
    : plan{std::move(checked)},
      layout{plan},
      budget{plan.memory_bytes, most_computing(plan)},
      nodes{build_nodes(plan, resources)},
      on_failure_{std::move(on_failure)} {
  build_connectors(plan, sources, sinks, resources, known_at_sinks(plan, nodes));
}

void RunState::fail(std::string message) {
  {
    const std::lock_guard lock{mutex_};
    if (failure_) return;
    failure_ = std::move(message);
  }
  on_failure_();
}

void RunState::break_off(std::string message) {
  broken_off_ = true;
  fail(std::move(message));
}

std::optional<std::string> RunState::failure() const {
  const std::lock_guard lock{mutex_};
  return failure_;
}

}  // namespace radflow
