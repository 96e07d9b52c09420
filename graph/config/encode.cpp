// Puts `encode` between a node that sends a typed payload and the sinks that take records.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "graph/config/draft.hpp"
#include "graph/record.hpp"

namespace radflow::detail {

void insert_encoders(Plan& plan, Findings& found) {
  const Spec* spec = Registry::instance().find(ComponentKind::Node, "encode");
  std::map<std::pair<int, int>, int> encoders;  // by what they encode; shared by its sinks
  std::set<std::string> names;
  for (const NodePlan& node : plan.nodes) names.insert(node.name);

  for (SinkPlan& sink : plan.sinks) {
    if (!is_type<Record>(sink.spec->inputs.front().type)) continue;
    for (InputPlan& input : sink.inputs) {
      if (input.node < 0) continue;  // sources give records
      const NodePlan node = plan.nodes[static_cast<std::size_t>(input.node)];
      const PayloadType* type = arriving_type(input, plan);
      if (is_type<Record>(type)) continue;
      if (!spec) {
        found.add(input.mark,
                  fmt::format(
                      "'{}' takes record, but '{}' gives {}; the node 'encode', which makes records, is not "
                      "part of this program",
                      sink.name, node.name, type->name));
        continue;
      }
      const auto [at, fresh] =
          encoders.try_emplace({input.node, input.port}, static_cast<int>(plan.nodes.size()));
      if (fresh) {
        NodePlan encode;
        encode.spec = spec;
        encode.name = names.contains("encode") ? "encode_" + node.name : "encode";
        while (!names.insert(encode.name).second) encode.name += "_";
        encode.params = spec->make_params();
        encode.info = node.info;
        encode.info.name = encode.name;
        encode.info.inputs = {type};
        encode.mark = input.mark;
        encode.inputs = {input};
        encode.on_error =
            std::ranges::any_of(plan.sinks, &SinkPlan::errors) ? OnError::DeadLetter : OnError::Stop;
        plan.nodes.push_back(std::move(encode));
      }
      input = {at->second, 0, input.mark};
    }
  }
}

}  // namespace radflow::detail
