// Changes the tree of a graph file before it is read: --set (set.cpp), and what stands in for sources and sinks.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "graph/config/draft.hpp"
#include "graph/config/edit.hpp"
#include "graph/config/taken_over.hpp"

namespace radflow::detail {
namespace {

Value scalar(std::string text, Mark mark) {
  Value value;
  value.kind = Value::Kind::Scalar;
  value.text = std::move(text);
  value.quoted = true;
  value.mark = std::move(mark);
  return value;
}

Value list(std::vector<Value> items, Mark mark) {
  Value value;
  value.kind = Value::Kind::List;
  value.items = std::move(items);
  value.mark = std::move(mark);
  return value;
}

// `type: {parameter: value}` as the program made it.
Value component(const StandIn& stand_in, const Mark& place, const Mark& mark) {
  Value params = map({}, mark);
  for (const auto& [name, value] : stand_in.params)
    if (value != taken_over) params.entries.push_back({name, mark, scalar(value, mark)});
  return map({{stand_in.type, place, std::move(params)}}, place);
}

// What the sources that are replaced say of a parameter; null of those that do not say it.
std::vector<const Value*> said_of(const std::string& param, const std::string& type,
                                  const std::vector<Found>& sources) {
  std::vector<const Value*> said;
  for (const Found& source : sources) {
    const Value* inside = source.type == type ? source.item->find(type) : nullptr;
    said.push_back(inside ? inside->find(param) : nullptr);
  }
  return said;
}

// One source stands in for all. Where it would lose what they say of their records, such as a mask beside each, it takes it
// over; where they say different things, it cannot stand for all of them.
void replace_sources(Value& root, const StandIn& source, Findings& found) {
  const Mark mark{source.option, 0, 0};
  Value item = component(source, mark, mark);
  for (const auto& [param, value] : source.params) {
    if (value != taken_over) continue;
    const std::vector<const Value*> said = said_of(param, source.type, components(root, "sources"));
    const auto given = std::ranges::find_if(said, [](const Value* one) { return one != nullptr; });
    if (given == said.end()) continue;
    const auto agrees = [&](const Value* one) { return one && one->text == (*given)->text; };
    if (!std::ranges::all_of(said, agrees)) {
      found.add(mark,
                fmt::format("it stands in for {} sources that say different things of `{}`: leave one of "
                            "them in the graph, or give them the same",
                            said.size(), param));
      continue;
    }
    item.entries.front().value.entries.push_back({param, (*given)->mark, **given});
  }
  assign(root, "sources", list({std::move(item)}, mark), mark);
}

const Spec* spec_of(const Found& component, ComponentKind kind) {
  return Registry::instance().find(kind, component.type);
}

// Something stands in for every sink, with its name and inputs, and for the dead letters in any case. Where a source goes
// on where it stopped, what stands in is continued; every other input is read whole again.
void replace_sinks(Value& root, const Overrides& overrides) {
  const auto goes_on = [](const Found& source) {
    const Spec* spec = spec_of(source, ComponentKind::Source);
    return spec && spec->goes_on;
  };
  const bool continued = !overrides.replay && std::ranges::any_of(components(root, "sources"), goes_on);
  const Mark mark{overrides.sink({}).option, 0, 0};
  std::vector<Value> sinks;
  bool has_errors = false;
  const auto add = [&](const std::string& name, const Value* from, const Mark& at, bool errors) {
    Value item = component(overrides.sink({errors, continued}), at, mark);
    item.entries.push_back({"name", at, scalar(name, at)});
    if (from) item.entries.push_back({"from", from->mark, *from});
    sinks.push_back(std::move(item));
    has_errors |= errors;
  };
  for (const Found& sink : components(root, "sinks")) {
    const Value* inside = sink.item->find(sink.type);
    const Value* from = sink.item->find("from");
    if (inside && !from) from = inside->find("from");
    add(sink.name, from, sink.item->mark, from && from->text == "errors");
  }
  if (sinks.empty()) add("results", nullptr, mark, false);
  if (!has_errors) {
    const Value errors = scalar("errors", mark);
    add("errors", &errors, mark, true);
  }
  assign(root, "sinks", list(std::move(sinks), mark), mark);
}

// Names of the blocks that no connector of the graph shares.
std::set<std::string> unused_blocks(Value& root) {
  std::set<std::string> unused;
  for (const SharedBlock& block : Registry::instance().shared_blocks()) unused.insert(block.name);
  for (const auto& [section, kind] :
       {std::pair{"sources", ComponentKind::Source}, std::pair{"sinks", ComponentKind::Sink}})
    for (const Found& connector : components(root, section))
      if (const Spec* spec = spec_of(connector, kind)) unused.erase(spec->shared_block.name);
  return unused;
}

using Places = std::set<std::pair<int, int>>;

void collect_places(const Value& value, Places& places) {
  if (value.kind == Value::Kind::Scalar) places.emplace(value.mark.line, value.mark.column);
  for (const Value& item : value.items) collect_places(item, places);
  for (const Value::Entry& entry : value.entries) collect_places(entry.value, places);
}

// Drops what was found of variables in values that nothing reads: replaced ones, a shared block without use.
void forget_unused_variables(Value& root, Findings& found) {
  const std::set<std::string> unused = unused_blocks(root);
  Places places;
  for (const Value::Entry& entry : root.entries)
    if (!unused.contains(entry.key)) collect_places(entry.value, places);
  std::erase_if(found.list, [&](const Diagnostic& diagnostic) {
    return diagnostic.unset_variable && diagnostic.mark.line > 0 &&
           !places.contains({diagnostic.mark.line, diagnostic.mark.column});
  });
}

}  // namespace

void apply_overrides(Value& root, const Overrides& overrides, Findings& found) {
  for (const std::string& assignment : overrides.set) apply_set(root, assignment, found);
  if (overrides.source) replace_sources(root, *overrides.source, found);
  if (overrides.sink) replace_sinks(root, overrides);
  forget_unused_variables(root, found);
}

}  // namespace radflow::detail
