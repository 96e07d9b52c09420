#include "graph/declaration.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace radflow {
namespace {

bool is_label(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// What is wrong with the names of reasons or metrics, or "".
std::string wrong_names(const Spec& spec, std::string_view kind, const auto& list, const auto& taken) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!is_label(list[i].name))
      return fmt::format("node '{}': the {} '{}' is no metric label; take a-z, 0-9 and '_'", spec.name, kind,
                         list[i].name);
    const auto same = [&](const auto& other) { return other.name == list[i].name; };
    if (std::any_of(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(i), same))
      return fmt::format("node '{}': the {} '{}' is declared twice", spec.name, kind, list[i].name);
    if (std::ranges::any_of(taken, same))
      return fmt::format("node '{}': the {} '{}' is one that every node has", spec.name, kind, list[i].name);
  }
  return "";
}

// What the graph counts of every node: radflow_node_calls_total and so on.
constexpr ReasonSpec metrics_of_any_node[] = {{"calls", ""},
                                              {"results", ""},
                                              {"filtered", ""},
                                              {"failures", ""},
                                              {"warnings", ""},
                                              {"duration_seconds", ""},
                                              {"duration_seconds_sum", ""},
                                              {"duration_seconds_count", ""},
                                              {"duration_seconds_bucket", ""}};

// A metric of one name is one family of the page: of one kind and with the same labels, and its exported name is nobody else's.
std::string wrong_metric(const Spec& spec) {
  for (const MetricSpec& metric : spec.metrics)
    if (metric.name.ends_with("_total"))
      return fmt::format("node '{}': the metric '{}' ends in _total, which is added to the name of a counter",
                         spec.name, metric.name);
  for (const MetricSpec& metric : spec.metrics)
    if (!metric.label.empty() && !is_label(metric.label))
      return fmt::format(
          "node '{}': the label '{}' of the metric '{}' is no metric label; take a-z, 0-9 and '_'", spec.name,
          metric.label, metric.name);
  for (const MetricSpec& metric : spec.metrics)
    for (const std::string_view taken : {"graph", "node", "type"})
      if (metric.label == taken)
        return fmt::format("node '{}': the label '{}' of the metric '{}' is one that every metric has",
                           spec.name, taken, metric.name);
  for (const Spec* other : Registry::instance().all(spec.kind))
    for (const MetricSpec& known : other->metrics)
      for (const MetricSpec& metric : spec.metrics)
        if (known.name == metric.name && (known.kind != metric.kind || known.label != metric.label))
          return fmt::format("node '{}': the metric '{}' is of another kind, or has another label, in '{}'",
                             spec.name, metric.name, other->name);
  return "";
}

std::string wrong_hands_on(const Spec& spec) {
  const auto is_port = [](const std::vector<PortSpec>& ports, const std::string& name) {
    return std::ranges::find(ports, name, &PortSpec::name) != ports.end();
  };
  for (const std::string& name : spec.hands_on)
    if (!is_port(spec.inputs, name) || !is_port(spec.outputs, name) || spec.arity != Arity::One)
      return fmt::format(
          "node '{}': .hands_on '{}' is not both an input and an output of a node that gives one message",
          spec.name, name);
  return "";
}

}  // namespace

std::string exported_name(const MetricSpec& metric) {
  return fmt::format("radflow_node_{}{}", metric.name,
                     metric.kind == MetricSpec::Kind::Counter ? "_total" : "");
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

std::string defect(const Spec& spec) {
  if (!spec.defect.empty()) return spec.defect;
  for (const std::string& wrong :
       {wrong_names(spec, "error", spec.errors, errors_of_any_node),
        wrong_names(spec, "warning", spec.warnings, std::vector<ReasonSpec>{}),
        wrong_names(spec, "metric", spec.metrics, metrics_of_any_node), wrong_hands_on(spec)})
    if (!wrong.empty()) return wrong;
  return wrong_metric(spec);
}

}  // namespace radflow
