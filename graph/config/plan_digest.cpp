// The digest of a graph: of its nodes, parameters, models and plug-ins, without connectors, concurrency and error
// handling; nodes that nothing depends on do not run and are not in it. It is taken over a text that a person
// can read, one line per node: "texture (histogram): {bins: 10} <- lbp".
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "graph/config/draft.hpp"
#include "graph/digest.hpp"
#include "graph/unused.hpp"

namespace radflow::detail {
namespace {

std::string file_digest(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  if (!in) return "missing";  // training: the model is about to be made
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return xxh3_digest(bytes.view());
}

// "{height: 256, width: 256}": by name, defaults included; not what is absent, nor what is of training only.
std::string canonical_params(const NodePlan& node) {
  return write_fields(
      node.spec->params, node.params.get(),
      {.digest = true, .model = [&](const std::string& path) { return file_digest(node.info.path(path)); }});
}

// "mask: " where an input could be another one that is optional; elsewhere the order says which it is.
std::string port(const InputPlan& input, const NodePlan& node) {
  const PortSpec& taker = node.spec->inputs[static_cast<std::size_t>(input.taker)];
  return taker.optional ? taker.name + ": " : "";
}

// Where the value at an input was made: nodes that hand it on as it came (Spec::hands_on) are passed over.
InputPlan made_at(InputPlan input, const Plan& plan) {
  while (input.node >= 0) {
    const NodePlan& node = plan.nodes[static_cast<std::size_t>(input.node)];
    const std::string& output = node.spec->outputs[static_cast<std::size_t>(input.port)].name;
    if (std::ranges::find(node.spec->hands_on, output) == node.spec->hands_on.end()) break;
    const auto same = std::ranges::find_if(node.inputs, [&](const InputPlan& one) {
      return node.spec->inputs[static_cast<std::size_t>(one.taker)].name == output;
    });
    if (same == node.inputs.end()) break;
    input.node = same->node;
    input.port = same->port;
  }
  return input;
}

std::vector<InputPlan> inputs_as_made(const NodePlan& node, const Plan& plan) {
  std::vector<InputPlan> inputs;
  for (const InputPlan& input : node.inputs) inputs.push_back(made_at(input, plan));
  return inputs;
}

enum class Inputs { AsWired, AsMade };

// Lines of nodes [0, count) for which `wanted` holds. Where an input is not the line before,
// the line says which.
std::string lines(const Plan& plan, const std::vector<std::string>& bodies, const std::vector<bool>& wanted,
                  Inputs which) {
  std::string text;
  int before = InputPlan::from_sources;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!wanted[i]) continue;
    const NodePlan& node = plan.nodes[i];
    const std::vector<InputPlan> inputs = which == Inputs::AsMade ? inputs_as_made(node, plan) : node.inputs;
    text += bodies[i];
    if (inputs.size() != 1 || inputs[0].node != before || inputs[0].port != 0 ||
        node.spec->inputs[static_cast<std::size_t>(inputs[0].taker)].optional) {
      std::vector<std::string> names;
      for (const InputPlan& input : inputs) names.push_back(port(input, node) + origin(input, plan));
      const std::string list = fmt::format("{}", fmt::join(names, ", "));
      text += names.size() == 1 ? " <- " + list : " <- [" + list + "]";
    }
    text += '\n';
    before = static_cast<int>(i);
  }
  return text;
}

}  // namespace

void digest(Plan& plan, const std::vector<Plugin>& plugins) {
  std::vector<std::string> bodies;
  std::vector<std::vector<bool>> ancestors;
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    NodePlan& node = plan.nodes[i];
    std::vector<bool> above(i);
    for (const InputPlan& input : inputs_as_made(node, plan)) {
      if (input.node < 0) continue;
      const std::vector<bool>& theirs = ancestors[static_cast<std::size_t>(input.node)];
      for (std::size_t j = 0; j < theirs.size(); ++j)
        if (theirs[j]) above[j] = true;
      above[static_cast<std::size_t>(input.node)] = true;
    }
    node.info.upstream = lines(plan, bodies, above, Inputs::AsMade);
    node.info.upstream_digest = xxh3_digest(node.info.upstream);
    ancestors.push_back(std::move(above));
    const std::string type = node.name == node.spec->name ? "" : fmt::format(" ({})", node.spec->name);
    const bool emits = node.group.incomplete == GroupPlan::Incomplete::Emit;
    bodies.push_back(
        fmt::format("{}{}: {}{}", node.name, type, canonical_params(node), emits ? " incomplete: emit" : ""));
  }
  std::string all = lines(plan, bodies, needed_nodes(plan), Inputs::AsWired);
  for (const Plugin& plugin : plugins)
    all +=
        fmt::format("plugin {} {}\n", std::filesystem::path{plugin.file}.filename().string(), plugin.digest);
  plan.info.digest = xxh3_digest(all);
}

}  // namespace radflow::detail
