#include "graph/param_reading.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "graph/left_out.hpp"
#include "graph/param_value.hpp"

namespace radflow {
namespace {

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// All entries of a map but those of `others`; the names of the fields that are given, or meant.
void read_entries(const std::vector<ParamSpec>& fields, void* object, const Value& map,
                  std::string_view other, Reading& reading) {
  std::vector<std::string> given;
  for (const Value::Entry& entry : map.entries) {
    if (entry.key == other) continue;
    const ParamSpec* field = find_field(fields, entry.key);
    given.push_back(field ? entry.key : unknown_field(fields, entry, {}, reading));
    if (field) read_field(*field, object, entry, reading);
  }
  check_missing(fields, given, reading);
}

}  // namespace

void Reading::wrong(const std::string& message) const {
  found(mark, fmt::format("{}.{}: {}", component, way, message));
}

void Reading::inside(const std::string& key, const Mark& at, const std::function<void()>& read) {
  const std::string outer_way = std::exchange(way, path_of(key));
  const Mark outer_mark = std::exchange(mark, at);
  marks.emplace_back(way, mark);
  read();
  way = outer_way;
  mark = outer_mark;
}

void read_fields(const std::vector<ParamSpec>& fields, void* object, const Value& map, Reading& reading) {
  if (map.kind != Value::Kind::Map) return reading.wrong("expected a map");
  read_entries(fields, object, nested(map, fields), "", reading);
}

void read_field(const ParamSpec& field, void* object, const Value::Entry& entry, Reading& reading) {
  reading.inside(entry.key, place(entry), [&] { field.set(object, entry.value, reading); });
}

std::string unknown_field(const std::vector<ParamSpec>& fields, const Value::Entry& entry,
                          const std::vector<std::string>& others, const Reading& reading) {
  const std::string name = reading.path_of(entry.key);
  std::vector<std::string> own;
  for (const ParamSpec& field : fields) own.push_back(reading.path_of(field.name));
  // Of what stands in a list or a map, the component's own parameters say nothing.
  const bool listed = own.empty() || std::ranges::any_of(reading.all, [&](const std::string& path) {
                        return path.starts_with(own.front());
                      });
  const std::vector<std::string>& it_has = listed ? reading.all : own;
  std::vector<std::string> known = it_has;
  known.insert(known.end(), own.begin(), own.end());
  known.insert(known.end(), others.begin(), others.end());
  const std::string near = nearest(name, known);
  std::string tail = it_has.empty() ? "; it has none" : fmt::format("; it has {}", fmt::join(it_has, ", "));
  if (near == name)  // a parameter of another alternative
    tail = fmt::format(" with what is selected beside it; that has {}", fmt::join(own, ", "));
  else if (!near.empty())
    tail = fmt::format("; did you mean '{}'?", near);
  reading.found(entry.mark, fmt::format("'{}' has no parameter '{}'{}", reading.component, name, tail));
  return near.starts_with(reading.way) && !reading.way.empty() ? near.substr(reading.way.size() + 1) : near;
}

void check_missing(const std::vector<ParamSpec>& fields, const std::vector<std::string>& given,
                   const Reading& reading) {
  for (const ParamSpec& field : fields) {
    if (contains(given, field.name)) continue;
    const std::string path = reading.path_of(field.name);
    if (field.limits().required && !(reading.training && field.limits().trained))
      reading.found(reading.mark, fmt::format("'{}' needs the parameter '{}': {}", reading.component, path,
                                              field.sentence));
    if (field.shape.type != ParamType::Struct || field.shape.optional) continue;
    Reading inner = reading;
    inner.way = path;
    check_missing(field.shape.fields, {}, inner);
  }
}

void read_selection(const Alternatives& alternatives, Selection& selection, const Value& given,
                    Reading& reading) {
  if (given.kind != Value::Kind::Map) return reading.wrong("expected a map");
  const ParamSpec& selector = alternatives.selector;
  std::string name = selector.default_text;
  if (const Value* named = given.find(selector.name)) {
    std::vector<std::string> names;
    for (const Alternative& one : alternatives.all) names.push_back(one.name);
    std::string wrong;
    reading.inside(selector.name, named->mark, [&] {
      wrong = parse_choice(*named, names, name);
      if (const std::string family = wrong.empty() ? "" : choice_left_out(named->text); !family.empty())
        wrong = fmt::format("there is no {} '{}' here: {}", selector.name, named->text, family);
      if (!wrong.empty()) reading.wrong(wrong);
    });
    if (!wrong.empty()) return;  // whose parameters the others are is not known
  }
  const Alternative* one = alternatives.find(name);
  if (!one) return reading.wrong(fmt::format("there is no {} '{}'", selector.name, name));
  selection = {name, one->make_params()};
  read_entries(one->fields, selection.params.get(), nested(given, one->fields), selector.name, reading);
}

Value nested(const Value& map, const std::vector<ParamSpec>& fields) {
  Value tree = map;
  tree.entries.clear();
  for (const Value::Entry& entry : map.entries) {
    const std::size_t dot = entry.key.find('.');
    const ParamSpec* holder =
        dot == std::string::npos ? nullptr : find_field(fields, entry.key.substr(0, dot));
    if (!holder || find_field(fields, entry.key) || !find_path(fields, entry.key)) {
      tree.entries.push_back(entry);
      continue;
    }
    Value* inner = tree.find(holder->name);
    if (!inner) {
      tree.entries.push_back({holder->name, entry.mark, {}});
      inner = &tree.entries.back().value;
      inner->kind = Value::Kind::Map;
      inner->mark = entry.mark;
    }
    inner->entries.push_back({entry.key.substr(dot + 1), entry.mark, entry.value});
  }
  return tree;
}

}  // namespace radflow
