#include "graph/spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "graph/declaration.hpp"
#include "graph/plugin.hpp"

namespace radflow {

std::string_view kind_name(ComponentKind kind) {
  switch (kind) {
    case ComponentKind::Source:
      return "source";
    case ComponentKind::Node:
      return "node";
    case ComponentKind::Sink:
      return "sink";
  }
  return "";
}

const ParamSpec* Spec::param(std::string_view path) const { return find_path(params, path); }

bool Spec::takes_property(std::string_view key) const {
  if (!free_params || param(key)) return false;
  const std::vector<std::string> plain = property_names();
  return key.find('.') != std::string_view::npos || std::ranges::find(plain, key) != plain.end();
}

std::vector<std::string> Spec::property_names() const {
  return plain_properties ? plain_properties() : std::vector<std::string>{};
}

Registry& Registry::instance() {
  static Registry registry;
  return registry;
}

void Registry::add(Spec spec) {
  if (plugin_loads()) return enlist([this, spec = std::move(spec)] { add(spec); });
  if (const std::string wrong = defect(spec); !wrong.empty()) throw std::logic_error{wrong};
  if (const Spec* known = find(spec.kind, spec.name))
    throw name_is_taken(kind_name(spec.kind), spec.name, known);
  specs_.push_back(std::make_unique<const Spec>(std::move(spec)));
  note_origin(specs_.back().get());
}

const Spec* Registry::find(ComponentKind kind, std::string_view name) const {
  for (const auto& spec : specs_)
    if (spec->kind == kind && spec->name == name) return spec.get();
  return nullptr;
}

std::vector<const Spec*> Registry::all(ComponentKind kind) const {
  std::vector<const Spec*> found;
  for (const auto& spec : specs_)
    if (spec->kind == kind) found.push_back(spec.get());
  std::ranges::sort(found, {}, &Spec::name);
  return found;
}

std::vector<SharedBlock> Registry::shared_blocks() const {
  std::vector<SharedBlock> blocks;
  for (const auto& spec : specs_)
    if (const SharedBlock& block = spec->shared_block;
        !block.name.empty() && std::ranges::find(blocks, block.name, &SharedBlock::name) == blocks.end())
      blocks.push_back(block);
  return blocks;
}

}  // namespace radflow
