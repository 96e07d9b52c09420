#include "graph/run/run.hpp"

namespace radflow {

Run::Run(Plan plan, std::function<void()> on_failure)
    : state_{std::move(plan), std::move(on_failure)},
      records_{state_, endings_},
      endings_{state_, records_},
      stages_{state_, endings_},
      groups_{state_, records_, endings_, stages_, [this](std::size_t source) {
                return intakes_[source].had_room() && state_.sources[source]->listening();
              }} {
  for (std::size_t s = 0; s < state_.plan.sources.size(); ++s)
    intakes_.emplace_back(state_, records_, endings_, stages_, s);
}

Run::~Run() { close(); }

bool Run::drain(std::chrono::steady_clock::time_point deadline) {
  using Clock = std::chrono::steady_clock;
  stages_.end_batches();
  // Nobody tells when the last member has been handed to its node, so the wait looks again and again.
  const auto step = state_.layout.groups.empty() ? Clock::duration::max() : std::chrono::milliseconds{5};
  while (!records_.wait_for_all(deadline - Clock::now() < step ? deadline : Clock::now() + step)) {
    if (Clock::now() >= deadline) return false;
    groups_.end_of_input();
  }
  stages_.wait();  // workers may still be leaving the last messages, and give back what these held
  return true;
}

void Run::close() {
  if (std::exchange(closed_, true)) return;
  groups_.drop_all();
  if (records_.in_flight() > 0) state_.discarding = true;
  state_.budget.close();
  stages_.end_batches();
  stages_.end_retries();
  {
    const ShutdownDeadline::Wait waiting{*state_.deadline, "a node"};
    stages_.wait();
  }
  for (std::size_t i = 0; i < state_.sinks.size(); ++i) {
    const ShutdownDeadline::Wait waiting{*state_.deadline, state_.sink_name(i)};
    state_.sinks[i].reset();
  }
  groups_.clear();
  endings_.clear();
  stages_.close();
  for (std::size_t i = 0; i < state_.sources.size(); ++i) {
    const ShutdownDeadline::Wait waiting{*state_.deadline, state_.source_name(i)};
    state_.sources[i].reset();
  }
}

PipelineStats Run::stats() {
  PipelineStats stats;
  stats.graph = state_.plan.info.name;
  stats.digest = state_.plan.info.digest;
  for (const SourceIntake& intake : intakes_) stats.sources.push_back(intake.stats());
  stages_.add_to(stats);
  endings_.add_to(stats);
  records_.add_to(stats);
  groups_.add_to(stats);
  stats.bytes_in_flight = state_.budget.bytes();
  stats.memory_bytes = state_.budget.limit();
  return stats;
}

}  // namespace radflow
