#include "graph/spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

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

const ParamSpec* Spec::param(std::string_view wanted) const {
  const auto found = std::ranges::find(params, wanted, &ParamSpec::name);
  return found == params.end() ? nullptr : &*found;
}

bool Spec::takes_property(std::string_view key) const {
  if (!free_params || param(key)) return false;
  const std::vector<std::string> plain = property_names();
  return key.find('.') != std::string_view::npos || std::ranges::find(plain, key) != plain.end();
}

std::vector<std::string> Spec::property_names() const {
  return plain_properties ? plain_properties() : std::vector<std::string>{};
}

std::vector<PortSpec> name_ports(const std::vector<const PayloadType*>& types, std::vector<std::string> names,
                                 const std::string& single, Spec& spec) {
  const bool inputs = single == "in";
  const auto refuse = [&](std::string why) {
    if (spec.defect.empty()) spec.defect = fmt::format("node '{}': {}", spec.name, why);
  };
  if (names.empty() && types.size() == 1) names = {single};
  if (names.size() != types.size())
    refuse(fmt::format("its call operator has {} {}, but {} named; name each with .{}({{...}})", types.size(),
                       inputs ? "inputs" : "outputs",
                       names.size() == 1 ? "1 is" : fmt::format("{} are", names.size()),
                       inputs ? "inputs" : "outputs"));
  std::vector<PortSpec> ports;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string& name = names[i];
    const bool plain = !name.empty() && std::ranges::all_of(name, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (!plain) refuse(fmt::format("a port is named '{}'; take letters, digits and '_'", name));
    if (std::ranges::find(ports, name, &PortSpec::name) != ports.end())
      refuse(fmt::format("two {} are named '{}'", inputs ? "inputs" : "outputs", name));
    ports.push_back({name, i < types.size() ? types[i] : nullptr});
  }
  return ports;
}

Registry& Registry::instance() {
  static Registry registry;
  return registry;
}

void Registry::add(Spec spec) {
  if (plugin_loads()) return enlist([this, spec = std::move(spec)] { add(spec); });
  if (!spec.defect.empty()) throw std::logic_error{spec.defect};
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

}  // namespace radflow
