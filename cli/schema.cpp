// radflow schema: the JSON Schema (draft 7, what YAML editors read) of a graph file, from the specifications; with
// --results that of what graphs write, from the payload types.
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/param_schema.hpp"
#include "cli/schema.hpp"
#include "graph/spec.hpp"
#include "nodes/encode/result_json.hpp"

namespace radflow::cli {
namespace {

using Json = nlohmann::ordered_json;

// nlohmann takes {"a", "b"} for the object {"a": "b"}.
Json either(std::initializer_list<std::string> texts) { return Json(std::vector<std::string>(texts)); }

Json retry_schema(const char* description) {
  return {
      {"type", "object"},
      {"description", description},
      {"properties", {{"times", {{"type", "integer"}, {"minimum", 1}}}, {"backoff", {{"type", "string"}}}}},
      {"additionalProperties", false}};
}

Json wiring_schema(ComponentKind kind) {
  Json keys{
      {"name",
       {{"type", "string"}, {"pattern", "^[A-Za-z][A-Za-z0-9_-]*$"}, {"description", "Default: the type."}}}};
  if (kind == ComponentKind::Source) return keys;
  keys["from"] = {{"type", either({"string", "array", "object"})},
                  {"description",
                   "Whose output it takes; default: the node before. A list or {port: node} joins; errors: "
                   "the dead letters."}};
  if (kind == ComponentKind::Sink) {
    keys["order"] = {{"enum", either({"key", "partition", "none"})}, {"default", "key"}};
    keys["retry"] = retry_schema(
        "For sinks that try again what cannot be written for now: how often until the graph stops, default "
        "without end, and after what time, doubled each time.");
  } else {
    keys["concurrency"] = {
        {"type", "integer"}, {"minimum", 1}, {"description", "Default: as many as there are workers."}};
    keys["retry"] =
        retry_schema("For nodes whose errors may pass: how often, and after what time, doubled each time.");
    keys["group"] = {
        {"type", "object"},
        {"description",
         "For nodes that gather: when a group that is not complete ends (idle, longest, most, memory), and "
         "what "
         "becomes of it."},
        {"properties",
         {{"idle", {{"type", "string"}}},
          {"longest", {{"type", "string"}}},
          {"most", {{"type", "integer"}, {"minimum", 1}}},
          {"memory", {{"type", either({"string", "integer"})}}},
          {"incomplete", {{"enum", either({"dead_letter", "emit"})}, {"default", "dead_letter"}}}}},
        {"additionalProperties", false}};
    keys["batch"] = {{"type", "object"},
                     {"description",
                      "For nodes that may be called for several messages at once: how many share a call, and "
                      "how long the first of "
                      "them waits for the others. Without it each message has a call of its own; the results "
                      "are the same."},
                     {"properties",
                      {{"size", {{"type", "integer"}, {"minimum", 1}, {"maximum", 1024}, {"default", 16}}},
                       {"wait", {{"type", "string"}, {"default", "5ms"}}}}},
                     {"additionalProperties", false}};
    keys["on_error"] = {{"enum", either({"dead_letter", "drop", "stop"})}};
  }
  return keys;
}

// Whether its name alone, or a map without parameters, lacks something.
bool needs_params(const Spec& spec) {
  return !spec.any_of.empty() || std::ranges::any_of(spec.params, is_needed);
}

// The map of a type's parameters; the keys for wiring may stand in it too.
Json params_schema(const Spec& spec) {
  Json map = map_schema(spec.params);
  Json properties = std::move(map["properties"]);
  const Json wiring = wiring_schema(spec.kind);
  for (const auto& [key, schema] : wiring.items())
    if (!properties.contains(key)) properties[key] = schema;
  const Json scalar{{"type", either({"string", "number", "boolean"})}};
  for (const std::string& name : spec.property_names()) properties[name] = scalar;
  Json schema{{"type", needs_params(spec) ? either({"object"}) : either({"object", "null"})},
              {"description", spec.sentence},
              {"additionalProperties", false},
              {"properties", std::move(properties)}};
  if (map.contains("required")) schema["required"] = map["required"];
  for (const std::string& name : spec.any_of) schema["anyOf"].push_back({{"required", either({name})}});
  if (spec.free_params) schema["patternProperties"]["\\."] = scalar;
  return schema;
}

// One item of a list of components: `type` where it needs no parameters, or `type: {...}` with the wiring
// beside it.
Json component_schema(ComponentKind kind) {
  Json names = Json::array(), properties = wiring_schema(kind), choices = Json::array();
  for (const Spec* spec : Registry::instance().all(kind)) {
    if (!needs_params(*spec)) names.push_back(spec->name);
    properties[spec->name] = params_schema(*spec);
    choices.push_back({{"required", either({spec->name})}});
  }
  const Json map{
      {"type", "object"}, {"additionalProperties", false}, {"properties", properties}, {"oneOf", choices}};
  return {{"type", "array"}, {"items", {{"anyOf", Json::array({{{"enum", names}}, map})}}}};
}

}  // namespace

Json graph_schema() {
  const Json text{{"type", "string"}};
  const Json scalar{{"type", either({"string", "number", "boolean"})}};
  Json schema{{"$schema", "http://json-schema.org/draft-07/schema#"},
              {"title", "A graph of radflow"},
              {"type", "object"},
              {"additionalProperties", false},
              {"required", either({"sources", "sinks"})},
              {"definitions", {{"variable", {{"type", "string"}, {"pattern", R"(\$\{.+\})"}}}}}};
  Json& keys = schema["properties"];
  keys["graph"] = {{"type", "string"},
                   {"pattern", R"(^([A-Za-z0-9_.-]|\$\{.+\})+$)"},
                   {"description",
                    "Names metrics, results and "
                    "the consumer group's default."}};
  keys["memory"] = {{"type", either({"string", "integer"})},
                    {"default", "512MiB"},
                    {"description", "Frames in flight, in bytes."}};
  keys["delivery"] = {{"enum", either({"at_least_once", "exactly_once"})}, {"default", "at_least_once"}};
  keys["input_digest"] = {{"enum", either({"xxh3", "sha256"})}, {"default", "xxh3"}};
  keys["drain"] = {
      {"type", "string"},
      {"default", "30s"},
      {"description", "How long a stop waits for what is in flight; closing takes 30s more at most."}};
  keys["workers"] = {{"type", either({"integer", "string"})},
                     {"minimum", 0},
                     {"default", 0},
                     {"description", "0: one per core."}};
  keys["http"] = {{"type", "object"}, {"additionalProperties", false}, {"properties", {{"listen", text}}}};
  for (const SharedBlock& block : Registry::instance().shared_blocks())
    keys[block.name] = {{"type", either({"object", "null"})},
                        {"additionalProperties", scalar},
                        {"description", block.sentence}};
  keys["plugins"] = {{"type", "array"},
                     {"items", text},
                     {"description",
                      "Shared libraries with components of their own; a relative path starts at the graph's "
                      "folder."}};
  keys["sources"] = component_schema(ComponentKind::Source);
  keys["nodes"] = component_schema(ComponentKind::Node);
  keys["sinks"] = component_schema(ComponentKind::Sink);
  for (const char* needed : {"sources", "sinks"}) keys[needed]["minItems"] = 1;
  return schema;
}

namespace {

const Command command{"schema", "Prints the JSON Schema of graph files, for editors, or that of results.",
                      "radflow schema > graph.schema.json", [](CLI::App& app) {
                        auto results = std::make_shared<bool>(false);
                        app.add_flag("--results", *results, "Of the JSON that graphs write to their sinks.");
                        return [results] {
                          std::cout << (*results ? result_schema() : graph_schema()).dump(2) << '\n';
                          return exit_ok;
                        };
                      }};

}  // namespace
}  // namespace radflow::cli
