#include "graph/run/layout.hpp"

#include <algorithm>
#include <map>

namespace radflow {
namespace {

// A node is a stage by itself if its concurrency is bounded, if it may have to be called again, or if messages wait for
// others in front of it.
bool alone(const NodePlan& node) { return node.concurrency || node.retry || node.batch; }

bool gathers(const NodePlan& node) { return node.spec->arity == Arity::Gathered; }

// Address of an input's value: the region (messages between two splits) and the slot in that region's message.
struct Place {
  int region = 0;
  int slot = 0;
};

Place place(const Layout& layout, const InputPlan& input) {
  if (input.node == InputPlan::from_sources) return {0, 0};
  const Layout::Node& node = layout.nodes[static_cast<std::size_t>(input.node)];
  return node.child >= 0 ? Place{node.child, input.port} : Place{node.region, node.output + input.port};
}

void prepare_optional(Layout::Node& node, const Spec& spec) {
  if (std::ranges::none_of(spec.inputs, &PortSpec::optional)) return;
  node.inputs.resize(spec.inputs.size(), -1);
  for (const PortSpec& port : spec.inputs) node.optional.push_back(port.optional);
}

// The level of each node. Nodes of one region and level share a stage, unless a node is a stage by itself.
std::vector<int> levels(const Plan& plan) {
  std::vector<int> level(plan.nodes.size());
  for (std::size_t n = 0; n < plan.nodes.size(); ++n)
    for (const InputPlan& input : plan.nodes[n].inputs) {
      if (input.node < 0) continue;
      const auto from = static_cast<std::size_t>(input.node);
      const bool boundary = alone(plan.nodes[from]) || alone(plan.nodes[n]);
      level[n] = std::max(level[n], level[from] + (boundary ? 1 : 0));
    }
  return level;
}

}  // namespace

Layout::Layout(const Plan& plan) : nodes(plan.nodes.size()), regions(1), sinks{plan.sinks.size()} {
  // First every node gets its region, and its outputs their slots.
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    Node& node = nodes[n];
    prepare_optional(node, *plan.nodes[n].spec);
    if (gathers(plan.nodes[n])) {
      node.region = static_cast<int>(regions.size());
      node.inputs = {0};
      regions.emplace_back();
      groups.push_back(static_cast<int>(n));
    } else
      for (const InputPlan& input : plan.nodes[n].inputs) {
        const Place from = place(*this, input);
        node.region = from.region;
        if (node.optional.empty())
          node.inputs.push_back(from.slot);
        else
          node.inputs[static_cast<std::size_t>(input.taker)] = from.slot;
      }
    node.outputs = plan.nodes[n].spec->outputs;
    for (std::size_t port = 0; port < node.outputs.size(); ++port)
      node.outputs[port].type = arriving_type({static_cast<int>(n), static_cast<int>(port), {}}, plan);
    if (plan.nodes[n].spec->arity != Arity::One && !gathers(plan.nodes[n])) {
      node.renames = plan.nodes[n].spec->arity == Arity::Identified;
      node.output = -1;
      node.child = static_cast<int>(regions.size());
      regions.emplace_back().slots = static_cast<int>(node.outputs.size());
    } else {
      Region& region = regions[static_cast<std::size_t>(node.region)];
      node.output = region.slots;
      node.ports = static_cast<int>(plan.nodes[n].spec->outputs.size());
      region.slots += node.ports;
    }
  }

  // Then nodes are put together to stages.
  const std::vector<int> level = levels(plan);
  std::map<std::pair<int, int>, int> shared;  // the stage of each region and level
  std::vector<int> stage_of(nodes.size());
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    const auto id = static_cast<int>(stages.size());
    const auto key = std::pair{nodes[n].region, level[n]};
    if (alone(plan.nodes[n])) {
      stages.push_back({.region = nodes[n].region, .concurrency = plan.nodes[n].concurrency.value_or(0)});
      stage_of[n] = id;
    } else if (const auto [found, added] = shared.try_emplace(key, id); added) {
      stages.push_back({.region = nodes[n].region});
      stage_of[n] = id;
    } else {
      stage_of[n] = found->second;
    }
    Stage& stage = stages[static_cast<std::size_t>(stage_of[n])];
    if (stage.nodes.empty()) regions[static_cast<std::size_t>(stage.region)].stages.push_back(stage_of[n]);
    stage.nodes.push_back(static_cast<int>(n));
    Region& region = regions[static_cast<std::size_t>(stage.region)];
    region.keeps_values |= region.stages.size() > 1 || plan.nodes[n].retry || plan.nodes[n].batch;
  }
  for (std::size_t n = 0; n < nodes.size(); ++n)
    for (const InputPlan& input : plan.nodes[n].inputs) {
      if (input.node < 0 || nodes[static_cast<std::size_t>(input.node)].child >= 0 || gathers(plan.nodes[n]))
        continue;
      const int from = stage_of[static_cast<std::size_t>(input.node)];
      auto& successors = stages[static_cast<std::size_t>(from)].successors;
      if (from == stage_of[n] || std::ranges::find(successors, stage_of[n]) != successors.end()) continue;
      successors.push_back(stage_of[n]);
      ++stages[static_cast<std::size_t>(stage_of[n])].predecessors;
    }

  // Then every slot learns which destinations take its value, and every region which it can reach.
  for (Region& region : regions) {
    region.deliveries.resize(static_cast<std::size_t>(region.slots));
    region.reachable.resize(destinations());
  }
  const auto takes = [&](std::size_t destination, std::size_t edge, const InputPlan& input) {
    const Place from = place(*this, input);
    Region& region = regions[static_cast<std::size_t>(from.region)];
    region.deliveries[static_cast<std::size_t>(from.slot)].push_back(
        {static_cast<int>(destination), static_cast<int>(edge)});
    ++region.reachable[destination];
  };
  for (std::size_t s = 0; s < plan.sinks.size(); ++s)
    for (std::size_t e = 0; e < plan.sinks[s].inputs.size(); ++e) takes(s, e, plan.sinks[s].inputs[e]);
  for (std::size_t g = 0; g < groups.size(); ++g)
    takes(sinks + g, 0, plan.nodes[static_cast<std::size_t>(groups[g])].inputs.front());
  for (Node& node : nodes)
    for (int slot = node.output; node.child < 0 && slot < node.output + node.ports; ++slot)
      node.delivers |=
          !regions[static_cast<std::size_t>(node.region)].deliveries[static_cast<std::size_t>(slot)].empty();
  for (std::size_t n = nodes.size();
       n-- > 0;)  // backwards, because a region comes after the one that leads to it
    if (nodes[n].child >= 0)
      for (std::size_t s = 0; s < destinations(); ++s)
        if (regions[static_cast<std::size_t>(nodes[n].child)].reachable[s] > 0)
          ++regions[static_cast<std::size_t>(nodes[n].region)].reachable[s];

  // The last reader of a slot releases it, if all its readers are in one stage; else the end of the message does.
  std::map<std::pair<int, int>, std::vector<int>> readers;  // the nodes that read each region's slot
  for (std::size_t n = 0; n < nodes.size(); ++n)
    for (const int slot : nodes[n].inputs)
      if (slot >= 0) readers[{nodes[n].region, slot}].push_back(static_cast<int>(n));
  for (const auto& [at, by] : readers) {
    const int first = stage_of[static_cast<std::size_t>(by.front())];
    if (std::ranges::all_of(by, [&](int n) { return stage_of[static_cast<std::size_t>(n)] == first; }))
      nodes[static_cast<std::size_t>(by.back())].release.push_back(at.second);
  }
}

}  // namespace radflow
