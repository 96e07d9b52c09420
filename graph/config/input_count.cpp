// How many inputs a node takes, against how many a graph gives it.
#include <fmt/format.h>

#include "graph/config/draft.hpp"

namespace radflow::detail {

std::size_t least_inputs(const Spec& spec) {
  std::size_t least = spec.inputs.size();
  while (least > 1 && spec.inputs[least - 1].optional) --least;
  return least;
}

std::string wrong_count(const NodePlan& node, std::size_t count) {
  const std::size_t wanted = node.spec->inputs.size(), least = least_inputs(*node.spec);
  if (node.spec->variadic ? count > 0 : count >= least && count <= wanted) return "";
  std::string ports, form;
  for (const PortSpec& port : node.spec->inputs) {
    ports += (ports.empty() ? "" : ", ") + port.name;
    form += (form.empty() ? "" : ", ") + port.name + ": NODE";
  }
  const std::string remedy = wanted > 1 ? fmt::format(" ({}); write `from: {{{}}}`", ports, form) : "";
  return fmt::format("'{}' takes {} input{}, {} given{}", node.name,
                     node.spec->variadic ? std::string{"one or more"}
                     : least < wanted    ? fmt::format("{} to {}", least, wanted)
                                         : std::to_string(wanted),
                     node.spec->variadic || wanted != 1 ? "s" : "",
                     count == 1 ? "1 is" : fmt::format("{} are", count), remedy);
}

}  // namespace radflow::detail
