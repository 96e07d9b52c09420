// The program's frame and the commands that only read: help, lint, list, describe, schema, draw.
#include "tests/cli/program.hpp"
#include "tests/paths.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "graph/spec.hpp"

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

class Commands : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& text) const {
    const std::string path = (folder_ / "graph.yaml").string();
    std::ofstream{path} << text;
    return path;
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("radflow_cli_" + std::to_string(getpid()));
};

constexpr const char* good = R"(
graph: demo
sources: [phantom: {count: 3}]
nodes:
  - decode
  - encode: {format: png}
    name: picture
sinks:
  - ndjson: {path: "/tmp/say \"ok\".ndjson"}
  - stdout: {from: errors}
)";

TEST_F(Commands, EveryCommandHasHelpWithItsExample) {
  const Ran all = run_program("--help");
  EXPECT_EQ(all.code, exit_ok);
  std::istringstream names{"describe draw lint list replay run schema"};
  for (std::string name; names >> name;) {
    EXPECT_THAT(all.out, HasSubstr("$ radflow " + name));
    const Ran help = run_program(name + " --help");
    EXPECT_EQ(help.code, exit_ok) << name;
    EXPECT_THAT(help.out, HasSubstr("Example:\n  $ radflow " + name));
  }
}

TEST_F(Commands, WrongUseSaysWhatIsNear) {
  EXPECT_EQ(run_program("--version").out, "radflow " RADFLOW_VERSION "\n");
  const Ran wrong = run_program("lnit x 2>&1");
  EXPECT_EQ(wrong.code, exit_config);
  EXPECT_EQ(wrong.out,
            "error: there is no command 'lnit'; did you mean 'lint'? `radflow --help` lists them\n");
  EXPECT_EQ(run_program("2>/dev/null").code, exit_config);
  EXPECT_EQ(run_program("lint 2>/dev/null").code, exit_config);
  EXPECT_EQ(run_program("list nonsense 2>/dev/null").code, exit_config);
}

TEST_F(Commands, LintSaysOkOrEverythingThatIsWrong) {
  const Ran ok = run_program("lint " + write(good));
  EXPECT_EQ(ok.code, exit_ok);
  EXPECT_THAT(ok.out, HasSubstr("graph 'demo' of 1 source, 2 nodes, 2 sinks; digest xxh3:"));

  const std::string path = write("sources: [phantom: {cuont: 3}]\nnodes: [encoed]\nsinks: [stdout]\n");
  const Ran wrong = run_program("lint " + path + " 2>&1 >/dev/null");
  EXPECT_EQ(wrong.code, exit_config);
  EXPECT_EQ(wrong.out,
            "error: " + path +
                ":1:21: 'phantom' has no parameter 'cuont'; did you mean 'count'?\nerror: " + path +
                ":2:9: there is no node 'encoed'; did you mean 'encode'? `radflow list nodes` lists them\n");
  EXPECT_EQ(run_program("lint no/such.yaml 2>/dev/null").code, exit_config);
}

TEST_F(Commands, LintChecksSeveralFilesAndStandardInput) {
  const std::string path = write(good);
  const std::string wrong = (folder_ / "wrong.yaml").string();
  std::ofstream{wrong} << "sources: [phantom]\nnodes: [encoed]\nsinks: [stdout]\n";
  const Ran three = run_shell("$radflow lint " + wrong + " " + path + " - 2>&1 < " + path);
  EXPECT_EQ(three.code, exit_config);
  EXPECT_THAT(three.out, HasSubstr("ok " + path + ": graph 'demo'"));
  EXPECT_THAT(three.out, HasSubstr("ok stdin: graph 'demo'"));
  EXPECT_THAT(three.out, HasSubstr("error: " + wrong + ":2:9: there is no node 'encoed'"));

  const Ran piped = run_shell("$radflow lint - 2>&1 < " + wrong);
  EXPECT_EQ(piped.code, exit_config);
  EXPECT_THAT(piped.out, StartsWith("error: stdin:2:9: there is no node 'encoed'"));
  EXPECT_EQ(run_shell("$radflow lint " + path + " - < " + path).code, exit_ok);
  EXPECT_EQ(run_shell("$radflow lint - 2>&1 < /dev/null").code, exit_config);
}

TEST_F(Commands, LintAppliesSet) {
  const Ran wrong = run_program("lint --set sources.phantom.depth=70 " + write(good) + " 2>&1");
  EXPECT_EQ(wrong.code, exit_config);
  EXPECT_THAT(wrong.out, StartsWith("error: --set sources.phantom.depth: phantom.depth: 70 is out of range"));
}

TEST_F(Commands, SetTakesOneValueAndLeavesTheGraph) {
  const std::string path = write(good);
  for (const std::string command : {"lint", "run"}) {
    const Ran ran = run_program(command + " --set sources.phantom.count=-1 " + path + " 2>&1");
    EXPECT_THAT(ran.out, HasSubstr("--set sources.phantom.count: ")) << command;
  }
}

TEST_F(Commands, LintFindsAnUnusableModelWithItsPlace) {
  std::ofstream{folder_ / "broken.model"} << "not a model";
  const std::string path = write(
      "sources: [phantom]\nnodes:\n  - classify: {model: broken.model, from: sources}\nsinks: [stdout]\n");
  const Ran wrong = run_program("lint " + path + " 2>&1");
  EXPECT_EQ(wrong.code, exit_config);
  EXPECT_THAT(wrong.out, HasSubstr(path + ":3:"));
}

// All at once, and without writing anything.
TEST_F(Commands, LintFindsWhatRunWouldRefuse) {
  const std::string kept = (folder_ / "kept.ndjson").string();
  std::ofstream{kept} << "no line of ours";
  const std::string path = write(
      "sources:\n  - phantom: {depth: 12}\nnodes:\n  - decode\nsinks:\n"
      "  - ndjson: {path: /nonexistent/a.ndjson}\n  - images: {path: /etc/passwd}\n"
      "  - ndjson: {name: c, path: kept.ndjson}\n"
      "  - ndjson: {name: d, path: new.ndjson}\n"
      "  - images: {name: e, path: new/folder}\n");
  const Ran wrong = run_program("lint " + path + " 2>&1");
  EXPECT_EQ(wrong.code, exit_config);
  EXPECT_EQ(
      wrong.out,
      "error: " + path + ":2:22: phantom.depth: a pixel has 8 or 16 bits\nerror: " + path +
          ":6:20: ndjson.path: '/nonexistent/a.ndjson' cannot be written: No such file or directory; make "
          "its folder, or choose another path\nerror: " +
          path +
          ":7:20: images.path: no images can be put into '/etc/passwd': Not a directory; choose another "
          "folder\nerror: " +
          path + ":8:29: c.path: '" + kept +
          "' exists and is no NDJSON of radflow: its last line does not end; choose another path or "
          "`if_exists: overwrite`\n");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "new.ndjson"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "new"));
  EXPECT_EQ(std::filesystem::file_size(kept), 15u);
  EXPECT_EQ(run_program("run " + path + " 2>&1").out, wrong.out);
}

TEST_F(Commands, APortThatIsTakenIsSaidAtItsPlace) {
  const int door = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(door, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(door, 1), 0);
  ASSERT_EQ(::getsockname(door, reinterpret_cast<sockaddr*>(&address), &size), 0);
  const std::string listen = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  const std::string path =
      write("sources: [phantom: {count: 1}]\nsinks: [stdout]\nhttp:\n  listen: " + listen + "\n");
  const Ran ran = run_program("run " + path + " 2>&1");
  ::close(door);
  EXPECT_EQ(ran.code, exit_config);
  EXPECT_THAT(ran.out, StartsWith("error: " + path + ":4:11: http.listen: cannot listen on " + listen +
                                  ": the port is taken"));
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
  const json described = json::parse(run_program("describe phantom --json").out);
  EXPECT_EQ(described["kind"], "source");
  EXPECT_EQ(described["parameters"][0]["name"], "width");
  EXPECT_EQ(described["parameters"][0]["minimum"], 16);

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

TEST_F(Commands, RunFailsWhenASinkGivesUp) {
  const Ran ran = run_program(
      "run " +
      write("sources: [phantom: {count: 3}]\nnodes: [decode, histogram: {bins: 4, range: [-1000, 3000]}]\n"
            "sinks: [ndjson: {path: /dev/full, retry: {times: 1, backoff: 1ms}}]\n") +
      " 2>&1");
  EXPECT_EQ(ran.code, exit_failed) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("sink 'ndjson' gave up: No space left on device"));
}

TEST_F(Commands, AFullDiskUnderStdoutIsAnError) {
  const std::string path = write(good);
  for (const std::string command :
       {"list", "schema", "describe window", "describe window --json", "--help", "--version"}) {
    const Ran ran = run_program(command + " 2>&1 >/dev/full");
    EXPECT_EQ(ran.code, exit_failed) << command;
    EXPECT_THAT(ran.out, HasSubstr("error: cannot write to stdout: No space left on device\n")) << command;
  }
  for (const std::string command : {"lint ", "draw "})
    EXPECT_EQ(run_program(command + path + " 2>/dev/null >/dev/full").code, exit_failed) << command;
}

TEST_F(Commands, AnOptionsValueIsRefusedInASentence) {
  const std::string path = write(good);
  const auto refused = [](const std::string& arguments) {
    const Ran ran = run_program(arguments + " 2>&1");
    EXPECT_EQ(ran.code, exit_config) << arguments << '\n' << ran.out;
    EXPECT_LT(ran.out.size(), 200u) << ran.out;
    return ran.out;
  };
  EXPECT_THAT(refused("run " + path + " --input ''"), HasSubstr("--input: is empty: name a folder or glob"));
  EXPECT_THAT(refused("run " + path + " --output ''"), HasSubstr("--output: is empty: name the NDJSON file"));
  EXPECT_THAT(refused("train " + path + " --output ''"),
              HasSubstr("--output: is empty: name the model file"));
  EXPECT_THAT(refused("demo --count 0"), HasSubstr("--count: '0' is no whole number from 1 on"));
  EXPECT_THAT(refused("demo --rate 0"), HasSubstr("--rate: '0' is no number above 0"));
  EXPECT_THAT(refused("demo --rate abc"), HasSubstr("--rate: 'abc' is no number above 0"));
  EXPECT_THAT(refused("demo --rate nan"), HasSubstr("'nan' is no number above 0"));
  const std::string to = " --broker 127.0.0.1:1 --topic t";
  EXPECT_THAT(refused("send . --limit 0" + to), HasSubstr("--limit: '0' is no whole number from 1 on"));
  EXPECT_THAT(refused("send . --limit -1" + to), HasSubstr("--limit: '-1' is no whole number from 1 on"));
  EXPECT_THAT(refused("tail --count 0" + to), HasSubstr("--count: '0' is no whole number from 1 on"));
}

TEST_F(Commands, OptionsForKafkaSourcesNeedOne) {
  const std::string path = write(good);
  const Ran caught_up = run_program("run " + path + " --until-caught-up 2>&1");
  EXPECT_EQ(caught_up.code, exit_config);
  EXPECT_THAT(caught_up.out, HasSubstr("--until-caught-up: it is for Kafka sources, and the graph has none"));
  const Ran skip = run_program("run " + path + " --skip frames:0:1 2>&1");
  EXPECT_EQ(skip.code, exit_config);
  EXPECT_THAT(skip.out, HasSubstr("--skip: it is for Kafka sources, and the graph has none"));
}

}  // namespace
}  // namespace radflow::cli
