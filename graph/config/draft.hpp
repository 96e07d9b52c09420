// The steps from YAML to a Plan, in the order load_plan() takes them. Each adds what it finds wrong and goes
// on with what is left, so that one run reports everything. Used by graph/ only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "graph/plan.hpp"
#include "graph/plugin.hpp"
#include "graph/suggestion.hpp"
#include "graph/value.hpp"

namespace radflow::detail {

// What is wrong so far.
class Findings {
 public:
  void add(const Mark& mark, std::string message) { list.push_back({mark, std::move(message)}); }

  std::vector<Diagnostic> list;
};

// What the file says of one component, before it is wired to others.
struct Draft {
  ComponentPlan component;  // spec is null if the type is unknown
  ComponentKind kind = ComponentKind::Node;
  std::string type;
  bool named = false;  // the file names it; else its type does
  std::optional<Value> from;
  std::optional<int> concurrency;
  std::optional<OnError> on_error;
  std::optional<Retry> retry;
  GroupPlan group;
  std::optional<BatchPlan> batch;
  std::optional<Order> order;
};

// An input that names nothing: already reported, checks pass over it.
inline constexpr int unknown_node = -2;

// suggestion(), or "; it has width, height" if nothing is near.
std::string suggestion_or_all(std::string_view name, const std::vector<std::string>& known);

// 1. overrides.cpp: changes the tree as --set, --input and --output say.
void apply_overrides(Value& root, const Overrides& overrides, Findings& found);

// Properties of a connector's library and where their keys stand.
struct GivenProperties {
  std::vector<std::pair<std::string, std::string>> values;
  std::vector<std::pair<std::string, Mark>> marks;

  // What is wrong with it, or "". A property whose variable is not set, which is reported, is left out; but the one
  // that the connector needs counts as given.
  std::string add(const Value::Entry& entry, const SharedBlock& block);
};
// The key is the name of the block.
using SharedProperties = std::map<std::string, GivenProperties>;

// 2. plugins.cpp: loads what stands under the key `plugins`, before components are looked up.
std::vector<Plugin> read_plugins(const Value& root, const std::string& folder, Findings& found);

// 2. settings.cpp: every other top-level key but sources, nodes and sinks. Gives the properties in the blocks that
// connectors share; where the property that a connector needs is missing, its mark is the mark of the block.
SharedProperties read_settings(const Value& root, Plan& plan, Findings& found);

// 3. component.cpp: type, name, parameters of one component.
struct ReadOptions {
  std::string folder;     // where relative paths start
  bool training = false;  // what Overrides::training says
};
Draft read_component(const Value& item, ComponentKind kind, const ReadOptions& options, Findings& found);

// input_count.cpp: how many inputs a node needs at least, because optional ones at the end of a list may be left out;
// and what is wrong with a node's taking `count` inputs; "" if nothing.
std::size_t least_inputs(const Spec& spec);
std::string wrong_count(const NodePlan& node, std::size_t count);

// 4. wiring.cpp: names and `from` become edges; fills plan.nodes and plan.sinks, in the file's order.
void wire(std::vector<Draft> nodes, std::vector<Draft> sinks, Plan& plan, Findings& found);

// 5. unused_branches.cpp: every branch ends at a sink if every node's output is taken by something and there is no
// cycle. One that does not is a warning.
void check_used(Plan& plan);
// sort.cpp: cuts the cycles it reports, then puts plan.nodes into topological order.
void sort_nodes(Plan& plan, Findings& found);

// 6. types.cpp: payload types along the edges, rule 8 for joins.
void check_types(const Plan& plan, Findings& found);
// arriving_type() of plan.hpp gives null while a type is unknown because of an error
// that was reported before.

// groups.cpp: nodes that gather stand one behind the other, and exactly_once takes none.
void check_groups(const Plan& plan, Findings& found);

// 7. delivery.cpp: exactly_once takes connectors that know transactions.
void check_delivery(const Plan& plan, Findings& found);

// 8. plan_digest.cpp: GraphInfo::digest, BuildInfo::upstream and upstream_digest. Before the nodes that make records
// are inserted: they belong to the connectors.
void digest(Plan& plan, const std::vector<Plugin>& plugins);

// 9. origins.cpp: BuildInfo::from; key_is_unique and has_tiles of sinks.
void tell_origins(Plan& plan);
// "decode", or "route.matched" of a node with several outputs.
std::string origin(const InputPlan& input, const Plan& plan);

// 10. record_makers.cpp: a typed payload on its way to a sink that takes records goes through the node that makes
// records of it.
void insert_record_makers(Plan& plan, Findings& found);

}  // namespace radflow::detail
