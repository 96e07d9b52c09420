#include "graph/run/activation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "graph/run/run.hpp"
#include "graph/run/ticket.hpp"
#include "graph/run/warnings.hpp"

namespace radflow {
namespace {

std::unique_ptr<std::atomic<int>[]> count_for_each_stage(const Layout::Region& region) {
  return region.stages.size() < 2 ? nullptr : std::make_unique<std::atomic<int>[]>(region.stages.size());
}

std::unique_ptr<Slot[]> values(const Layout::Region& region) {
  return region.keeps_values ? std::make_unique<Slot[]>(static_cast<std::size_t>(region.slots)) : nullptr;
}

const Layout::Region& region_of(const Run& run, int region) {
  return run.layout.regions[static_cast<std::size_t>(region)];
}

}  // namespace

Activation::Activation(const Run& run, Ticket& of, int in_region, Identity identity,
                       std::vector<std::uint32_t> which)
    : ticket{of},
      region{in_region},
      part{std::move(which)},
      slots{values(region_of(run, region))},
      waiting_for{count_for_each_stage(region_of(run, region))},
      run_{run},
      identity_{std::move(identity)} {
  count_stages();
}

void Activation::reset() {
  count_stages();
  if (slots) std::fill_n(slots.get(), region_of(run_, region).slots, Slot{});
}

void Activation::count_stages() {
  const Layout::Region& in = region_of(run_, region);
  stages_left.store(static_cast<int>(in.stages.size()), std::memory_order_relaxed);
  if (waiting_for)
    for (std::size_t i = 0; i < in.stages.size(); ++i)
      waiting_for[i].store(run_.layout.stages[static_cast<std::size_t>(in.stages[i])].predecessors,
                           std::memory_order_relaxed);
}

const Record& Activation::record() const { return ticket.record(); }
const GraphInfo& Activation::graph() const { return run_.plan.info; }
const std::string& Activation::input_digest() const { return ticket.input_digest(); }

std::int64_t Activation::elapsed_us() const {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                               ticket.admitted())
      .count();
}

std::optional<Error> Activation::charge(std::size_t bytes) const {
  if (ticket.charge(static_cast<std::int64_t>(bytes))) return std::nullopt;
  return Error{"too_large", fmt::format("needs {} bytes, the graph's memory is {}; raise `memory`", bytes,
                                        run_.budget.limit())};
}

void Activation::warn(Error warning) const { say_warning(std::move(warning)); }

}  // namespace radflow
