// Puts the node that makes records between a node that sends a typed payload and the sinks that take records.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "graph/config/draft.hpp"
#include "graph/record.hpp"

namespace radflow::detail {

void insert_record_makers(Plan& plan, Findings& found) {
  const std::vector<const Spec*> nodes = Registry::instance().all(ComponentKind::Node);
  const auto known = std::ranges::find_if(nodes, &Spec::makes_records);
  const Spec* const spec = known == nodes.end() ? nullptr : *known;
  std::map<std::pair<int, int>, int> makers;  // the key is an output: its sinks share one
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
        found.add(
            input.mark,
            fmt::format("'{}' takes record, but '{}' gives {}; a node that makes records is not part of "
                        "this program",
                        sink.name, node.name, type->name));
        continue;
      }
      const auto [at, fresh] =
          makers.try_emplace({input.node, input.port}, static_cast<int>(plan.nodes.size()));
      if (fresh) {
        NodePlan maker;
        maker.spec = spec;
        maker.name = names.contains(spec->name) ? spec->name + "_" + node.name : spec->name;
        while (!names.insert(maker.name).second) maker.name += "_";
        maker.params = spec->make_params();
        maker.info = node.info;
        maker.info.name = maker.name;
        maker.info.inputs = {type};
        maker.mark = input.mark;
        maker.inputs = {input};
        maker.on_error =
            std::ranges::any_of(plan.sinks, &SinkPlan::errors) ? OnError::DeadLetter : OnError::Stop;
        plan.nodes.push_back(std::move(maker));
      }
      input = {at->second, 0, input.mark};
    }
  }
}

}  // namespace radflow::detail
