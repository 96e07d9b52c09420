// Changes the tree of a graph file before it is read: --set (set.cpp), --input, --output.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "graph/config/draft.hpp"
#include "graph/config/edit.hpp"

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

void replace_sources(Value& root, const std::string& input) {
  const Mark mark{"--input", 0, 0};
  Value path = scalar(std::filesystem::absolute(input).string(), mark);
  Value files = map({{"files", mark, map({{"path", mark, std::move(path)}}, mark)}}, mark);
  assign(root, "sources", list({std::move(files)}, mark), mark);
}

// Every sink becomes an `ndjson` of its name and inputs on one file; dead letters go to a file beside it. A
// Kafka source goes on where it stopped, so lines are added; every other input is read whole again, so the
// file is new.
void replace_sinks(Value& root, const std::string& output, bool replay) {
  const Mark mark{"--output", 0, 0};
  const std::string path = std::filesystem::absolute(output).string();
  const std::string errors_path =
      (path.ends_with(".ndjson") ? path.substr(0, path.size() - 7) : path) + ".errors.ndjson";
  const auto goes_on = [](const Found& source) { return source.type == "kafka"; };
  const std::string if_exists =
      !replay && std::ranges::any_of(components(root, "sources"), goes_on) ? "append" : "overwrite";
  std::vector<Value> sinks;
  bool has_errors = false;
  const auto add = [&](const std::string& name, const Value* from, const Mark& at, bool errors) {
    Value params = map({{"path", mark, scalar(errors ? errors_path : path, mark)},
                        {"if_exists", mark, scalar(if_exists, mark)}},
                       mark);
    Value item = map({{"ndjson", at, std::move(params)}, {"name", at, scalar(name, at)}}, at);
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

using Places = std::set<std::pair<int, int>>;

void collect_places(const Value& value, Places& places) {
  if (value.kind == Value::Kind::Scalar) places.emplace(value.mark.line, value.mark.column);
  for (const Value& item : value.items) collect_places(item, places);
  for (const Value::Entry& entry : value.entries) collect_places(entry.value, places);
}

// Drops what was found of variables in values that nothing reads: replaced ones, a kafka block without use.
void forget_unused_variables(Value& root, Findings& found) {
  const auto is_kafka = [](const Found& component) { return component.type == "kafka"; };
  const bool kafka = std::ranges::any_of(components(root, "sources"), is_kafka) ||
                     std::ranges::any_of(components(root, "sinks"), is_kafka);
  Places places;
  for (const Value::Entry& entry : root.entries)
    if (kafka || entry.key != "kafka") collect_places(entry.value, places);
  std::erase_if(found.list, [&](const Diagnostic& diagnostic) {
    return diagnostic.unset_variable && diagnostic.mark.line > 0 &&
           !places.contains({diagnostic.mark.line, diagnostic.mark.column});
  });
}

}  // namespace

void apply_overrides(Value& root, const Overrides& overrides, Findings& found) {
  for (const std::string& assignment : overrides.set) apply_set(root, assignment, found);
  if (overrides.input) replace_sources(root, *overrides.input);
  if (overrides.output) replace_sinks(root, *overrides.output, overrides.replay);
  forget_unused_variables(root, found);
}

}  // namespace radflow::detail
