// The commands that say what there is: list, describe, schema, draw.
#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "graph/spec.hpp"
#include "tests/cli/commands.hpp"
#include "tests/paths.hpp"

namespace radflow::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// This test registers components of its own too, which the program does not have.
std::vector<const Spec*> components(ComponentKind kind) {
  std::vector<const Spec*> all = Registry::instance().all(kind);
  std::erase_if(all, [](const Spec* spec) { return spec->name.starts_with("test_"); });
  return all;
}

TEST_F(Commands, ListNamesEveryComponent) {
  const Ran all = run_program("list");
  for (const ComponentKind kind : {ComponentKind::Source, ComponentKind::Node, ComponentKind::Sink})
    for (const Spec* spec : components(kind)) EXPECT_THAT(all.out, HasSubstr("  " + spec->name + " "));
  EXPECT_THAT(run_program("list sinks").out, StartsWith("sinks\n"));
}

TEST_F(Commands, DescribeShowsPortsAndParameters) {
  const Ran text = run_program("describe gaussian_blur");
  EXPECT_EQ(text.code, exit_ok);
  EXPECT_THAT(text.out, HasSubstr("  takes   in        frame\n  gives   out       frame\n"));
  EXPECT_THAT(text.out, HasSubstr("sigma"));
  EXPECT_THAT(text.out, HasSubstr("number, 0.1 to 50"));

  const Ran headers = run_program("describe decode");
  for (const char* name :
       {"headers of a record", "application/x-radflow-raw", "radflow-rows", "radflow-depth",
        "u8, s8, u16, s16, s32, f32 or f64", "raw: required", "label", "ce_dataref"})
    EXPECT_THAT(headers.out, HasSubstr(name));
  EXPECT_EQ(json::parse(run_program("describe decode --json").out)["headers"][1]["name"], "radflow-rows");
  const Ran reasons = run_program("describe window");
  EXPECT_THAT(reasons.out, HasSubstr("errors\n  colour_not_supported  The node takes one grey channel"));
  EXPECT_THAT(reasons.out,
              HasSubstr("  no_window             The frame has no window, and none is given.\n"));
  EXPECT_THAT(headers.out, HasSubstr("warnings\n  more_images"));
  EXPECT_EQ(json::parse(run_program("describe concat --json").out)["errors"][0]["name"], "duplicate_feature");
  EXPECT_THAT(headers.out, HasSubstr("metrics of its own\n  radflow_node_pixels_total  Pixels"));
  EXPECT_THAT(run_program("describe classify").out,
              HasSubstr("radflow_node_predictions_total{label}  Predictions"));
  EXPECT_EQ(json::parse(run_program("describe classify --json").out)["metrics"][0]["label"], "label");
  const json described = json::parse(run_program("describe phantom --json").out);
  EXPECT_EQ(described["kind"], "source");
  EXPECT_EQ(described["parameters"][0]["name"], "width");
  EXPECT_EQ(described["parameters"][0]["minimum"], 16);

  // What several algorithms have in common stands there once, with what it is when its map is given.
  const std::string classify = run_program("describe classify").out;
  EXPECT_THAT(classify,
              testing::ContainsRegex("train.pca.components +integer, 1 to 10000 +default 10 +Principal"));
  EXPECT_EQ(classify.find("train.pca.components"), classify.rfind("train.pca.components"));

  const Ran wrong = run_program("describe gausian_blur 2>&1");
  EXPECT_EQ(wrong.code, exit_config);
  EXPECT_THAT(wrong.out, HasSubstr("did you mean 'gaussian_blur'?"));
}

TEST_F(Commands, SchemaCoversEveryParameterOfEveryComponent) {
  const json schema = json::parse(run_program("schema").out);
  const auto check = [&](ComponentKind kind, const std::string& section) {
    const json& item = schema["properties"][section]["items"]["anyOf"];
    for (const Spec* spec : components(kind)) {
      // The name alone stands for a component that needs no parameters.
      const bool needs =
          !spec->any_of.empty() ||
          std::ranges::any_of(spec->params, [](const ParamSpec& param) { return param.limits().required; });
      const auto alone = item[0]["enum"].get<std::vector<std::string>>();
      EXPECT_EQ(std::ranges::count(alone, spec->name), needs ? 0 : 1) << spec->name;
      const json& properties = item[1]["properties"].at(spec->name)["properties"];
      const auto defaults = spec->make_params();
      for (const Leaf& leaf : leaves(spec->params, defaults.get(), {}, Of::All)) {
        const json* inside = &properties;
        std::istringstream keys{leaf.path};
        for (std::string key; std::getline(keys, key, '.');) {
          if (inside != &properties) {
            // Where one of several is selected there is a map for each.
            if (const auto maps = inside->find("anyOf"); maps != inside->end())
              inside = &*std::ranges::find_if(*maps, [&](const json& one) {
                return leaf.alternative.empty() ||
                       one["properties"]["algorithm"]["enum"][0] == leaf.alternative;
              });
            inside = &inside->at("properties");
          }
          inside = &inside->at(key);
        }
        const json& schema_of = *inside;
        // The parameter that selects an algorithm says there what the algorithm is.
        if (leaf.path != "train.algorithm") {
          EXPECT_EQ(schema_of["description"], leaf.spec.sentence);
        }
      }
    }
  };
  check(ComponentKind::Source, "sources");
  check(ComponentKind::Node, "nodes");
  check(ComponentKind::Sink, "sinks");
}

TEST_F(Commands, SchemaAcceptsRightGraphsAndRefusesWrongOnes) {
  if (std::system("python3 -c 'import jsonschema, yaml' 2>/dev/null") != 0)
    GTEST_SKIP() << "needs python3-jsonschema and python3-yaml";
  const std::string schema = (folder_ / "schema.json").string();
  ASSERT_EQ(run_program("schema > " + schema).code, exit_ok);
  const auto valid = [&](const std::string& yaml) {
    const std::string script =
        "import json, jsonschema, sys, yaml; "
        "s = json.load(open(sys.argv[1])); jsonschema.Draft7Validator.check_schema(s); "
        "sys.exit(0 if jsonschema.Draft7Validator(s).is_valid(yaml.safe_load(open(sys.argv[2]))) else 1)";
    return std::system(("python3 -c '" + script + "' " + schema + " " + write(yaml)).c_str()) == 0;
  };
  EXPECT_TRUE(valid(good));
  EXPECT_TRUE(valid(
      "sources: [phantom: {count: \"${N:-3}\"}]\nnodes:\n  - encode:\n  - classify: {train: {trees: 5}}\n"
      "    concurrency: 4\nsinks:\n  - stdout\n"));
  EXPECT_FALSE(valid("sources: [phantom: {count: many}]\nsinks: [stdout]\n"));
  EXPECT_FALSE(valid("sources: [phantom: {cuont: 3}]\nsinks: [stdout]\n"));
  EXPECT_FALSE(valid("sources: [phanton]\nsinks: [stdout]\n"));
  EXPECT_FALSE(valid("sources: [phantom]\nsinks: [stdout]\nmemroy: 1MiB\n"));
}

TEST_F(Commands, DrawSpeaksDotMermaidAndSvg) {
  const std::string path = write(good);
  EXPECT_EQ(run_program("draw " + path).out, R"(digraph "demo" {
  rankdir=LR;
  node [fontname="sans-serif", shape=box, style=rounded];
  edge [fontname="sans-serif", fontsize=10];
  source0 [label="phantom\ncount: 3", shape=cylinder, style=solid];
  node0 [label="decode"];
  node1 [label="picture\nencode\nformat: png"];
  sink0 [label="ndjson\npath: /tmp/say \"ok\".ndjson", shape=cylinder, style=solid];
  sink1 [label="errors\nstdout", shape=cylinder, style=dashed];
  source0 -> node0 [label="record"];
  node0 -> node1 [label="frame"];
  node1 -> sink0 [label="record"];
  source0 -> sink1 [label="dead letters", style=dashed];
}
)");
  EXPECT_EQ(run_program("draw --format mermaid " + path).out, R"(flowchart LR
  source0[("phantom<br/>count: 3")]
  node0["decode"]
  node1["picture<br/>encode<br/>format: png"]
  sink0[("ndjson<br/>path: /tmp/say #quot;ok#quot;.ndjson")]
  sink1[("errors<br/>stdout")]
  source0 -->|record| node0
  node0 -->|frame| node1
  node1 -->|record| sink0
  source0 -.->|dead letters| sink1
)");
  if (std::system("command -v dot >/dev/null 2>&1") != 0) GTEST_SKIP() << "needs Graphviz for the SVG part";
  const Ran svg = run_program("draw --format svg " + path);
  EXPECT_EQ(svg.code, exit_ok);
  EXPECT_THAT(svg.out, HasSubstr("</svg>"));
}

TEST_F(Commands, DrawSaysWhatSvgNeeds) {
  const std::string path = write(good);
  const Ran without = run_program("--help > /dev/null; PATH=/nowhere " + std::string{radflow_program} +
                                  " draw --format svg " + path + " 2>&1");
  EXPECT_EQ(without.code, exit_failed);
  EXPECT_EQ(without.out,
            "error: SVG needs Graphviz: apt-get install graphviz, or ask for --format dot or mermaid\n");
}

}  // namespace
}  // namespace radflow::cli
