// The keys that say how a component stands in the graph, inside its map or beside it: name, from,
// concurrency, batch, on_error, retry, group, order.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "graph/config/draft.hpp"

namespace radflow::detail {

bool is_wiring_key(std::string_view key);
std::vector<std::string> wiring_keys_of(ComponentKind kind);

// Reads one key of a component whose type has been read; what is wrong goes to `found`.
void read_wiring_key(const Value::Entry& entry, Draft& draft, Findings& found);

}  // namespace radflow::detail
