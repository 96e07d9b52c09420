#include "graph/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace radflow {
namespace {

// What a record counts for besides its bytes: ticket, activation, bookkeeping.
constexpr std::int64_t record_overhead = 1024;
// Messages in computation, per worker: enough to keep it busy, few enough that a restart repeats little.
// Messages of a few microseconds need more of them, or waking the source costs more than the work.
constexpr int computing_per_worker = 4;
constexpr int light_computing_per_worker = 32;
constexpr std::chrono::microseconds light_stage{20};

// An exception that left a oneTBB body would cancel the whole graph.
Outcome guarded_call(NodeBody& body, std::span<const Payload* const> inputs, const Context& context) {
  const auto failed = [](std::string reason, std::string detail) {
    return Outcome::failed({std::move(reason), std::move(detail)});
  };
  try {
    return body.call(inputs, context);
  } catch (const std::bad_alloc&) {
    return failed("out_of_memory", "the node could not allocate");
  } catch (const std::exception& e) {
    return failed("exception", e.what());
  } catch (...) {
    return failed("exception", "of no standard type");
  }
}

}  // namespace

Run::Run(Plan checked, std::function<void()> failed)
    : plan{std::move(checked)},
      layout{plan},
      budget{plan.memory_bytes, plan.workers * computing_per_worker},
      failed_{std::move(failed)},
      bodies_{build_nodes(plan)},
      source_counters_(plan.sources.size()),
      sink_counters_(plan.sinks.size()),
      retries_{[this](std::size_t stage, Activation* message) { flow_->put(stage, message); }} {
  build_connectors(plan, sources, sinks);
  for (int worker = 0; worker < plan.workers; ++worker) {
    std::vector<Step>& steps = steps_.emplace_back(plan.nodes.size());
    for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
      steps[n].body = bodies_[n][bodies_[n].size() == 1 ? 0 : static_cast<std::size_t>(worker)].get();
      steps[n].node = &layout.nodes[n];
    }
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
    stages.push_back({layout.stages[i].concurrency,
                      [this, i](Activation* message, std::size_t worker) { run_stage(i, message, worker); }});
  flow_ = std::make_unique<Flow>(plan.workers, std::move(stages));
}

Run::~Run() { close(); }

// Null: there is no room.
std::shared_ptr<Ticket> Run::let_in(std::size_t source, Record& record, std::int64_t reserved) {
  const auto bytes = static_cast<std::int64_t>(record.size()) + record_overhead;
  if (!(reserved > 0 ? budget.try_admit_reserved(bytes, reserved) : budget.try_admit(bytes))) return nullptr;
  source_counters_[source].records.add();
  source_counters_[source].bytes.add(record.size());

  auto ticket = std::make_shared<Ticket>(*this, source, std::move(record), bytes, layout.regions[0].units);
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
  message.slots[0].state = Slot::State::Value;
  message.slots[0].payload = std::move(payload);
  if (region.stages.empty()) {
    deliver(message, 0);
    message.slots[0].payload = {};  // it holds the ticket that holds the message
    budget.end_computing();
    return;
  }
  message.self = std::move(ticket);
  deliver(message, 0);
  for (const int stage : region.stages)
    if (layout.stages[static_cast<std::size_t>(stage)].predecessors == 0)
      flow_->put(static_cast<std::size_t>(stage), &message);
}

void Run::run_stage(std::size_t index, Activation* message, std::size_t worker) {
  const Layout::Stage& stage = layout.stages[index];
  if (!discard_) {
    std::vector<Step>& steps = steps_[worker];
    const bool timed = steps[static_cast<std::size_t>(stage.nodes.front())].counters.sample();
    const auto begin = timed ? std::chrono::steady_clock::now() : std::chrono::steady_clock::time_point{};
    for (const int node : stage.nodes)
      if (!run_node(static_cast<std::size_t>(node), *message, steps[static_cast<std::size_t>(node)], index))
        return;
    if (timed) adapt_queue(index, std::chrono::steady_clock::now() - begin);
  }
  const std::vector<int>& siblings = layout.regions[static_cast<std::size_t>(stage.region)].stages;
  for (const int successor : stage.successors) {
    const auto at = static_cast<std::size_t>(std::ranges::find(siblings, successor) - siblings.begin());
    if (message->waiting_for[at].fetch_sub(1, std::memory_order_acq_rel) == 1)
      flow_->put(static_cast<std::size_t>(successor), message);
  }
  if (message->stages_left.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
  const std::shared_ptr<Ticket> alive = std::move(message->self);
  const auto slots = static_cast<std::size_t>(layout.regions[static_cast<std::size_t>(stage.region)].slots);
  for (std::size_t slot = 0; slot < slots; ++slot) message->slots[slot].payload = {};
  budget.end_computing();
}

void Run::adapt_queue(std::size_t stage, std::chrono::nanoseconds stage_duration) {
  flow_->took(stage, stage_duration);
  budget.set_most_computing(
      plan.workers * (stage_duration < light_stage ? light_computing_per_worker : computing_per_worker));
}

bool Run::run_node(std::size_t n, Activation& message, Step& step, std::size_t stage) {
  const Layout::Node& node = *step.node;
  constexpr std::size_t few = 8;
  const Payload* fixed[few];
  std::vector<const Payload*> many;
  const Payload** inputs = fixed;
  if (node.inputs.size() > few) {
    many.resize(node.inputs.size());
    inputs = many.data();
  }
  Slot::State state = Slot::State::Value;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const Slot& slot = message.slots[static_cast<std::size_t>(node.inputs[i])];
    state = std::max(state, slot.state);  // Failed over Filtered over Value
    inputs[i] = &slot.payload;
  }
  if (state != Slot::State::Value) {
    end_slot(n, message, state);
    return true;
  }

  message.ticket.at_node(n);
  const bool sampled = step.counters.sample();
  const auto begin = sampled ? std::chrono::steady_clock::now() : std::chrono::steady_clock::time_point{};
  Outcome outcome = guarded_call(*step.body, {inputs, node.inputs.size()}, message);
  if (sampled) step.counters.observe(std::chrono::steady_clock::now() - begin);
  step.counters.calls.add();
  if (outcome.kind == Outcome::Kind::Failed && outcome.error->transient && retry_later(n, message, stage))
    return false;
  for (const int slot : node.release) message.slots[static_cast<std::size_t>(slot)].payload = {};

  switch (outcome.kind) {
    case Outcome::Kind::Value: {
      step.counters.results.add();
      for (int port = 0; port < node.ports; ++port) {
        Slot& slot = message.slots[static_cast<std::size_t>(node.output + port)];
        slot.state = port == outcome.port ? Slot::State::Value : Slot::State::Filtered;
        if (port == outcome.port) slot.payload = std::move(outcome.value);
        deliver(message, node.output + port);
      }
      break;
    }
    case Outcome::Kind::Filtered:
      step.counters.filtered.add();
      end_slot(n, message, Slot::State::Filtered);
      break;
    case Outcome::Kind::Failed:
      fail_message(n, message, message.part, message.identity(), std::move(*outcome.error));
      end_slot(n, message, Slot::State::Failed);
      break;
    case Outcome::Kind::Split:
      step.counters.results.add(outcome.pieces.size());
      split(n, message, std::move(outcome.pieces));
      break;
  }
  return true;
}

bool Run::retry_later(std::size_t n, Activation& message, std::size_t stage) {
  const std::optional<Retry>& retry = plan.nodes[n].retry;
  if (!retry) return false;
  std::uint8_t& attempts = message.slots[static_cast<std::size_t>(layout.nodes[n].output)].attempts;
  if (attempts >= retry->times) return false;
  const std::chrono::milliseconds delay{retry->backoff_ms << std::min<int>(attempts, 16)};
  ++attempts;
  retried_.fetch_add(1, std::memory_order_relaxed);
  retries_.after(delay, stage, &message);
  return true;
}

// A node gave no value: all that could have come of it has ended.
void Run::end_slot(std::size_t n, Activation& message, Slot::State state) {
  const Layout::Node& node = layout.nodes[n];
  if (node.child >= 0) {
    const std::vector<int>& units = layout.regions[static_cast<std::size_t>(node.child)].units;
    for (std::size_t s = 0; s < units.size(); ++s)
      if (units[s] > 0) end_units(message.ticket, s, 1);
    return;
  }
  for (int slot = node.output; slot < node.output + node.ports; ++slot) {
    message.slots[static_cast<std::size_t>(slot)].state = state;
    deliver(message, slot);
  }
}

void Run::split(std::size_t n, Activation& message, std::vector<Outcome::Piece> pieces) {
  const int child = layout.nodes[n].child;
  const std::vector<int>& units = layout.regions[static_cast<std::size_t>(child)].units;
  Ticket& ticket = message.ticket;
  ticket.add_units(units, static_cast<int>(pieces.size()));
  budget.add_computing(static_cast<int>(pieces.size()));
  for (Outcome::Piece& piece : pieces) {
    std::vector<std::uint32_t> part = message.part;
    part.push_back(piece.identity.index);
    if (piece.value) {
      Identity identity = std::move(piece.identity);
      for (const auto& id : message.identity().ids)
        if (!identity.id(id.first)) identity.ids.push_back(id);
      start(ticket.shared_from_this(), ticket.add_part(child, std::move(identity), std::move(part)),
            *std::move(piece.value));
    } else {
      fail_message(n, message, std::move(part), piece.identity, piece.value.error());
      end_units(ticket, units);
      budget.end_computing();
    }
  }
  end_slot(n, message, Slot::State::Value);  // the split itself could reach these sinks no longer
}

void Run::fail_message(std::size_t n, const Activation& message, std::vector<std::uint32_t> part,
                       const Identity& identity, Error error) {
  const NodePlan& node = plan.nodes[n];
  failures_.add(node.name, error.reason);
  if (node.on_error == OnError::Drop) return;
  if (node.on_error == OnError::Stop || error_sinks_.empty()) message.ticket.stop_graph();
  message.ticket.add_failure({std::move(part), identity.ids, node.name, node.spec->name, std::move(error)});
}

// Gives a slot's value to the sinks that take it, or ends what they waited for.
void Run::deliver(Activation& message, int slot) {
  const Layout::Region& region = layout.regions[static_cast<std::size_t>(message.region)];
  for (const Layout::Delivery& delivery : region.deliveries[static_cast<std::size_t>(slot)])
    deliver(message, message.slots[static_cast<std::size_t>(slot)], delivery);
}

void Run::deliver(Activation& message, const Slot& slot, const Layout::Delivery& delivery) {
  const auto sink = static_cast<std::size_t>(delivery.sink);
  if (slot.state == Slot::State::Value) {
    Output output{&message, delivery.edge, slot.payload};
    message.ticket.hold();
    if (gates_[sink])
      message.ticket.keep(sink, std::move(output));
    else
      submit(sink, output);
  }
  end_units(message.ticket, sink, 1);
}

std::uint64_t Run::order_id(const Ticket& ticket, Order order) const {
  const Record& record = ticket.record();
  std::uint64_t id =
      ticket.source() * 0x9e3779b97f4a7c15u + static_cast<std::uint32_t>(record.position.partition);
  if (order == Order::Key && record.key) id ^= std::hash<std::string>{}(*record.key) * 0xff51afd7ed558ccdu;
  return id;
}

}  // namespace radflow
