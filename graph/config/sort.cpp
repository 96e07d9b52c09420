// What a graph's shape must be: no cycles; and the order in which its nodes can be called.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <queue>

#include "graph/config/draft.hpp"

namespace radflow::detail {
namespace {

std::size_t index(const InputPlan& input) { return static_cast<std::size_t>(input.node); }

// `path` is a cycle along the data.
void report_cycle(std::vector<std::size_t> path, const Plan& plan, Findings& found) {
  std::rotate(path.begin(), std::ranges::min_element(path), path.end());  // from the file's first
  std::string names;
  for (const std::size_t node : path) names += plan.nodes[node].name + " -> ";
  const NodePlan& first = plan.nodes[path.front()];
  const auto back = std::ranges::find(first.inputs, static_cast<int>(path.back()), &InputPlan::node);
  found.add(back->mark,
            fmt::format("cycle: {}{}; data flows one way, remove one of these inputs", names, first.name));
}

// Follows inputs depth first; an input that is on the path already closes a cycle: it is reported and cut.
class CycleCutter {
 public:
  CycleCutter(Plan& plan, Findings& found) : plan_{plan}, found_{found}, states_(plan.nodes.size()) {}

  void run() && {
    for (std::size_t node = 0; node < states_.size(); ++node)
      if (states_[node] == State::New) follow(node);
  }

 private:
  enum class State { New, OnPath, Done };
  struct Step {
    std::size_t node;
    std::size_t next_input = 0;
  };

  void follow(std::size_t start) {
    enter(start);
    while (!path_.empty()) {
      Step& step = path_.back();
      std::vector<InputPlan>& inputs = plan_.nodes[step.node].inputs;
      if (step.next_input == inputs.size()) {
        states_[step.node] = State::Done;
        path_.pop_back();
        continue;
      }
      InputPlan& input = inputs[step.next_input++];
      if (input.node < 0 || states_[index(input)] == State::Done) continue;
      if (states_[index(input)] == State::New) {
        enter(index(input));
        continue;
      }
      std::vector<std::size_t> cycle{index(input)};
      for (auto at = path_.rbegin(); at->node != index(input); ++at) cycle.push_back(at->node);
      report_cycle(std::move(cycle), plan_, found_);
      input.node = unknown_node;
    }
  }

  void enter(std::size_t node) {
    states_[node] = State::OnPath;
    path_.push_back({node});
  }

  Plan& plan_;
  Findings& found_;
  std::vector<State> states_;
  std::vector<Step> path_;
};

// Keeps the file's order where it can. There are no cycles any more.
std::vector<std::size_t> topological_order(const Plan& plan) {
  std::vector<std::vector<std::size_t>> takers(plan.nodes.size());
  std::vector<int> waits(plan.nodes.size());
  for (std::size_t i = 0; i < plan.nodes.size(); ++i)
    for (const InputPlan& input : plan.nodes[i].inputs)
      if (input.node >= 0) {
        takers[index(input)].push_back(i);
        ++waits[i];
      }
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
  for (std::size_t i = 0; i < waits.size(); ++i)
    if (waits[i] == 0) ready.push(i);
  std::vector<std::size_t> order;
  while (!ready.empty()) {
    const std::size_t next = ready.top();
    ready.pop();
    order.push_back(next);
    for (const std::size_t taker : takers[next])
      if (--waits[taker] == 0) ready.push(taker);
  }
  return order;
}

}  // namespace

void sort_nodes(Plan& plan, Findings& found) {
  CycleCutter{plan, found}.run();
  const std::vector<std::size_t> order = topological_order(plan);
  std::vector<int> place(order.size());
  std::vector<NodePlan> sorted;
  for (const std::size_t node : order) {
    place[node] = static_cast<int>(sorted.size());
    sorted.push_back(std::move(plan.nodes[node]));
  }
  plan.nodes = std::move(sorted);
  const auto follow = [&](auto& taker) {
    for (InputPlan& input : taker.inputs)
      if (input.node >= 0) input.node = place[index(input)];
  };
  std::ranges::for_each(plan.nodes, follow);
  std::ranges::for_each(plan.sinks, follow);
}

}  // namespace radflow::detail
