// What workers do: they take a message through the nodes of a stage, and give what comes of it to the sinks.
#include "graph/run/run.hpp"

#include <algorithm>

namespace radflow {
namespace {

constexpr std::chrono::microseconds brief_stage{20};

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

void Run::run_stage(std::size_t index, std::span<Activation* const> messages, Worker& worker) {
  const Budget::Settlement settlement{budget};
  for (Activation* message : messages) run_stage(index, *message, worker);
}

void Run::run_stage(std::size_t index, Activation& message, Worker& worker) {
  const Layout::Stage& stage = layout.stages[index];
  const Layout::Region& region = layout.regions[static_cast<std::size_t>(stage.region)];
  Slot* const slots = message.slots ? message.slots.get() : worker.slots.data();
  if (!message.slots) slots[0] = {Slot::State::Value, 0, std::move(message.payload)};
  if (!discard_) {
    const bool timed = worker.steps[static_cast<std::size_t>(stage.nodes.front())].counters.sample();
    const auto begin = timed ? std::chrono::steady_clock::now() : std::chrono::steady_clock::time_point{};
    for (const int node : stage.nodes)
      if (!run_node(static_cast<std::size_t>(node), message, slots, worker, index)) return;
    if (timed) adapt_queue(index, std::chrono::steady_clock::now() - begin);
  }
  for (const int successor : stage.successors) {
    const auto at =
        static_cast<std::size_t>(std::ranges::find(region.stages, successor) - region.stages.begin());
    if (message.waiting_for[at].fetch_sub(1, std::memory_order_acq_rel) == 1)
      flow_->put(static_cast<std::size_t>(successor), &message);
  }
  if (message.stages_left.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
  const std::shared_ptr<Ticket> alive = std::move(message.self);
  for (Slot& slot : std::span{slots, static_cast<std::size_t>(region.slots)})
    if (slot.payload) slot.payload = {};
  budget.end_computing();
}

void Run::adapt_queue(std::size_t stage, std::chrono::nanoseconds stage_duration) {
  flow_->took(stage, stage_duration);
  budget.set_pace(stage_duration < brief_stage ? Budget::Pace::Brief : Budget::Pace::Long);
}

bool Run::run_node(std::size_t n, Activation& message, Slot* slots, Worker& worker, std::size_t stage) {
  Step& step = worker.steps[n];
  const Layout::Node& node = *step.node;
  const std::span inputs{worker.inputs.data(), node.inputs.size()};
  Slot::State state = Slot::State::Value;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Slot& slot = slots[node.inputs[i]];
    state = std::max(state, slot.state);  // Failed over Filtered over Value
    inputs[i] = &slot.payload;
  }
  if (state != Slot::State::Value) {
    end_slot(n, message, slots, state);
    return true;
  }

  message.ticket.at_node(n);
  const bool sampled = step.counters.sample();
  const auto begin = sampled ? std::chrono::steady_clock::now() : std::chrono::steady_clock::time_point{};
  Outcome outcome = guarded_call(*step.body, inputs, message);
  if (sampled) step.counters.observe(std::chrono::steady_clock::now() - begin);
  step.counters.calls.add();
  if (std::vector<Error>& said = said_warnings(); !said.empty()) {
    for (const Error& warning : said) warnings_.add(plan.nodes[n].name, warning, message.record().position);
    said.clear();
  }
  if (outcome.kind == Outcome::Kind::Failed && outcome.error->transient &&
      retry_later(n, slots[node.output], message, stage))
    return false;
  for (const int slot : node.release) slots[slot].payload = {};

  switch (outcome.kind) {
    case Outcome::Kind::Value: {
      step.counters.results.add();
      for (int port = 0; port < node.ports; ++port) {
        Slot& slot = slots[node.output + port];
        slot.state = port == outcome.port ? Slot::State::Value : Slot::State::Filtered;
        if (port == outcome.port) slot.payload = std::move(outcome.value);
        if (node.delivers) deliver(message, node.output + port, slot.state, slot.payload);
      }
      break;
    }
    case Outcome::Kind::Filtered:
      step.counters.filtered.add();
      end_slot(n, message, slots, Slot::State::Filtered);
      break;
    case Outcome::Kind::Failed:
      fail_message(n, message, message.part, message.identity(), std::move(*outcome.error));
      end_slot(n, message, slots, Slot::State::Failed);
      break;
    case Outcome::Kind::Split:
      step.counters.results.add(outcome.pieces.size());
      split(n, message, std::move(outcome.pieces));
      end_slot(n, message, slots, Slot::State::Value);  // the split itself could reach its sinks no longer
      break;
  }
  return true;
}

bool Run::retry_later(std::size_t n, Slot& slot, Activation& message, std::size_t stage) {
  const std::optional<Retry>& retry = plan.nodes[n].retry;
  if (!retry) return false;
  if (slot.attempts >= retry->times) return false;
  const std::chrono::milliseconds delay{retry->backoff_ms << std::min<int>(slot.attempts, 16)};
  ++slot.attempts;
  retried_.add();
  retries_.after(delay, stage, &message);
  return true;
}

// A node gave no value: all that could have come of it has ended.
void Run::end_slot(std::size_t n, Activation& message, Slot* slots, Slot::State state) {
  const Layout::Node& node = layout.nodes[n];
  if (node.child >= 0) {
    const std::vector<int>& units = layout.regions[static_cast<std::size_t>(node.child)].units;
    for (std::size_t s = 0; s < units.size(); ++s)
      if (units[s] > 0) end_units(message.ticket, s, 1);
    return;
  }
  for (int slot = node.output; slot < node.output + node.ports; ++slot) {
    slots[slot].state = state;
    deliver(message, slot, state, {});
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
      start(ticket.shared(), ticket.add_part(child, std::move(identity), std::move(part)),
            *std::move(piece.value));
    } else {
      fail_message(n, message, std::move(part), piece.identity, piece.value.error());
      end_units(ticket, units);
      budget.end_computing();
    }
  }
}

void Run::fail_message(std::size_t n, const Activation& message, std::vector<std::uint32_t> part,
                       const Identity& identity, Error error) {
  const NodePlan& node = plan.nodes[n];
  failures_.add(node.name, error.reason);
  first_failures_.add(node.name, error, message.record().position);
  if (node.on_error == OnError::Drop) return;
  if (node.on_error == OnError::Stop || error_sinks_.empty()) message.ticket.stop_graph();
  message.ticket.add_failure({std::move(part), identity.ids, node.name, node.spec->name, std::move(error)});
}

// Gives a slot's value to the sinks that take it, or ends what they waited for.
void Run::deliver(Activation& message, int slot, Slot::State state, const Payload& payload) {
  const Layout::Region& region = layout.regions[static_cast<std::size_t>(message.region)];
  for (const Layout::Delivery& delivery : region.deliveries[static_cast<std::size_t>(slot)])
    deliver(message, delivery, state, payload);
}

void Run::deliver(Activation& message, const Layout::Delivery& delivery, Slot::State state,
                  const Payload& payload) {
  const auto sink = static_cast<std::size_t>(delivery.sink);
  if (state != Slot::State::Value) return end_units(message.ticket, sink, 1);
  // The unit's obligation becomes the output's.
  Output output{&message, delivery.edge, payload};
  if (gates_[sink])
    message.ticket.keep(sink, std::move(output));
  else
    submit(sink, output);
  count_down(message.ticket, sink, 1);
}

}  // namespace radflow
