#include "graph/run/stages.hpp"

#include <algorithm>

#include "graph/run/arriving.hpp"
#include "graph/run/guarded_call.hpp"
#include "graph/run/value_charge.hpp"

namespace radflow {

Stages::Stages(RunState& run, Endings& endings)
    : run_{run},
      endings_{endings},
      states_(Workers::places(run.plan.workers)),
      retries_{[this](std::size_t stage, Message* message) { workers_->put(stage, message); }} {
  int most_slots = 0;
  for (const Layout::Region& region : run.layout.regions)
    if (!region.keeps_values) most_slots = std::max(most_slots, region.slots);
  std::size_t most_inputs = 0;
  for (const Layout::Node& node : run.layout.nodes) most_inputs = std::max(most_inputs, node.inputs.size());
  instances_.resize(run.plan.nodes.size());
  for (std::size_t n = 0; n < run.plan.nodes.size(); ++n)
    if (run.nodes[n].size() > 1 && run.nodes[n].size() < states_.size())
      instances_[n] = std::make_unique<Instances>(run.nodes[n]);
  for (std::size_t w = 0; w < states_.size(); ++w) {
    Own<Step>& steps = states_[w].steps = Own<Step>(run.plan.nodes.size());
    for (std::size_t n = 0; n < run.plan.nodes.size(); ++n) {
      if (!(steps[n].instances = instances_[n].get()))
        steps[n].body = run.nodes[n][run.nodes[n].size() == 1 ? 0 : w].get();
      steps[n].node = &run.layout.nodes[n];
    }
    states_[w].slots.resize(static_cast<std::size_t>(most_slots));
    states_[w].inputs.resize(most_inputs);
  }
  for (const auto& instances : run.nodes) metrics_.push_back(instances.front()->metrics);
  std::vector<Workers::Stage> stages;
  for (std::size_t i = 0; i < run.layout.stages.size(); ++i)
    stages.push_back({run.layout.stages[i].concurrency, [this, i](Message& message, std::size_t worker) {
                        run_stage(i, message, states_[worker]);
                      }});
  workers_ = std::make_unique<Workers>(run.plan.workers, std::move(stages));
}

void Stages::start(std::shared_ptr<Ticket> ticket, Message& message, Payload payload,
                   std::vector<Payload> others) {
  const Layout::Region& region = run_.region(message.region);
  deliver(message, 0, Slot::State::Value, payload);
  for (std::size_t i = 0; i < others.size(); ++i)
    deliver(message, static_cast<int>(i + 1), state_of(others[i]), others[i]);
  if (region.stages.empty()) {
    run_.budget.end_computing();
    return;
  }
  message.self = std::move(ticket);
  message.payload = std::move(payload);
  message.others = std::move(others);
  if (message.slots) message.put_first_values(message.slots.get());
  for (const int stage : region.stages)
    if (run_.layout.stages[static_cast<std::size_t>(stage)].predecessors == 0)
      workers_->put(static_cast<std::size_t>(stage), &message);
}

void Stages::run_stage(std::size_t index, Message& message, WorkerState& worker) {
  const Layout::Stage& stage = run_.layout.stages[index];
  const Layout::Region& region = run_.region(stage.region);
  Slot* const slots = message.slots ? message.slots.get() : worker.slots.data();
  if (!message.slots) message.put_first_values(slots);
  if (!run_.discarding) {
    for (const int node : stage.nodes)
      if (!run_node(static_cast<std::size_t>(node), message, slots, worker, index)) return;
  }
  for (const int successor : stage.successors) {
    const auto at =
        static_cast<std::size_t>(std::ranges::find(region.stages, successor) - region.stages.begin());
    if (message.waiting_for[at].fetch_sub(1, std::memory_order_acq_rel) == 1)
      workers_->put(static_cast<std::size_t>(successor), &message);
  }
  if (message.stages_left.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
  const std::shared_ptr<Ticket> alive = std::move(message.self);
  for (Slot& slot : std::span{slots, static_cast<std::size_t>(region.slots)})
    if (slot.payload) slot.payload = {};
  run_.budget.end_computing();
}

bool Stages::run_node(std::size_t n, Message& message, Slot* slots, WorkerState& worker, std::size_t stage) {
  Step& step = worker.steps[n];
  const Layout::Node& node = *step.node;
  const std::span inputs{worker.inputs.data(), node.inputs.size()};
  if (const Slot::State state = arriving(node, slots, inputs); state != Slot::State::Value) {
    end_slot(n, message, slots, state);
    return true;
  }

  message.ticket.at_node(n);
  const bool sampled = step.counters.sample();
  const auto begin = sampled ? std::chrono::steady_clock::now() : std::chrono::steady_clock::time_point{};
  NodeBody* const body = step.body ? step.body : step.instances->take();
  Outcome outcome = guarded_call(*body, inputs, message, node.outputs);
  if (!step.body) step.instances->give_back(body);
  if (sampled) step.counters.observe(std::chrono::steady_clock::now() - begin);
  charge_values(outcome, inputs, run_.budget);
  step.counters.calls.add();
  if (std::vector<Error>& said = said_warnings(); !said.empty()) {
    for (const Error& warning : said) reports_.warned(run_.plan.nodes[n], warning, message.record().position);
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
    case Outcome::Kind::Values:
      step.counters.results.add();
      for (int port = 0; port < node.ports; ++port) {
        Slot& slot = slots[node.output + port];
        slot.payload = std::move(outcome.values[static_cast<std::size_t>(port)]);
        slot.state = state_of(slot.payload);
        if (node.delivers) deliver(message, node.output + port, slot.state, slot.payload);
      }
      break;
    case Outcome::Kind::Filtered:
      step.counters.filtered.add();
      end_slot(n, message, slots, Slot::State::Filtered);
      break;
    case Outcome::Kind::Failed:
      fail(n, message, message.part, message.identity(), std::move(*outcome.error));
      end_slot(n, message, slots, Slot::State::Failed);
      break;
    case Outcome::Kind::Split:
      step.counters.results.add(outcome.pieces.size());
      split(n, message, std::move(outcome.pieces));
      end_slot(n, message, slots,
               Slot::State::Value);  // its parts can reach the sinks; the split itself no longer can
      break;
  }
  return true;
}

bool Stages::retry_later(std::size_t n, Slot& slot, Message& message, std::size_t stage) {
  const std::optional<Retry>& retry = run_.plan.nodes[n].retry;
  if (!retry || slot.attempts >= retry->times) return false;
  const std::chrono::milliseconds delay{retry->backoff_ms << std::min<int>(slot.attempts, 16)};
  ++slot.attempts;
  retried_.add();
  retries_.after(delay, stage, &message);
  return true;
}

// The node gave no value, so everything that could have come of it has ended.
void Stages::end_slot(std::size_t n, Message& message, Slot* slots, Slot::State state) {
  const Layout::Node& node = run_.layout.nodes[n];
  if (node.child >= 0) {
    const std::vector<int>& reachable = run_.region(node.child).reachable;
    for (std::size_t s = 0; s < reachable.size(); ++s)
      if (reachable[s] > 0) endings_.nothing_comes(message.ticket, s, 1);
    return;
  }
  for (int slot = node.output; slot < node.output + node.ports; ++slot) {
    slots[slot].state = state;
    deliver(message, slot, state, {});
  }
}

void Stages::split(std::size_t n, Message& message, std::vector<Outcome::Piece> pieces) {
  const int child = run_.layout.nodes[n].child;
  const bool renames = run_.layout.nodes[n].renames;
  const std::vector<int>& reachable = run_.region(child).reachable;
  Ticket& ticket = message.ticket;
  ticket.add_reachable(reachable, static_cast<int>(pieces.size()));
  run_.budget.add_computing(static_cast<int>(pieces.size()));
  for (Outcome::Piece& piece : pieces) {
    std::vector<std::uint32_t> part = message.part;
    if (!renames) part.push_back(piece.identity.index);
    if (piece.value) {
      Identity identity = std::move(piece.identity);
      if (renames) {
        identity.index = message.identity().index;
        identity.count = message.identity().count;
      } else {
        for (const auto& id : message.identity().ids)
          if (!identity.id(id.first)) identity.ids.push_back(id);
      }
      start(ticket.shared_from_this(), ticket.add_part(child, std::move(identity), std::move(part)),
            *std::move(piece.value), std::move(piece.others));
    } else {
      fail(n, message, std::move(part), piece.identity, piece.value.error());
      endings_.nothing_comes(ticket, reachable);
      run_.budget.end_computing();
    }
  }
}

void Stages::fail(std::size_t n, const Message& message, std::vector<std::uint32_t> part,
                  const Identity& identity, Error error) {
  const NodePlan& node = run_.plan.nodes[n];
  reports_.failed(node, error, message.record().position);
  if (node.on_error == OnError::Drop) return;
  endings_.fail(message.ticket, {std::move(part), identity.ids, node.name, node.spec->name, std::move(error)},
                node.on_error == OnError::Stop);
}

// Gives a slot's value to the sinks that take it. Where there is no value, tells them that none comes.
void Stages::deliver(Message& message, int slot, Slot::State state, const Payload& payload) {
  for (const Layout::Delivery& delivery :
       run_.region(message.region).deliveries[static_cast<std::size_t>(slot)])
    if (state == Slot::State::Value)
      endings_.deliver(message, delivery, payload);
    else
      endings_.nothing_comes(message.ticket, static_cast<std::size_t>(delivery.sink));
}

void Stages::close() {
  workers_.reset();
  run_.nodes.clear();
}

void Stages::add_to(PipelineStats& stats) const {
  const Plan& plan = run_.plan;
  for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
    NodeStats& node = stats.nodes.emplace_back();
    node.name = plan.nodes[n].name;
    node.type = plan.nodes[n].spec->name;
    for (const WorkerState& worker : states_) worker.steps[n].counters.add_to(node);
    reports_.add_to(node);
    if (metrics_[n]) node.metrics = metrics_[n]->values();
  }
  for (std::size_t i = 0; i < run_.layout.stages.size(); ++i)
    stats.stages.push_back({plan.nodes[static_cast<std::size_t>(run_.layout.stages[i].nodes.front())].name,
                            workers_->waiting(i)});
  stats.calls_retried = retried_.get();
}

}  // namespace radflow
