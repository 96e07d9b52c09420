// The JSON Schema says what lint says of keys that are missing, for every component.
#include "cli/schema.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

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

struct Params {
  int depth = 1;
  int trees = 1;
};
struct Nested {
  explicit Nested(const Params&) {}
  Payload operator()(const Payload& any) const { return any; }
};
const Register<Nested, Params> nested{NodeSpec{"test_nested_key", "Needs a nested parameter."}
                                          .example("- test_nested_key: {fit: {trees: 3}}")
                                          .param(&Params::depth, "depth", any(), "Not needed.")
                                          .param(&Params::trees, "fit.trees", required(), "Needed.")};

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

std::string some_value(const ParamSpec& param) {
  if (!param.limits.choices.empty()) return param.limits.choices.front();
  switch (param.type) {
    case ParamType::Boolean:
      return "true";
    case ParamType::Integer:
    case ParamType::Number:
      return format_value(std::isfinite(param.limits.low) ? param.limits.low : 1.0);
    case ParamType::NumberList:
      return "[1, 2]";
    case ParamType::StringList:
      return "[a]";
    case ParamType::Bytes:
      return "1MiB";
    case ParamType::Duration:
      return "1s";
    case ParamType::String:
      break;
  }
  return "some";
}

std::string key(const ParamSpec& param) {
  const std::size_t dot = param.name.find('.');
  const std::string value = some_value(param);
  return dot == std::string::npos
             ? fmt::format("{}: {}", param.name, value)
             : fmt::format("{}: {{{}: {}}}", param.name.substr(0, dot), param.name.substr(dot + 1), value);
}

// "resize: {width: 1, height: 1}", without one of its keys.
std::string entry_without(const Spec& spec, const std::string& missing) {
  std::string keys;
  for (const ParamSpec& param : spec.params) {
    const bool needed =
        param.limits.required || std::ranges::find(spec.any_of, param.name) != spec.any_of.end();
    if (needed && param.name != missing) keys += (keys.empty() ? "" : ", ") + key(param);
  }
  return fmt::format("{}: {{{}}}", spec.name, keys);
}

std::string said_by_lint(const std::string& graph) {
  try {
    check_connectors(load_plan_text(graph, "g.yaml"));
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
        if (param.limits.required) {
          complaint = fmt::format("'{}' needs the parameter '{}'", spec->name, param.name);
          lacks(kind, entry_without(*spec, param.name), complaint);
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
  lacks(ComponentKind::Node, "resize: {}", "'resize' needs the parameter 'width'");
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
