// The JSON Schema says what lint says of keys that are missing, for every component.
#include "cli/schema.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "graph/build.hpp"
#include "graph/node.hpp"
#include "tests/cli/program.hpp"

namespace radflow::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

struct Fit {
  int trees = 1;
  static Fields<Fit> fields() { return Fields<Fit>{}.param(&Fit::trees, "trees", required(), "Needed."); }
};
struct Params {
  int depth = 1;
  Fit fit;
};
struct Nested {
  explicit Nested(const Params&) {}
  Payload operator()(const Payload& any) const { return any; }
};
const Register<Nested, Params> nested{NodeSpec{"test_nested_key", "Needs a nested parameter."}
                                          .example("- test_nested_key: {fit: {trees: 3}}")
                                          .param(&Params::depth, "depth", any(), "Not needed.")
                                          .param(&Params::fit, "fit", any(), "Holds one.")};

constexpr std::array kinds{ComponentKind::Source, ComponentKind::Node, ComponentKind::Sink};

// A graph with this entry in the list of its kind.
std::string graph_with(ComponentKind kind, const std::string& entry) {
  const auto section = [&](ComponentKind of, const std::string& otherwise) {
    return fmt::format("{}s:\n  - {}\n", kind_name(of), of == kind ? entry : otherwise);
  };
  return section(ComponentKind::Source, "phantom") +
         (kind == ComponentKind::Node ? section(ComponentKind::Node, "") : "") +
         section(ComponentKind::Sink, "stdout");
}

std::string some_value(const Shape& shape) {
  switch (shape.type) {
    case ParamType::Boolean:
      return "true";
    case ParamType::Integer:
    case ParamType::Number:  // not 1e-06, which PyYAML takes for a text
      return format_value(std::clamp(1.0, shape.limits.low, shape.limits.high));
    case ParamType::Choice:
      return shape.choices.front().name;
    case ParamType::Interval:
      return "[1, 2]";
    case ParamType::List:
      return fmt::format("[{}]", fmt::join(std::vector<std::string>(std::max<std::size_t>(shape.length, 1),
                                                                    some_value(shape.item.front())),
                                           ", "));
    case ParamType::Map:
      if (shape.item.empty()) return "{}";
      return fmt::format("{{a: {}}}", some_value(shape.item.front()));
    case ParamType::Struct: {
      std::string keys;
      for (const ParamSpec& field : shape.fields)
        if (field.limits().required)
          keys += fmt::format("{}{}: {}", keys.empty() ? "" : ", ", field.name, some_value(field.shape));
      return "{" + keys + "}";
    }
    case ParamType::Bytes:
      return "1MiB";
    case ParamType::Duration:
      return "1s";
    case ParamType::Selection:
      return "{}";
    case ParamType::Text:
      break;
  }
  return "some";
}

// Those that a graph must give, "fit" for "fit.trees".
bool is_needed(const Spec& spec, const ParamSpec& param) {
  return param.limits().required ||
         (!param.shape.optional &&
          any_field(param.shape.fields, [](const ParamSpec& field) { return field.limits().required; })) ||
         std::ranges::find(spec.any_of, param.name) != spec.any_of.end();
}

// "resize: {width: 1, height: 1}", without one of its keys.
std::string entry_without(const Spec& spec, const std::string& missing) {
  std::string keys;
  for (const ParamSpec& param : spec.params)
    if (is_needed(spec, param) && param.name != missing)
      keys += fmt::format("{}{}: {}", keys.empty() ? "" : ", ", param.name, some_value(param.shape));
  return fmt::format("{}: {{{}}}", spec.name, keys);
}

std::string said_by_lint(const std::string& graph) {
  try {
    const Plan plan = load_plan_text(graph, "g.yaml");
    check_connectors(plan);
    build_nodes(plan);
    return "";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

// Those of the graphs that the schema refuses.
std::vector<std::string> refused(const std::vector<std::string>& graphs) {
  const auto folder = std::filesystem::temp_directory_path() / ("radflow_schema_" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream{folder / "schema.json"} << graph_schema().dump();
  std::ofstream{folder / "graphs.json"} << json(graphs).dump();
  const Ran ran = run_shell("cd " + folder.string() + R"( && python3 -c '
import json, jsonschema, yaml
schema = json.load(open("schema.json"))
jsonschema.Draft7Validator.check_schema(schema)
check = jsonschema.Draft7Validator(schema)
print(json.dumps([g for g in json.load(open("graphs.json")) if not check.is_valid(yaml.safe_load(g))]))
')");
  std::filesystem::remove_all(folder);
  EXPECT_EQ(ran.code, 0);
  return ran.code == 0 ? json::parse(ran.out).get<std::vector<std::string>>() : std::vector<std::string>{};
}

class Schema : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::system("python3 -c 'import jsonschema, yaml' 2>/dev/null") != 0)
      GTEST_SKIP() << "needs python3-jsonschema and python3-yaml";
  }
};

TEST_F(Schema, RefusesWhatLintRefusesForAMissingKey) {
  std::vector<std::string> graphs;
  const auto lacks = [&](ComponentKind kind, const std::string& entry, const std::string& complaint) {
    graphs.push_back(graph_with(kind, entry));
    EXPECT_THAT(said_by_lint(graphs.back()), HasSubstr(complaint)) << graphs.back();
  };
  for (const ComponentKind kind : kinds)
    for (const Spec* spec : Registry::instance().all(kind)) {
      std::string complaint;
      for (const ParamSpec& param : spec->params)
        if (is_needed(*spec, param) && spec->any_of.empty()) {
          complaint = fmt::format("'{}' needs the parameter '{}{}", spec->name, param.name,
                                  param.limits().required ? "'" : ".");
          lacks(kind, entry_without(*spec, param.name), complaint);
        }
      if (!spec->any_of.empty() && kind == ComponentKind::Node) {
        for (const std::string given : {"", ":", ": {}"})
          lacks(kind, "decode\n  - " + spec->name + given,
                "'" + spec->name + "' needs one of the parameters ");
        lacks(kind, "decode\n  - " + spec->name + ": {name: n}",
              "'" + spec->name + "' needs one of the parameters ");
        continue;
      }
      if (!spec->any_of.empty()) complaint = "no topic is named";
      if (complaint.empty()) continue;
      const std::string brokers = "bootstrap.servers: 'localhost:9092'";
      lacks(kind, fmt::format("{}: {{{}}}", spec->name, spec->any_of.empty() ? "" : brokers), complaint);
      lacks(kind, spec->name, spec->any_of.empty() ? complaint : "");
      lacks(kind, spec->name + ":", spec->any_of.empty() ? complaint : "");
      lacks(kind, spec->name + ": {name: n}", spec->any_of.empty() ? complaint : "");
    }
  // As the issue names them.
  lacks(ComponentKind::Sink, "kafka: {}", "'kafka' needs the parameter 'topic'");
  lacks(ComponentKind::Sink, "ndjson: {name: n}", "'ndjson' needs the parameter 'path'");
  lacks(ComponentKind::Sink, "images: {name: i}", "'images' needs the parameter 'path'");
  lacks(ComponentKind::Node, "resize: {}",
        "'resize' needs one of the parameters 'width', 'spacing' and 'factor'");
  lacks(ComponentKind::Node, "test_nested_key: {fit: {}}", "needs the parameter 'fit.trees'");
  lacks(ComponentKind::Node, "test_nested_key: {depth: 1}", "needs the parameter 'fit.trees'");
  EXPECT_EQ(refused(graphs), graphs);
}

TEST_F(Schema, TakesEveryComponentWithTheKeysItNeedsAndEveryExample) {
  std::vector<std::string> graphs;
  for (const ComponentKind kind : kinds)
    for (const Spec* spec : Registry::instance().all(kind)) {
      graphs.push_back(graph_with(kind, entry_without(*spec, "")));
      std::string example = spec->example.empty() ? spec->name : spec->example;
      if (example.starts_with("- ")) example.erase(0, 2);
      for (std::size_t at = 0; (at = example.find('\n', at)) != std::string::npos; ++at)
        example.insert(at + 1, "  ");
      graphs.push_back(graph_with(kind, example));
    }
  EXPECT_GT(graphs.size(), 60U);
  for (const char* one : {"topic: frames", "topics: [a, b]", "topics: ['^.*']"})
    graphs.push_back(graph_with(ComponentKind::Source, fmt::format("kafka: {{{}}}", one)));
  EXPECT_THAT(refused(graphs), ::testing::IsEmpty());
}

TEST_F(Schema, KnowsThePropertiesWithoutADot) {
  std::vector<std::string> graphs{
      graph_with(ComponentKind::Sink, "kafka: {topic: results, acks: all, debug: 'broker,topic'}"),
      graph_with(ComponentKind::Source, "kafka: {topic: frames, log_level: 7}")};
  EXPECT_THAT(refused(graphs), ::testing::IsEmpty());
  graphs = {graph_with(ComponentKind::Sink, "kafka: {topic: results, acsk: all}")};
  EXPECT_EQ(refused(graphs), graphs);
}

}  // namespace
}  // namespace radflow::cli
