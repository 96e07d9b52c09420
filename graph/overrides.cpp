// Changes the tree of a graph file before it is read: --set, --input, --output.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "graph/draft.hpp"

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

Value map(std::vector<Value::Entry> entries, Mark mark) {
  Value value;
  value.kind = Value::Kind::Map;
  value.entries = std::move(entries);
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

// The value of `key`, made if it is not there; `target` becomes a map if it was empty.
Value& child(Value& target, const std::string& key, const Mark& mark) {
  if (target.kind == Value::Kind::Null) target.kind = Value::Kind::Map;
  if (Value* known = target.find(key)) return *known;
  target.entries.push_back({key, mark, {}});
  target.entries.back().value.mark = mark;
  return target.entries.back().value;
}

void assign(Value& target, const std::string& key, Value value, const Mark& mark) {
  child(target, key, mark) = std::move(value);
  for (Value::Entry& entry : target.entries)
    if (entry.key == key) entry.mark = mark;  // errors are the command line's, not the line's it replaces
}

bool is_wiring(std::string_view key) {
  return key == "name" || key == "from" || key == "concurrency" || key == "on_error" || key == "retry" ||
         key == "order";
}

// A component of the tree as it stands: its type, its name and where its parameters are.
struct Found {
  std::string type, name;
  Value* item = nullptr;
};

std::vector<Found> components(Value& root, const std::string& section) {
  std::vector<Found> found;
  Value* items = root.find(section);
  if (!items) return found;
  for (Value& item : items->items) {
    Found component{item.kind == Value::Kind::Scalar ? item.text : "", "", &item};
    for (const Value::Entry& entry : item.entries)
      if (component.type.empty() && !is_wiring(entry.key)) component.type = entry.key;
    component.name = component.type;
    const Value* inside = item.find(component.type);
    const Value* from = item.find("from");
    if (inside && !from) from = inside->find("from");
    if (section == "sinks" && from && from->text == "errors") component.name = "errors";
    if (const Value* name = item.find("name"))
      component.name = name->text;
    else if (const Value* inner = inside ? inside->find("name") : nullptr)
      component.name = inner->text;
    found.push_back(std::move(component));
  }
  return found;
}

class Setter {
 public:
  Setter(Value& root, Findings& found) : root_{root}, found_{found} {}

  void set(const std::string& assignment) {
    const std::size_t equals = assignment.find('=');
    const std::string path = assignment.substr(0, equals);
    const Mark mark{"--set " + path, 0, 0};
    if (equals == std::string::npos || path.empty())
      return found_.add({"--set " + assignment, 0, 0}, "expected PATH=VALUE such as nodes.resize.width=128");
    Value value = read_yaml(assignment.substr(equals + 1), mark.file, found_.list);
    place_at(value, mark);

    const std::size_t dot = path.find('.');
    const std::string head = path.substr(0, dot);
    const std::string rest = dot == std::string::npos ? "" : path.substr(dot + 1);
    if (head == "nodes" || head == "sources" || head == "sinks")
      return set_component(head, rest, std::move(value), mark);
    if (head == "kafka" || head == "http") {
      if (rest.empty()) return found_.add(mark, fmt::format("expected {}.KEY=VALUE", head));
      assign(child(root_, head, mark), rest, std::move(value), mark);
      return;
    }
    if (!rest.empty()) {
      const std::string near = suggestion(head, {"nodes", "sources", "sinks", "kafka", "http"});
      return found_.add(mark, fmt::format("there is nothing named '{}'{}", head,
                                          near.empty() ? "; paths begin with nodes, sources, "
                                                         "sinks, kafka or http"
                                                       : near));
    }
    assign(root_, head, std::move(value), mark);  // an unknown key is reported with the file's own
  }

 private:
  // The parts of a value from the command line have no lines and columns.
  static void place_at(Value& value, const Mark& mark) {
    value.mark = mark;
    for (Value& item : value.items) place_at(item, mark);
    for (Value::Entry& entry : value.entries) {
      entry.mark = mark;
      place_at(entry.value, mark);
    }
  }

  void set_component(const std::string& section, const std::string& rest, Value value, const Mark& mark) {
    const std::size_t dot = rest.find('.');
    if (dot == std::string::npos)
      return found_.add(mark, fmt::format("expected {}.NAME.PARAMETER=VALUE", section));
    const std::string name = rest.substr(0, dot);
    const std::string param = rest.substr(dot + 1);
    std::vector<std::string> names;
    Value* item = nullptr;
    std::string type;
    for (Found& component : components(root_, section)) {
      names.push_back(component.name);
      if (component.name == name && !item) {
        item = component.item;
        type = component.type;
      }
    }
    if (!item) {
      std::string tail = suggestion(name, names);
      if (tail.empty())
        tail = names.empty() ? "; there are none" : fmt::format("; there are {}", fmt::join(names, ", "));
      return found_.add(mark, fmt::format("there is nothing named '{}' in {}{}", name, section, tail));
    }
    if (item->kind == Value::Kind::Scalar) {  // `- decode` becomes `- decode: {}`
      const Mark at = item->mark;
      *item = map({{type, at, {}}}, at);
    }
    const ComponentKind kind = section == "nodes"   ? ComponentKind::Node
                               : section == "sinks" ? ComponentKind::Sink
                                                    : ComponentKind::Source;
    const Spec* spec = Registry::instance().find(kind, type);
    const bool wiring = is_wiring(param) && !(spec && spec->param(param));
    if (wiring && item->find(param)) {
      return assign(*item, param, std::move(value), mark);
    }
    set_param(*item->find(type), param, spec, std::move(value), mark);
  }

  // `train.trees` is nested unless keys with dots are properties: `fetch.wait.max.ms`.
  static void set_param(Value& params, std::string_view path, const Spec* spec, Value value,
                        const Mark& mark) {
    Value* target = &params;
    const bool property = spec && spec->free_params && !spec->param(path);
    for (std::size_t dot; !property && (dot = path.find('.')) != std::string_view::npos;
         path.remove_prefix(dot + 1))
      target = &child(*target, std::string{path.substr(0, dot)}, mark);
    assign(*target, std::string{path}, std::move(value), mark);
  }

  Value& root_;
  Findings& found_;
};

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
  Setter setter{root, found};
  for (const std::string& assignment : overrides.set) setter.set(assignment);
  if (overrides.input) replace_sources(root, *overrides.input);
  if (overrides.output) replace_sinks(root, *overrides.output, overrides.replay);
  forget_unused_variables(root, found);
}

}  // namespace radflow::detail
