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
      batch_timer_{[this](std::size_t stage, Message*) { batches_[stage]->due(); }},
      retries_{[this](std::size_t stage, Message* message) { put(stage, *message); }} {
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
  for (std::size_t i = 0; i < run.layout.stages.size(); ++i) {
    stages.push_back({run.layout.stages[i].concurrency, [this, i](Message* message, std::size_t worker) {
                        if (message)
                          run_stage(i, *message, states_[worker]);
                        else
                          run_batch(i, states_[worker]);
                      }});
    batches_.push_back(batch_queue(i));
  }
  workers_ = std::make_unique<Workers>(
      run.plan.workers, std::move(stages),
      [this](const std::exception_ptr& failure) { run_.break_off("a worker failed: " + text_of(failure)); });
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
      put(static_cast<std::size_t>(stage), message);
}

void Stages::run_stage(std::size_t index, Message& message, WorkerState& worker) {
  const Layout::Stage& stage = run_.layout.stages[index];
  Slot* const slots = message.slots ? message.slots.get() : worker.slots.data();
  if (!message.slots) message.put_first_values(slots);
  if (!run_.discarding) {
    for (const int node : stage.nodes)
      if (!run_node(static_cast<std::size_t>(node), message, slots, worker, index)) return;
  }
  end_stage(index, message, slots);
}

// The nodes of the stage are through with the message.
void Stages::end_stage(std::size_t index, Message& message, Slot* slots) {
  const Layout::Stage& stage = run_.layout.stages[index];
  const Layout::Region& region = run_.region(stage.region);
  for (const int successor : stage.successors) {
    const auto at =
        static_cast<std::size_t>(std::ranges::find(region.stages, successor) - region.stages.begin());
    if (message.waiting_for[at].fetch_sub(1, std::memory_order_acq_rel) == 1)
      put(static_cast<std::size_t>(successor), message);
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
  report_warnings(n);
  return take_outcome(n, message, slots, step, outcome, stage);
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
    stats.stages.push_back(
        {plan.nodes[first_node(i)].name, batches_[i] ? batches_[i]->waiting() : workers_->waiting(i)});
  for (std::size_t i = 0; i < batches_.size(); ++i)
    if (batches_[i]) stats.batches.push_back(batches_[i]->stats(plan.nodes[first_node(i)].name));
  stats.calls_retried = retried_.get();
}

}  // namespace radflow
