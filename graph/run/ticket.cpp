#include "graph/run/ticket.hpp"

#include <algorithm>

#include "graph/digest.hpp"
#include "graph/run/run_state.hpp"

namespace radflow {

Ticket::Ticket(RunState& run, Endings& endings, std::size_t source)
    : root{run, *this, 0, {}, {}},
      run_{run},
      endings_{endings},
      source_{source},
      sink_count_{run.plan.sinks.size()},
      at_sink_{sink_count_} {}

void Ticket::assign(Record&& record, std::int64_t charged, const std::vector<int>& reachable,
                    const std::shared_ptr<Ticket>& self) {
  self_ = self;
  record_ = std::move(record);
  admitted_ = std::chrono::steady_clock::now();
  charged_.store(charged, std::memory_order_relaxed);
  int all = 0;
  for (std::size_t s = 0; s < sink_count_; ++s) {
    at_sink_[s].live.store(reachable[s], std::memory_order_relaxed);
    at_sink_[s].unacknowledged.store(0, std::memory_order_relaxed);
    all += reachable[s];
  }
  obligations_.store(all, std::memory_order_relaxed);
  last_node_.store(-1, std::memory_order_relaxed);
  stop_.store(false, std::memory_order_relaxed);
  revoked_.store(false, std::memory_order_relaxed);
  phase = Phase::Alive;
  root.reset();
}

// What few records have is looked at before it is written.
bool Ticket::reset() {
  const bool ended = phase == Phase::Ended;
  self_.reset();
  record_ = {};
  for (std::size_t s = 0; s < sink_count_; ++s)
    if (!at_sink_[s].outputs.empty()) at_sink_[s].outputs.clear();
  if (dead_letter_error) dead_letter_error.reset();
  if (!failures_.empty()) failures_.clear();
  if (!parts_.empty()) parts_.clear();
  if (digested_.load(std::memory_order_relaxed)) digested_.store(false, std::memory_order_relaxed);
  return ended;
}

const std::string& Ticket::input_digest() const {
  if (!digested_.load(std::memory_order_acquire)) {
    const std::lock_guard lock{digest_mutex_};
    if (!digested_.load(std::memory_order_relaxed)) {
      digest_ = run_.plan.info.input_digest == "sha256" ? sha256_digest(record_.value.text())
                                                        : xxh3_digest(record_.value.text());
      digested_.store(true, std::memory_order_release);
    }
  }
  return digest_;
}

bool Ticket::charge(std::int64_t bytes) {
  if (!run_.budget.charge(bytes)) return false;
  charged_.fetch_add(bytes, std::memory_order_relaxed);
  return true;
}

Message& Ticket::add_part(int region, Identity identity, std::vector<std::uint32_t> part) {
  const std::lock_guard lock{mutex};
  return parts_.emplace_front(run_, *this, region, std::move(identity), std::move(part));
}

void Ticket::add_reachable(const std::vector<int>& reachable, int parts) {
  for (std::size_t s = 0; s < sink_count_; ++s) {
    if (reachable[s] == 0) continue;
    at_sink_[s].live.fetch_add(reachable[s] * parts, std::memory_order_relaxed);
    acquire(reachable[s] * parts);
  }
}

bool Ticket::count_down(std::size_t sink, int count) {
  return at_sink_[sink].live.fetch_sub(count, std::memory_order_acq_rel) == count;
}

void Ticket::keep(std::size_t sink, Output output) {
  const std::lock_guard lock{mutex};
  at_sink_[sink].outputs.push_back(std::move(output));
}

std::vector<Output> Ticket::take_outputs(std::size_t sink) {
  std::vector<Output> outputs;
  {
    const std::lock_guard lock{mutex};
    outputs.swap(at_sink_[sink].outputs);
  }
  if (outputs.size() > 1)
    std::ranges::sort(outputs, [](const Output& a, const Output& b) {
      return a.from->part != b.from->part ? a.from->part < b.from->part : a.edge < b.edge;
    });
  return outputs;
}

Ticket::AtSinkState Ticket::at_sink(std::size_t sink) const {
  const AtSink& at = at_sink_[sink];
  if (at.unacknowledged.load(std::memory_order_relaxed) > 0) return AtSinkState::WaitsForAcknowledgement;
  if (at.live.load(std::memory_order_relaxed) > 0) return AtSinkState::Computing;
  const std::lock_guard lock{mutex};
  return at.outputs.empty() ? AtSinkState::Through : AtSinkState::WaitsForItsTurn;
}

void Ticket::add_failure(Failure failure) {
  const std::lock_guard lock{mutex};
  failures_.push_back(std::move(failure));
}

std::vector<Failure> Ticket::failures() const {
  const std::lock_guard lock{mutex};
  std::vector<Failure> failures = failures_;
  // Deterministic whatever the workers did first.
  std::ranges::stable_sort(failures, [](const Failure& a, const Failure& b) {
    return a.part != b.part ? a.part < b.part : a.node < b.node;
  });
  return failures;
}

}  // namespace radflow
