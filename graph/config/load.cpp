// From YAML to a Plan: reads, checks everything, and only then says yes.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "graph/build.hpp"
#include "graph/config/draft.hpp"

namespace radflow {
namespace detail {
namespace {

std::vector<Draft> read_section(const Value& root, const std::string& key, ComponentKind kind,
                                const ReadOptions& options, Findings& found) {
  std::vector<Draft> drafts;
  const Value* section = root.find(key);
  if (!section || section->kind == Value::Kind::Null) return drafts;
  if (section->kind != Value::Kind::List) {
    found.add(section->mark,
              fmt::format("{}: expected a list of {}s, one `- type: {{parameter: value}}` each", key,
                          kind_name(kind)));
    return drafts;
  }
  for (const Value& item : section->items) drafts.push_back(read_component(item, kind, options, found));
  return drafts;
}

// A sink of the dead letters is named `errors` unless the file names it.
void name_error_sinks(std::vector<Draft>& sinks) {
  for (Draft& sink : sinks)
    if (!sink.named && sink.from && sink.from->text == "errors") sink.component.name = "errors";
}

void check_names(const std::vector<Draft>& drafts, Findings& found) {
  std::map<std::string, const Draft*> known;
  for (const Draft& draft : drafts) {
    if (draft.type.empty()) continue;
    const auto [first, fresh] = known.emplace(draft.component.name, &draft);
    if (!fresh)
      found.add(draft.component.mark,
                fmt::format("two {}s are named '{}', the first at line {}; give this one a `name`",
                            kind_name(draft.kind), draft.component.name, first->second->component.mark.line));
  }
}

void check_sections(const std::vector<Draft>& sources, const std::vector<Draft>& sinks, const Value& root,
                    Findings& found) {
  const auto section_mark = [&](std::string_view key) {
    for (const Value::Entry& entry : root.entries)
      if (entry.key == key) return entry.mark;
    return Mark{root.mark.file, 1, 1};
  };
  // A section whose name is misspelt is reported as misspelt.
  const auto misspelt = [&](const std::string& key) {
    return std::ranges::any_of(root.entries, [&](const Value::Entry& entry) {
      return entry.key != key && nearest(entry.key, {"sources", "nodes", "sinks"}) == key;
    });
  };
  const Value* source_list = root.find("sources");
  const Value* sink_list = root.find("sinks");
  if (sources.empty() && (source_list || !misspelt("sources")) &&
      (!source_list || source_list->kind == Value::Kind::List || source_list->kind == Value::Kind::Null))
    found.add(section_mark("sources"),
              "the graph has no source; add one under `sources:` (`radflow list sources`)");
  const auto takes_results = [](const Draft& sink) { return !sink.from || sink.from->text != "errors"; };
  if (std::ranges::none_of(sinks, takes_results) && (sink_list || !misspelt("sinks")) &&
      (!sink_list || sink_list->kind == Value::Kind::List || sink_list->kind == Value::Kind::Null))
    found.add(section_mark("sinks"),
              sinks.empty() ? "the graph has no sink; add one under `sinks:` (`radflow list sinks`)"
                            : "no sink takes results, only dead letters; add one");
}

// The shared block's properties come first: a component's own win.
void share_properties(const SharedProperties& blocks, ComponentPlan& component) {
  if (!component.spec) return;
  const auto block = blocks.find(component.spec->shared_block.name);
  if (block == blocks.end()) return;
  const GivenProperties& shared = block->second;
  const auto put_first = [](auto& list, const auto& first) {
    list.insert(list.begin(), first.begin(), first.end());
  };
  put_first(component.info.properties, shared.values);
  put_first(component.param_marks, shared.marks);
}

void complete_info(Plan& plan) {
  const auto complete = [&](ComponentPlan& component) {
    component.info.graph = plan.info.name;
    component.info.name = component.name;
    component.info.delivery = plan.delivery;
  };
  std::ranges::for_each(plan.sources, complete);
  std::ranges::for_each(plan.nodes, complete);
  std::ranges::for_each(plan.sinks, complete);
  for (NodePlan& node : plan.nodes)
    for (const InputPlan& input : node.inputs) {
      const auto port = static_cast<std::size_t>(input.taker);
      if (port > node.info.inputs.size()) node.info.inputs.resize(port);  // ports before it are not wired
      node.info.inputs.push_back(arriving_type(input, plan));
    }
  for (SinkPlan& sink : plan.sinks)
    for (const InputPlan& input : sink.inputs) sink.info.inputs.push_back(arriving_type(input, plan));
}

[[noreturn]] void refuse(Findings found) { throw ConfigError{std::move(found.list)}; }

Plan make_plan(Value root, const std::string& file, const Overrides& overrides, Findings found) {
  if (root.kind == Value::Kind::Null && !found.list.empty()) refuse(std::move(found));
  if (root.kind != Value::Kind::Map) {
    found.add({file, 1, 1}, "expected a graph: a map with the keys sources, nodes and sinks");
    refuse(std::move(found));
  }
  Plan plan;
  plan.file = file;
  apply_overrides(root, overrides, found);
  const ReadOptions options{std::filesystem::path{file}.parent_path().string(), overrides.training};
  const std::vector<Plugin> plugins = read_plugins(root, options.folder, found);
  const auto shared = read_settings(root, plan, found);
  std::vector<Draft> sources = read_section(root, "sources", ComponentKind::Source, options, found);
  std::vector<Draft> nodes = read_section(root, "nodes", ComponentKind::Node, options, found);
  std::vector<Draft> sinks = read_section(root, "sinks", ComponentKind::Sink, options, found);
  name_error_sinks(sinks);
  for (const auto* drafts : {&sources, &nodes, &sinks}) check_names(*drafts, found);
  check_sections(sources, sinks, root, found);

  for (Draft& source : sources) plan.sources.push_back(std::move(source.component));
  wire(std::move(nodes), std::move(sinks), plan, found);
  for (ComponentPlan& source : plan.sources) share_properties(shared, source);
  for (SinkPlan& sink : plan.sinks) share_properties(shared, sink);
  check_used(plan);
  sort_nodes(plan, found);
  check_types(plan, found);
  // Neither what stands in for sources and sinks nor a replay knows transactions:
  // a graph that is tried on them runs without.
  if (plan.delivery == Delivery::ExactlyOnce && overrides.sink && !overrides.source && !overrides.replay)
    plan.warnings.push_back({{overrides.sink({}).option, 0, 0},
                             "what stands in for the sinks knows no transactions: this run delivers at least "
                             "once, not exactly_once"});
  if (overrides.source || overrides.sink || overrides.replay) plan.delivery = Delivery::AtLeastOnce;
  plan.replay = overrides.replay;
  check_delivery(plan, found);
  check_groups(plan, found);
  complete_info(plan);
  if (!found.list.empty()) {
    std::ranges::move(refusals(plan, overrides.training ? Purpose::Train : Purpose::Run),
                      std::back_inserter(found.list));
    refuse(std::move(found));
  }

  digest(plan, plugins);
  tell_origins(plan);
  insert_record_makers(plan, found);
  if (!found.list.empty()) refuse(std::move(found));
  return plan;
}

}  // namespace
}  // namespace detail

Plan load_plan(const std::string& file, const Overrides& overrides) {
  detail::Findings found;
  Value root = read_yaml_file(file, found.list);
  return detail::make_plan(std::move(root), file, overrides, std::move(found));
}

Plan load_plan_text(std::string_view yaml, const std::string& file, const Overrides& overrides) {
  detail::Findings found;
  Value root = read_yaml(yaml, file, found.list);
  return detail::make_plan(std::move(root), file, overrides, std::move(found));
}

std::unique_ptr<NodeBody> make_node(std::string_view yaml, const std::string& folder) {
  detail::Findings found;
  const Value item = read_yaml(yaml, "node", found.list);
  const detail::ReadOptions options{folder, false};
  detail::Draft draft;
  if (found.list.empty()) draft = read_component(item, ComponentKind::Node, options, found);
  if (!found.list.empty()) detail::refuse(std::move(found));
  draft.component.info.graph = "test";
  draft.component.info.name = draft.component.name;
  draft.component.info.metrics = std::make_shared<NodeMetrics>(*draft.component.spec);
  try {
    return draft.component.spec->make_node(draft.component.params.get(), draft.component.info);
  } catch (const std::exception& error) {
    throw ConfigError{{diagnose(draft.component, error)}};
  }
}

}  // namespace radflow
