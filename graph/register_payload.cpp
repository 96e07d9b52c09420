#include "graph/register_payload.hpp"

#include <algorithm>

#include "graph/plugin.hpp"

namespace radflow {

PayloadRegistry& PayloadRegistry::instance() {
  static PayloadRegistry registry;
  return registry;
}

void PayloadRegistry::add(PayloadFormat format) {
  if (plugin_loads()) return enlist([this, format = std::move(format)] { add(format); });
  if (const PayloadFormat* known = find(format.type->name))
    throw name_is_taken("payload type", format.type->name, known);
  formats_.push_back(std::make_unique<const PayloadFormat>(std::move(format)));
  note_origin(formats_.back().get());
}

const PayloadFormat* PayloadRegistry::find(std::string_view name) const {
  for (const auto& format : formats_)
    if (format->type->name == name) return format.get();
  return nullptr;
}

std::vector<const PayloadFormat*> PayloadRegistry::all() const {
  std::vector<const PayloadFormat*> found;
  for (const auto& format : formats_) found.push_back(format.get());
  std::ranges::sort(found, {}, [](const PayloadFormat* format) { return format->type->name; });
  return found;
}

}  // namespace radflow
