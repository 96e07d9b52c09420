#include "graph/run/ticket.hpp"

#include <algorithm>
#include <utility>

#include "graph/input_digest.hpp"
#include "graph/run/gathered.hpp"
#include "graph/run/run_state.hpp"
#include "graph/run/tickets.hpp"

namespace radflow {

Ticket::Ticket(RunState& run, Endings& endings, Tickets& all, std::size_t source, Record&& record,
               std::int64_t charged)
    : run_{run},
      endings_{endings},
      all_{all},
      source_{source},
      record_{std::move(record)},
      value_bytes_{record_.value.size()},
      charged_{charged},
      at_sink_(run.layout.destinations()),
      root{run, *this, 0, {}, {}} {
  add_reachable(run.region(0).reachable, 1);
  all_.enter(*this);
}

Ticket::Ticket(RunState& run, Endings& endings, Tickets& all, std::size_t source, Record&& record,
               std::unique_ptr<Gathered> gathered, int region, Identity identity)
    : run_{run},
      endings_{endings},
      all_{all},
      source_{source},
      record_{std::move(record)},
      value_bytes_{0},
      charged_{0},
      gathered_{std::move(gathered)},
      at_sink_(run.layout.destinations()),
      root{run, *this, region, std::move(identity), {}} {
  add_reachable(run.region(region).reachable, 1);
  all_.enter(*this);
}

Ticket::~Ticket() { all_.leave(*this); }

const std::string& Ticket::input_digest() const {
  if (gathered_) return gathered_->digest;
  std::call_once(digested_, [&] { digest_ = radflow::input_digest(record_, run_.plan.info.input_digest); });
  return digest_;
}

bool Ticket::park() {
  Bytes value;
  std::int64_t charged = 0;
  {
    const std::lock_guard lock{mutex};
    if (parking_ != Parking::Open) return false;
    parking_ = Parking::Parked;
    std::swap(value, record_.value);
    std::swap(charged, charged_);
  }
  value = {};
  run_.budget.release(charged);
  return true;
}

bool Ticket::is_parked() const {
  const std::lock_guard lock{mutex};
  return parking_ == Parking::Parked;
}

bool Ticket::end_parking() {
  const std::lock_guard lock{mutex};
  return std::exchange(parking_, Parking::Closed) == Parking::Parked;
}

bool Ticket::charge(std::int64_t bytes) { return run_.budget.charge(bytes); }

Message& Ticket::add_part(int region, Identity identity, std::vector<std::uint32_t> part) {
  const std::lock_guard lock{mutex};
  return parts_.emplace_front(run_, *this, region, std::move(identity), std::move(part));
}

void Ticket::add_reachable(const std::vector<int>& reachable, int parts) {
  for (std::size_t s = 0; s < at_sink_.size(); ++s) {
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
