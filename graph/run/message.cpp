#include "graph/run/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "graph/run/gathered.hpp"
#include "graph/run/run_state.hpp"
#include "graph/run/ticket.hpp"
#include "graph/run/value_charge.hpp"
#include "graph/run/warnings.hpp"

namespace radflow {
namespace {

std::unique_ptr<std::atomic<int>[]> count_for_each_stage(const Layout::Region& region) {
  return region.stages.size() < 2 ? nullptr : std::make_unique<std::atomic<int>[]>(region.stages.size());
}

std::unique_ptr<Slot[]> values(const Layout::Region& region) {
  return region.keeps_values ? std::make_unique<Slot[]>(static_cast<std::size_t>(region.slots)) : nullptr;
}

}  // namespace

Message::Message(const RunState& run, Ticket& of, int in_region, Identity identity,
                 std::vector<std::uint32_t> which)
    : ticket{of},
      region{in_region},
      part{std::move(which)},
      slots{values(run.region(region))},
      waiting_for{count_for_each_stage(run.region(region))},
      run_{run},
      identity_{std::move(identity)} {
  const Layout::Region& in = run.region(region);
  stages_left.store(static_cast<int>(in.stages.size()), std::memory_order_relaxed);
  if (waiting_for)
    for (std::size_t i = 0; i < in.stages.size(); ++i)
      waiting_for[i].store(run.layout.stages[static_cast<std::size_t>(in.stages[i])].predecessors,
                           std::memory_order_relaxed);
}

const Record& Message::record() const { return ticket.record(); }
const GraphInfo& Message::graph() const { return run_.plan.info; }
const std::string& Message::input_digest() const { return ticket.input_digest(); }

std::span<const Position> Message::members() const {
  const Gathered* gathered = ticket.gathered();
  return gathered ? std::span<const Position>{gathered->positions} : std::span<const Position>{};
}

std::int64_t Message::elapsed_us() const {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                               ticket.admitted())
      .count();
}

std::optional<Error> Message::charge(std::size_t bytes) const {
  AskedBytes& asked = asked_bytes();
  if (asked.message != this) asked = {asked.all, this, 0};
  const std::int64_t more = static_cast<std::int64_t>(bytes), in_all = asked.of_message + more;
  // A node that asks for a little again and again gets no more than one that asks for all at once.
  if (in_all <= run_.budget.limit() && ticket.charge(more)) {
    asked.all += more;
    asked.of_message = in_all;
    return std::nullopt;
  }
  return Error{"too_large", fmt::format("needs {} bytes, the graph's memory is {}; raise `memory`", in_all,
                                        run_.budget.limit())};
}

void Message::put_first_values(Slot* to) {
  to[0] = {Slot::State::Value, 0, std::move(payload)};
  for (Payload& other : others) {
    const Slot::State state = state_of(other);
    *++to = {state, 0, std::move(other)};
  }
}

void Message::warn(Error warning) const { say_warning(std::move(warning), record().position); }

}  // namespace radflow
