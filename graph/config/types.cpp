// Payload types along the edges, and which nodes may be joined.
#include <fmt/format.h>

#include <algorithm>

#include "graph/config/draft.hpp"
#include "graph/record.hpp"

namespace radflow {

const PayloadType* arriving_type(const InputPlan& input, const Plan& plan) {
  if (input.node == detail::unknown_node) return nullptr;
  if (input.node == InputPlan::from_sources) {
    const Spec* source = plan.sources.empty() ? nullptr : plan.sources.front().spec;
    return !source || source->outputs.empty() ? nullptr : source->outputs.front().type;
  }
  const NodePlan& node = plan.nodes[static_cast<std::size_t>(input.node)];
  if (!node.spec) return nullptr;
  if (const PayloadType* type = node.spec->outputs[static_cast<std::size_t>(input.port)].type) return type;
  // A node that passes on what it was given.
  return node.inputs.empty() ? nullptr : arriving_type(node.inputs.front(), plan);
}

namespace detail {
namespace {

std::string sender(const InputPlan& input, const Plan& plan) {
  if (input.node < 0) return "the sources give";
  return fmt::format("'{}' gives", plan.nodes[static_cast<std::size_t>(input.node)].name);
}

// "; histogram, lbp make features of a frame", or "".
std::string bridges(const PayloadType* from, const PayloadType* to) {
  std::vector<std::string> names;
  for (const Spec* spec : Registry::instance().all(ComponentKind::Node))
    if (least_inputs(*spec) == 1 && takes(spec->inputs[0].type, from) &&
        std::ranges::any_of(spec->outputs, [&](const PortSpec& port) { return same_type(port.type, to); }))
      names.push_back(spec->name);
  if (names.empty()) return "";
  const bool more = names.size() > 6;
  if (more) names.resize(6);
  return fmt::format("; {} of {}: {}{}", to->name, from->name, fmt::join(names, ", "), more ? ", ..." : "");
}

void check_port(const PayloadType* wanted, const InputPlan& input, const std::string& taker, const Plan& plan,
                Findings& found) {
  const PayloadType* given = arriving_type(input, plan);
  if (!wanted || !given || takes(wanted, given)) return;
  found.add(input.mark, fmt::format("'{}' takes {}, but {} {}{}", taker, wanted->name, sender(input, plan),
                                    given->name, bridges(given, wanted)));
}

// Rule 8: the messages of a join must descend one-to-one from one message. The stem of a node is the last
// split before it (or the sources): messages of one stem carry one identity.
void check_joins(const Plan& plan, Findings& found) {
  std::vector<int> stems(plan.nodes.size(), InputPlan::from_sources);
  const auto stem_of = [&](const InputPlan& input) {
    return input.node >= 0 ? stems[static_cast<std::size_t>(input.node)] : input.node;
  };
  const auto origin = [&](int stem) {
    if (stem < 0) return std::string{"a record"};
    const NodePlan& node = plan.nodes[static_cast<std::size_t>(stem)];
    return fmt::format("{} that '{}' makes",
                       node.spec->arity == Arity::Many       ? "a part"
                       : node.spec->arity == Arity::Gathered ? "a group"
                                                             : "a message with other identifiers",
                       node.name);
  };
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    const NodePlan& node = plan.nodes[i];
    // What comes of something that was reported is unknown as well: whether it joins nobody can say yet.
    const auto known = [&](const InputPlan& input) { return stem_of(input) != unknown_node; };
    const auto first = std::ranges::find_if(node.inputs, known);
    stems[i] = first == node.inputs.end() ? unknown_node : stem_of(*first);
    for (const InputPlan& input : node.inputs)
      if (known(input) && stem_of(input) != stem_of(*first)) {
        found.add(
            input.mark,
            fmt::format("'{}' cannot join these inputs one to one: the first comes of {}, this one of {}",
                        node.name, origin(stem_of(*first)), origin(stem_of(input))));
        stems[i] = unknown_node;
        break;
      }
    if (node.spec && node.spec->arity != Arity::One) stems[i] = static_cast<int>(i);
  }
}

}  // namespace

void check_types(const Plan& plan, Findings& found) {
  for (const ComponentPlan& source : plan.sources) {
    if (!source.spec || !plan.sources.front().spec) continue;
    const PayloadType* type = source.spec->outputs.front().type;
    const PayloadType* first = plan.sources.front().spec->outputs.front().type;
    if (!same_type(type, first))
      found.add(source.mark, fmt::format("all sources give one type: '{}' gives {}, '{}' {}",
                                         plan.sources.front().name, first->name, source.name, type->name));
  }
  for (const NodePlan& node : plan.nodes) {
    if (!node.spec) continue;
    for (const InputPlan& input : node.inputs) {
      const auto port = static_cast<std::size_t>(input.taker);
      if (port < node.spec->inputs.size())
        check_port(node.spec->inputs[port].type, input, node.name, plan, found);
    }
  }
  for (const SinkPlan& sink : plan.sinks) {
    if (!sink.spec) continue;
    const PayloadType* wanted = sink.spec->inputs.front().type;
    if (sink.errors && wanted && !is_type<Record>(wanted))
      found.add(sink.mark,
                fmt::format("'{}' takes {}, dead letters are records; use a sink that takes records",
                            sink.name, wanted->name));
    if (is_type<Record>(wanted)) continue;  // records are made of anything, see record_makers.cpp
    for (const InputPlan& input : sink.inputs) check_port(wanted, input, sink.name, plan, found);
  }
  check_joins(plan, found);
}

}  // namespace detail
}  // namespace radflow
