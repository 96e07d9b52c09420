// radflow describe: one component's ports, parameters and example, from its specification.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/describe_declared.hpp"
#include "cli/terminal.hpp"
#include "graph/left_out.hpp"
#include "graph/plugin.hpp"
#include "graph/spec.hpp"
#include "graph/value.hpp"

namespace radflow::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kinds{ComponentKind::Source, ComponentKind::Node, ComponentKind::Sink};

std::string_view type_name(ParamType type) {
  switch (type) {
    case ParamType::Boolean:
      return "true or false";
    case ParamType::Integer:
      return "integer";
    case ParamType::Number:
      return "number";
    case ParamType::String:
      return "text";
    case ParamType::NumberList:
      return "list of numbers";
    case ParamType::StringList:
      return "list of texts";
    case ParamType::Bytes:
      return "size";
    case ParamType::Duration:
      return "duration";
  }
  return "";
}

std::string_view port_type(const PortSpec& port) { return port.type ? port.type->name : "any"; }

// "integer, 0 to 10", "one of a, b", "file"
std::string allowed(const ParamSpec& param) {
  const Limits& limits = param.limits;
  if (!limits.choices.empty()) return fmt::format("one of {}", fmt::join(limits.choices, ", "));
  std::string text{limits.file ? "file" : type_name(param.type)};
  if (std::isfinite(limits.low) && std::isfinite(limits.high))
    text += fmt::format(", {} to {}", limits.low, limits.high);
  else if (std::isfinite(limits.low))
    text += fmt::format(", at least {}", limits.low);
  else if (std::isfinite(limits.high))
    text += fmt::format(", at most {}", limits.high);
  return text;
}

std::string default_of(const Spec& spec, const ParamSpec& param) {
  if (param.limits.required) return "required";
  if (std::ranges::find(spec.any_of, param.name) != spec.any_of.end())
    return fmt::format("{}: one is required", fmt::join(spec.any_of, ", "));
  return param.default_text.empty() ? "" : "default " + param.default_text;
}

// As it stands in a graph's list: "- resize: {width: 8}".
std::string example(const Spec& spec) {
  const std::string text = spec.example.empty() ? spec.name : spec.example;
  return text.starts_with("- ") ? text : "- " + text;
}

std::string indented(std::string text) {
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; ++at) text.insert(at + 1, "  ");
  return "  " + text;
}

void print_ports(std::string_view title, const std::vector<PortSpec>& ports, std::string_view note) {
  for (const PortSpec& port : ports)
    std::cout << fmt::format("  {:<8}{:<10}{}{}{}\n", title, port.name, port_type(port),
                             port.optional ? ", optional" : "", note);
}

std::string_view gives_note(Arity arity) {
  switch (arity) {
    case Arity::One:
      return "";
    case Arity::Many:
      return ", any number for each message";
    case Arity::Identified:
      return ", with identifiers of its own";
  }
  return "";
}

void print_headers(const std::vector<HeaderSpec>& headers) {
  std::size_t name_width = 0, allowed_width = 0, presence_width = 0;
  for (const HeaderSpec& header : headers) {
    name_width = std::max(name_width, header.name.size());
    allowed_width = std::max(allowed_width, header.allowed.size());
    presence_width = std::max(presence_width, header.presence.size());
  }
  std::cout << "\nheaders of a record\n";
  for (const auto& [name, allowed, presence, sentence] : headers)
    std::cout << fmt::format("  {:<{}}  {:<{}}  {:<{}}  {}\n", name, name_width, allowed, allowed_width,
                             presence, presence_width, sentence);
}

void print_text(const Spec& spec) {
  std::cout << paint_stdout(spec.name, Colour::Bold)
            << fmt::format(" ({}{})\n{}\n\n", kind_name(spec.kind),
                           plugin_of(&spec).empty() ? "" : " of " + plugin_of(&spec), spec.sentence);
  print_ports("takes", spec.inputs, spec.variadic ? ", one or more" : "");
  print_ports("gives", spec.outputs, gives_note(spec.arity));
  if (!spec.params.empty()) std::cout << "\nparameters\n";
  std::size_t name_width = 0, allowed_width = 0, default_width = 0;
  for (const ParamSpec& param : spec.params) {
    name_width = std::max(name_width, param.name.size());
    allowed_width = std::max(allowed_width, std::min<std::size_t>(allowed(param).size(), 30));
    default_width = std::max(default_width, std::min<std::size_t>(default_of(spec, param).size(), 30));
  }
  for (const ParamSpec& param : spec.params)
    std::cout << fmt::format("  {:<{}}  {:<{}}  {:<{}}  {}\n", param.name, name_width, allowed(param),
                             allowed_width, default_of(spec, param), default_width, param.sentence);
  if (!spec.headers.empty()) print_headers(spec.headers);
  print_declared(spec);
  if (spec.free_params)
    std::cout << fmt::format(
        "  any key with a dot in it{} is a property of the library underneath\n",
        spec.plain_properties ? fmt::format(", and {},", fmt::join(spec.property_names(), ", ")) : "");
  if (spec.transient)
    std::cout
        << "\nretry: {times: N, backoff: 200ms} is allowed: "
        << (spec.kind == ComponentKind::Sink
                ? "what cannot be written is tried again N times, then the graph stops; default: without "
                  "end\n"
                : "what may pass is tried again N times, then it is an error\n");
  if (!spec.own_retry.empty()) std::cout << "\nno retry: " << spec.own_retry << '\n';
  std::cout << "\nexample\n" << indented(example(spec)) << '\n';
}

Json ports_json(const std::vector<PortSpec>& ports) {
  Json list = Json::array();
  for (const PortSpec& port : ports) {
    list.push_back({{"name", port.name}, {"type", port_type(port)}});
    if (port.optional) list.back()["optional"] = true;
  }
  return list;
}

Json param_json(const ParamSpec& param) {
  Json json{{"name", param.name}, {"type", type_name(param.type)}, {"sentence", param.sentence}};
  const Limits& limits = param.limits;
  if (limits.required)
    json["required"] = true;
  else if (!param.default_text.empty())
    json["default"] = param.default_text;
  if (std::isfinite(limits.low)) json["minimum"] = limits.low;
  if (std::isfinite(limits.high)) json["maximum"] = limits.high;
  if (!limits.choices.empty()) json["choices"] = limits.choices;
  if (limits.file) json["file"] = true;
  return json;
}

Json spec_json(const Spec& spec) {
  Json params = Json::array(), headers = Json::array();
  for (const auto& [name, allowed, presence, sentence] : spec.headers)
    headers.push_back({{"name", name}, {"allowed", allowed}, {"presence", presence}, {"sentence", sentence}});
  for (const ParamSpec& param : spec.params) params.push_back(param_json(param));
  Json json{{"kind", kind_name(spec.kind)},
            {"name", spec.name},
            {"sentence", spec.sentence},
            {"inputs", ports_json(spec.inputs)},
            {"any_number_of_inputs", spec.variadic},
            {"outputs", ports_json(spec.outputs)},
            {"splits", spec.arity == Arity::Many},
            {"properties", spec.free_params},
            {"needs_one_of", spec.any_of},
            {"retry", spec.transient},
            {"parameters", std::move(params)},
            {"headers", std::move(headers)},
            {"example", example(spec)}};
  add_declared(spec, json);
  return json;
}

int describe(const std::string& name, bool json) {
  std::vector<const Spec*> found;
  std::vector<std::string> known;
  for (const ComponentKind kind : kinds) {
    if (const Spec* spec = Registry::instance().find(kind, name)) found.push_back(spec);
    for (const Spec* spec : Registry::instance().all(kind)) known.push_back(spec->name);
  }
  if (found.empty()) {
    if (const std::string why = node_left_out(name); !why.empty())
      throw ConfigError{{{{}, fmt::format("there is no node '{}' here: {}", name, why)}}};
    const std::string near = nearest(name, known);
    throw ConfigError{{{{},
                        fmt::format("there is no component '{}'{} `radflow list` lists them", name,
                                    near.empty() ? ";" : "; did you mean '" + near + "'?")}}};
  }
  Json list = Json::array();
  for (const Spec* spec : found) {
    if (json)
      list.push_back(spec_json(*spec));
    else
      print_text(*spec);
    if (!json && spec != found.back()) std::cout << '\n';
  }
  if (json) std::cout << (list.size() == 1 ? list.front() : list).dump(2) << '\n';
  return exit_ok;
}

const Command command{
    "describe", "Describes a source, node or sink: ports, parameters, an example.", "radflow describe resize",
    [](CLI::App& app) {
      auto name = std::make_shared<std::string>();
      auto json = std::make_shared<bool>(false);
      app.add_option("component", *name, "Its type; `radflow list` lists them.")->required();
      app.add_flag("--json", *json, "As JSON; a list if a source and a sink share the name.");
      return [name, json] { return describe(*name, *json); };
    }};

}  // namespace
}  // namespace radflow::cli
