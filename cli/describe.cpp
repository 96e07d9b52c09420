// radflow describe: one component's ports, parameters and example, from its specification.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/describe_declared.hpp"
#include "cli/describe_model.hpp"
#include "cli/describe_params.hpp"
#include "cli/terminal.hpp"
#include "graph/left_out.hpp"
#include "graph/plugin.hpp"
#include "graph/spec.hpp"
#include "graph/suggestion.hpp"
#include "graph/value.hpp"
#include "nodes/classify/algorithm.hpp"

namespace radflow::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kinds{ComponentKind::Source, ComponentKind::Node, ComponentKind::Sink};

std::string_view port_type(const PortSpec& port) { return port.type ? port.type->name : "any"; }

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
  const bool gives = title == "gives";
  for (const PortSpec& port : ports)
    std::cout << fmt::format("  {:<8}{:<10}{}{}{}\n", title, port.name,
                             gives && !port.type ? "what it takes" : port_type(port),
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
    case Arity::Gathered:
      return ", one for each group of messages";
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
  const std::shared_ptr<void> defaults = spec.make_params ? spec.make_params() : nullptr;
  print_params(spec.params, defaults.get(), spec.any_of);
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
  if (spec.arity == Arity::Gathered)
    std::cout << "\ngroup: {idle: 30s, longest: 10m, most: 4000, memory: 64MiB, incomplete: dead_letter} "
                 "says when a\n"
                 "group ends that is not complete: no member came for `idle` though it could have, it has "
                 "been open for\n"
                 "`longest`, it has `most` members, or the groups of the node take more than `memory` and it "
                 "is the\n"
                 "oldest. Its members are dead letters then; with `incomplete: emit` it gives what it has. "
                 "Records of one\n"
                 "group stand in one partition. What an open group holds back is read again after a stop or "
                 "a crash; it is\n"
                 "not counted by `max_uncommitted`, but these four bound it.\n";
  if (spec.batches)
    std::cout
        << "\nbatch: {size: 16, wait: 5ms} lets up to `size` messages share a call, for which the first of "
           "them waits at\n"
           "most `wait`; without `batch` each has a call of its own. Results are the same. What waits counts "
           "in "
           "`memory`:\n"
           "where it has no room for `size` messages, each call waits for `wait`.\n";
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

Json spec_json(const Spec& spec) {
  Json headers = Json::array();
  for (const auto& [name, allowed, presence, sentence] : spec.headers)
    headers.push_back({{"name", name}, {"allowed", allowed}, {"presence", presence}, {"sentence", sentence}});
  const std::shared_ptr<void> defaults = spec.make_params ? spec.make_params() : nullptr;
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
            {"gathers", spec.arity == Arity::Gathered},
            {"batches", spec.batches},
            {"parameters", params_json(spec.params, defaults.get())},
            {"headers", std::move(headers)},
            {"example", example(spec)}};
  add_declared(spec, json);
  return json;
}

int describe_algorithm(const Alternative& one, bool json) {
  const std::shared_ptr<void> defaults = one.make_params();
  const std::string example = fmt::format("- classify: {{model: FILE, train: {{algorithm: {}}}}}", one.name);
  if (json) {
    std::cout << Json{{"kind", "algorithm"},
                      {"name", one.name},
                      {"sentence", one.sentence},
                      {"parameters", params_json(one.fields, defaults.get())},
                      {"example", example}}
                     .dump(2)
              << '\n';
    return exit_ok;
  }
  const std::string& plugin = plugin_of(Algorithms::instance().find(one.name));
  std::cout << paint_stdout(one.name, Colour::Bold)
            << fmt::format(" (algorithm{})\n{}\n", plugin.empty() ? "" : " of " + plugin, one.sentence);
  print_params(one.fields, defaults.get(), {});
  std::cout << "\nexample\n" << indented(example) << '\n';
  return exit_ok;
}

int describe(const std::string& name, bool json) {
  if (name.ends_with(".model") || name.find('/') != std::string::npos) return describe_model(name, json);
  std::vector<const Spec*> found;
  std::vector<std::string> known;
  for (const ComponentKind kind : kinds) {
    if (const Spec* spec = Registry::instance().find(kind, name)) found.push_back(spec);
    for (const Spec* spec : Registry::instance().all(kind)) known.push_back(spec->name);
  }
  if (found.empty())
    if (const Alternative* algorithm = Algorithms::instance().all().find(name))
      return describe_algorithm(*algorithm, json);
  for (const Alternative& one : Algorithms::instance().all().all) known.push_back(one.name);
  if (found.empty()) {
    if (const std::string why = node_left_out(name); !why.empty())
      throw ConfigError{{{{}, fmt::format("there is no node '{}' here: {}", name, why)}}};
    const std::string near = suggestion(name, known);
    throw ConfigError{{{{},
                        fmt::format("there is no component '{}'{} `radflow list` lists them", name,
                                    near.empty() ? ";" : near)}}};
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
    "describe",
    "Describes a source, node, sink or algorithm: ports, parameters, an example; or a model file.",
    "radflow describe resize", [](CLI::App& app) {
      auto name = std::make_shared<std::string>();
      auto json = std::make_shared<bool>(false);
      app.add_option("component", *name, "Its type; `radflow list` lists them. Or a model file: FILE.model.")
          ->required();
      app.add_flag("--json", *json, "As JSON; a list if a source and a sink share the name.");
      return [name, json] { return describe(*name, *json); };
    }};

}  // namespace
}  // namespace radflow::cli
