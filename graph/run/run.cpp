#include "graph/run/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace radflow {
namespace {

// What a record counts for besides its bytes: ticket, activation, bookkeeping.
constexpr std::int64_t record_overhead = 1024;

}  // namespace

Run::Run(Plan checked, std::function<void()> failed)
    : plan{std::move(checked)},
      layout{plan},
      budget{plan.memory_bytes,
             {plan.workers * computing_per_worker.of_long, plan.workers * computing_per_worker.of_brief}},
      failed_{std::move(failed)},
      bodies_{build_nodes(plan)},
      workers_(Flow::places(plan.workers)),
      source_counters_(plan.sources.size()),
      sink_counters_(plan.sinks.size()),
      retries_{[this](std::size_t stage, Activation* message) { flow_->put(stage, message); }} {
  for (std::size_t s = 0; s < plan.sources.size(); ++s) tickets.emplace_back(*this, s);
  build_connectors(plan, sources, sinks);
  int most_slots = 0;
  for (const Layout::Region& region : layout.regions)
    if (!region.keeps_values) most_slots = std::max(most_slots, region.slots);
  std::size_t most_inputs = 0;
  for (const Layout::Node& node : layout.nodes) most_inputs = std::max(most_inputs, node.inputs.size());
  for (std::size_t w = 0; w < workers_.size(); ++w) {
    Own<Step>& steps = workers_[w].steps = Own<Step>(plan.nodes.size());
    for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
      steps[n].body = bodies_[n][bodies_[n].size() == 1 ? 0 : w].get();
      steps[n].node = &layout.nodes[n];
    }
    workers_[w].slots.resize(static_cast<std::size_t>(most_slots));
    workers_[w].inputs.resize(most_inputs);
  }
  for (std::size_t s = 0; s < plan.sinks.size(); ++s) {
    if (plan.sinks[s].errors) error_sinks_.push_back(s);
    gates_.push_back(plan.sinks[s].errors || plan.sinks[s].order == Order::None
                         ? nullptr
                         : std::make_unique<OrderGate>([this, s](Ticket& ticket) {
                             for (const Output& output : ticket.take_outputs(s)) submit(s, output);
                           }));
  }
  std::vector<Flow::Stage> stages;
  for (std::size_t i = 0; i < layout.stages.size(); ++i)
    stages.push_back(
        {layout.stages[i].concurrency, [this, i](std::span<Activation* const> messages, std::size_t worker) {
           run_stage(i, messages, workers_[worker]);
         }});
  flow_ = std::make_unique<Flow>(plan.workers, std::move(stages));
}

Run::~Run() { close(); }

// Null: there is no room.
std::shared_ptr<Ticket> Run::let_in(std::size_t source, Record& record, std::int64_t reserved) {
  const auto bytes = static_cast<std::int64_t>(record.size()) + record_overhead;
  if (!(reserved > 0 ? budget.try_admit_reserved(bytes, reserved) : budget.try_admit(bytes))) return nullptr;
  source_counters_[source].records.add();
  source_counters_[source].bytes.add(record.size());

  std::shared_ptr<Ticket> ticket = tickets[source].make(std::move(record), bytes, layout.regions[0].units);
  for (std::size_t s = 0; s < gates_.size(); ++s)
    if (gates_[s] && layout.regions[0].units[s] > 0)
      gates_[s]->enter(order_id(*ticket, plan.sinks[s].order), ticket);
  return ticket;
}

Admission Run::admit(std::size_t source, Record& record, std::int64_t reserved) {
  std::shared_ptr<Ticket> ticket = let_in(source, record, reserved);
  if (!ticket) return Admission::Full;
  Activation& root = ticket->root;
  Payload payload = Payload::share(std::shared_ptr<const Record>{ticket, &ticket->record()});
  start(std::move(ticket), root, std::move(payload));
  return Admission::Admitted;
}

Admission Run::refuse(std::size_t source, Record& record, Error error, std::int64_t reserved) {
  const std::shared_ptr<Ticket> ticket = let_in(source, record, reserved);
  if (!ticket) return Admission::Full;
  const ComponentPlan& from = plan.sources[source];
  refused_.add(from.name, error.reason);
  if (error_sinks_.empty()) ticket->stop_graph();
  ticket->add_failure({{}, {}, from.name, from.spec->name, std::move(error)});
  budget.end_computing();
  end_units(*ticket, layout.regions[0].units);
  return Admission::Admitted;
}

void Run::start(std::shared_ptr<Ticket> ticket, Activation& message, Payload payload) {
  const Layout::Region& region = layout.regions[static_cast<std::size_t>(message.region)];
  deliver(message, 0, Slot::State::Value, payload);
  if (region.stages.empty()) {
    budget.end_computing();
    return;
  }
  message.self = std::move(ticket);
  if (message.slots)
    message.slots[0] = {Slot::State::Value, 0, std::move(payload)};
  else
    message.payload = std::move(payload);
  for (const int stage : region.stages)
    if (layout.stages[static_cast<std::size_t>(stage)].predecessors == 0)
      flow_->put(static_cast<std::size_t>(stage), &message);
}

std::uint64_t Run::order_id(const Ticket& ticket, Order order) const {
  const Record& record = ticket.record();
  std::uint64_t id =
      ticket.source() * 0x9e3779b97f4a7c15u + static_cast<std::uint32_t>(record.position.partition);
  if (order == Order::Key && record.key) id ^= std::hash<std::string>{}(*record.key) * 0xff51afd7ed558ccdu;
  return id;
}

}  // namespace radflow
