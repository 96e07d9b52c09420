#include "graph/activation.hpp"

#include <fmt/format.h>

#include <chrono>

#include "graph/run.hpp"
#include "graph/ticket.hpp"

namespace radflow {
namespace {

std::unique_ptr<std::atomic<int>[]> predecessors(const Layout& layout, const Layout::Region& region) {
  if (region.stages.size() < 2) return nullptr;
  auto waiting = std::make_unique<std::atomic<int>[]>(region.stages.size());
  for (std::size_t i = 0; i < region.stages.size(); ++i)
    waiting[i] = layout.stages[static_cast<std::size_t>(region.stages[i])].predecessors;
  return waiting;
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
      waiting_for{predecessors(run.layout, region_of(run, region))},
      stages_left{static_cast<int>(region_of(run, region).stages.size())},
      run_{run},
      identity_{std::move(identity)} {}

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

}  // namespace radflow
