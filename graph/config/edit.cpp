#include "graph/config/edit.hpp"

#include <charconv>

#include "graph/config/wiring_keys.hpp"

namespace radflow::detail {

Value map(std::vector<Value::Entry> entries, Mark mark) {
  Value value;
  value.kind = Value::Kind::Map;
  value.entries = std::move(entries);
  value.mark = std::move(mark);
  return value;
}

Value& child(Value& target, const std::string& key, const Mark& mark) {
  std::size_t index = 0;
  if (target.kind == Value::Kind::List)
    if (const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
        error == std::errc{} && end == key.data() + key.size() && index < target.items.size())
      return target.items[index];
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

std::vector<Found> components(Value& root, const std::string& section) {
  std::vector<Found> found;
  Value* items = root.find(section);
  if (!items) return found;
  for (Value& item : items->items) {
    Found component{item.kind == Value::Kind::Scalar ? item.text : "", "", &item};
    for (const Value::Entry& entry : item.entries)
      if (component.type.empty() && !is_wiring_key(entry.key)) component.type = entry.key;
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

}  // namespace radflow::detail
