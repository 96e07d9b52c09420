// What a worker does for a node that is called for several messages at once. Such a node is a stage by itself, and what
// its messages hold outlives one call of a stage.
#include "graph/run/arriving.hpp"
#include "graph/run/guarded_call.hpp"
#include "graph/run/stages.hpp"
#include "graph/run/value_charge.hpp"

namespace radflow {

std::unique_ptr<BatchQueue> Stages::batch_queue(std::size_t stage) {
  const std::optional<BatchPlan>& plan = run_.plan.nodes[first_node(stage)].batch;
  if (!plan) return nullptr;
  return std::make_unique<BatchQueue>(*plan,
                                      BatchQueue::Calls{[this, stage] { workers_->put(stage, nullptr); },
                                                        [this, stage](std::chrono::milliseconds delay) {
                                                          batch_timer_.after(delay, stage, nullptr);
                                                        }});
}

// A message without a value for the node waits for no other.
void Stages::put(std::size_t stage, Message& message) {
  const Layout::Node& node = run_.layout.nodes[first_node(stage)];
  std::vector<const Payload*> inputs(batches_[stage] ? node.inputs.size() : 0);
  if (batches_[stage] && arriving(node, message.slots.get(), inputs) == Slot::State::Value)
    batches_[stage]->add(&message);
  else
    workers_->put(stage, &message);
}

void Stages::end_batches() {
  for (const auto& queue : batches_)
    if (queue) queue->close();
  batch_timer_.close();
}

void Stages::run_batch(std::size_t stage, WorkerState& worker) {
  const std::vector<Message*> messages = batches_[stage]->take();
  if (messages.empty()) return;
  std::vector<bool> left(messages.size(), true);
  if (!run_.discarding) left = call_batch(first_node(stage), messages, worker, stage);
  for (std::size_t i = 0; i < messages.size(); ++i)
    if (left[i]) end_stage(stage, *messages[i], messages[i]->slots.get());
}

// Says of each message whether the node is through with it: it may have to be called again.
std::vector<bool> Stages::call_batch(std::size_t n, const std::vector<Message*>& messages,
                                     WorkerState& worker, std::size_t stage) {
  Step& step = worker.steps[n];
  const Layout::Node& node = *step.node;
  std::vector<const Payload*> inputs(messages.size() * node.inputs.size());
  std::vector<BatchMember> members;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const std::span own{&inputs[i * node.inputs.size()], node.inputs.size()};
    arriving(node, messages[i]->slots.get(), own);
    messages[i]->ticket.at_node(n);
    members.push_back({own, messages[i]});
  }
  const auto begin = std::chrono::steady_clock::now();
  NodeBody* const body = step.body ? step.body : step.instances->take();
  std::vector<Outcome> outcomes = guarded_call(*body, members, node.outputs, [&] {
    said_warnings().clear();
    forget_asked(run_.budget);
  });
  if (!step.body) step.instances->give_back(body);
  step.counters.observe_whole(std::chrono::steady_clock::now() - begin);
  batches_[stage]->called(messages.size());
  charge_values(outcomes, members, run_.budget);
  step.counters.calls.add(messages.size());
  report_warnings(n);
  std::vector<bool> through;
  for (std::size_t i = 0; i < messages.size(); ++i)
    through.push_back(take_outcome(n, *messages[i], messages[i]->slots.get(), step, outcomes[i], stage));
  return through;
}

}  // namespace radflow
