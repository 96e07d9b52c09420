// What changes to the tree of a graph file have in common.
#pragma once

#include <string>
#include <vector>

#include "graph/config/draft.hpp"
#include "graph/value.hpp"

namespace radflow::detail {

Value map(std::vector<Value::Entry> entries, Mark mark);

// The value of `key`, made if it is not there; `target` becomes a map if it was empty.
Value& child(Value& target, const std::string& key, const Mark& mark);
void assign(Value& target, const std::string& key, Value value, const Mark& mark);

// A component of the tree as it stands: its type, its name and where its parameters are.
struct Found {
  std::string type, name;
  Value* item = nullptr;
};

// The components of the list under `section`: sources, nodes or sinks.
std::vector<Found> components(Value& root, const std::string& section);

// set.cpp: one --set, "nodes.resize.width=128".
void apply_set(Value& root, const std::string& assignment, Findings& found);

}  // namespace radflow::detail
