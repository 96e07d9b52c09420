#include "graph/run/arriving.hpp"

#include <algorithm>

namespace radflow {

Slot::State arriving(const Layout::Node& node, const Slot* slots, std::span<const Payload*> inputs) {
  Slot::State state = Slot::State::Value;
  std::size_t absent = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const int at = node.inputs[i];
    const bool optional = !node.optional.empty() && node.optional[i];
    if (at < 0 || (optional && slots[at].state == Slot::State::Filtered)) {
      inputs[i] = nullptr;
      ++absent;
    } else {
      state = std::max(state, slots[at].state);  // Failed over Filtered over Value
      inputs[i] = &slots[at].payload;
    }
  }
  // Nothing arrives that the node could be called for.
  return absent > 0 && absent == inputs.size() ? Slot::State::Filtered : state;
}

}  // namespace radflow
