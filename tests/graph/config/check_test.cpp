// Every kind of wrong graph, with the exact text a person reads.
#include <gmock/gmock.h>

#include "graph/unused.hpp"
#include "tests/graph/components.hpp"

namespace radflow::checking {
namespace {

// A graph around the given nodes; they begin at line 4.
std::string around(const std::string& nodes, const std::string& sinks = "  - t_wall\n") {
  return "sources: [t_in]\nnodes:\n  - t_open\n" + nodes + "sinks:\n" + sinks;
}

// Refuses every property and one topic.
struct Checked : Out {
  using Out::Out;
  static std::vector<ParamError> check(const EndParams& params, const BuildInfo& info) {
    std::vector<ParamError> wrong;
    if (params.topic == "bad") wrong.emplace_back("topic", "is bad");
    for (const auto& [name, value] : info.properties) wrong.emplace_back(name, "is no property");
    return wrong;
  }
};
const RegisterSink<Checked, EndParams> checked{
    SinkSpec{"t_checked", "Is checked."}.param(&EndParams::topic, "topic", any(), "Where to.").free_params()};

TEST(Check, BrokenYaml) {
  EXPECT_EQ(errors("nodes: [a\n"),
            "g.yaml:2:1: not valid YAML: end of sequence flow not found: a `[` before this is not closed");
  EXPECT_EQ(errors(""), "g.yaml:1:1: expected a graph: a map with the keys sources, nodes and sinks");
  EXPECT_EQ(errors("- a\n"), "g.yaml:1:1: expected a graph: a map with the keys sources, nodes and sinks");
  EXPECT_EQ(errors("sources: [t_in]\nsinks: [t_out]\nsinks: [t_out]\n"),
            "g.yaml:3:1: duplicate key 'sinks', first at line 2; remove one of them");
}

TEST(Check, YamlThatIsMoreThanAGraph) {
  EXPECT_EQ(errors("sources: [t_in]\nsinks: [t_out]\n---\nsources: []\n"),
            "g.yaml:3:1: the graph ends before this: a file holds one document");
  EXPECT_EQ(errors("sources: [t_in]\nsinks: [t_out]\n]\n"), "g.yaml:3:1: not valid YAML: illegal flow end");
  EXPECT_EQ(errors("# first\n---\nsources: [t_in]\nsinks: [t_out]\n# last\n"), "");
  std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c < 'j'; ++c)
    for (int i = 0; i < 10; ++i)
      bomb += i == 0 ? std::string{c} + ": &" + c + " [*" + static_cast<char>(c - 1)
                     : std::string{", *"} + static_cast<char>(c - 1) + (i == 9 ? "]\n" : "");
  EXPECT_THAT(errors(bomb), ::testing::HasSubstr("more than a graph can hold"));
  EXPECT_THAT(errors("nodes: &a [*a]\n"), ::testing::HasSubstr("more than a graph can hold"));
  EXPECT_NE(errors(std::string(5000, '[')), "");
}

TEST(Check, AFileThatIsNoGraphSaysWhy) {
  const Folder folder;
  folder.write("empty.yaml", "");
  const auto wrong = [](const std::string& file) -> std::string {
    try {
      load_plan(file);
      return "";
    } catch (const ConfigError& error) {
      return error.what();
    }
  };
  EXPECT_EQ(wrong("no/such/graph.yaml"), "no/such/graph.yaml: cannot be read: No such file or directory");
  EXPECT_EQ(wrong(folder.path.string()), folder.path.string() + ": cannot be read: Is a directory");
  EXPECT_EQ(
      wrong(folder.file("empty.yaml")),
      folder.file("empty.yaml") + ": is empty; a graph is a map with the keys sources, nodes and sinks");
}

TEST(Check, UnknownTopLevelKey) {
  EXPECT_EQ(errors("sources: [t_in]\nsinks: [t_out]\nmemroy: 1MiB\n"),
            "g.yaml:3:1: a graph has no key 'memroy'; did you mean 'memory'?");
}

TEST(Check, TopLevelValues) {
  EXPECT_EQ(
      errors("graph: a b\nmemory: lots\ndrain: 3\nworkers: -1\nhttp: {listen: 9464, port: 1}\n"
             "delivery: twice\ninput_digest: md5\nkafka: {a.b: [1]}\nsources: [t_in]\nsinks: [t_out]\n"),
      "g.yaml:1:8: graph: 'a b' is no name: letters, digits, _, - and . may stand in it\n"
      "g.yaml:2:9: memory: expected a size such as 512MiB, 2GiB or 100kB, found 'lots'\n"
      "g.yaml:3:8: drain: expected a duration such as 500ms, 30s, 5m or 1h, found '3'\n"
      "g.yaml:4:10: workers: -1 is out of range: 0 to 1024\n"
      "g.yaml:5:16: http.listen: expected an address such as 127.0.0.1:9464, found '9464'\n"
      "g.yaml:5:22: http has no key 'port'; it has listen\n"
      "g.yaml:6:11: delivery: 'twice' is not one of at_least_once, exactly_once\n"
      "g.yaml:7:15: input_digest: 'md5' is not one of xxh3, sha256\n"
      "g.yaml:8:9: kafka.a.b: expected one value");
}

TEST(Check, WhatIsOutOfRangeSaysTheRange) {
  EXPECT_EQ(errors("memory: 99999999999GiB\ndrain: 9999999999h\nworkers: 99999999999999\nsources: [t_in]\n"
                   "nodes: [t_open, t_smooth: {radius: 99999999999, limit: 1e999}]\nsinks: [t_wall]\n"),
            "g.yaml:1:9: memory: 99999999999GiB is out of range: 1 to 1048576GiB\n"
            "g.yaml:2:8: drain: 9999999999h is out of range: 0s to 24h\n"
            "g.yaml:3:10: workers: 99999999999999 is out of range: 0 to 1024\n"
            "g.yaml:5:36: t_smooth.radius: 99999999999 is out of range: 0 to 10\n"
            "g.yaml:5:56: t_smooth.limit: 1e999 is out of range: -1.7976931348623157e+308 to "
            "1.7976931348623157e+308");
  EXPECT_EQ(errors("drain: 24h\nmemory: 1048576GiB\nsources: [t_in]\nsinks: [t_out]\n"), "");
  EXPECT_EQ(errors("sources: [t_in]\nsinks: [t_disk: {retry: {times: 1, backoff: 2h}}]\n"),
            "g.yaml:2:45: t_disk.retry.backoff: 2h is out of range: 1ms to 1h");
}

TEST(Check, AnAddressToListenOn) {
  const auto listen = [](const std::string& address) {
    return errors("http: {listen: '" + address + "'}\nsources: [t_in]\nsinks: [t_out]\n");
  };
  for (const char* good : {"127.0.0.1:9464", "localhost:0", "[::1]:80"}) EXPECT_EQ(listen(good), "");
  for (const char* bad : {"localhost", ":80", "a:99999", "a:80s", "a:80,b:81", "a b:80"})
    EXPECT_EQ(listen(bad), "g.yaml:1:16: http.listen: expected an address such as 127.0.0.1:9464, found '" +
                               std::string{bad} + "'");
}

TEST(Check, ExactlyOnceTakesConnectorsThatKnowTransactionsAndOneSource) {
  EXPECT_EQ(errors("delivery: exactly_once\nsources:\n  - t_begin\nsinks:\n  - t_commit\n"), "");
  EXPECT_EQ(errors("delivery: exactly_once\nsources:\n  - t_in\n  - t_begin\nsinks:\n  - t_commit\n"
                   "  - t_out: {from: errors}\n"),
            "g.yaml:3:5: the source 't_in' cannot take part in exactly_once: it knows no transactions, "
            "unlike kafka, "
            "t_begin; use `delivery: at_least_once`, or a graph of its own that reads the topic\n"
            "g.yaml:4:5: a graph with exactly_once has one source; name all topics in it: `topics: [a, b]`\n"
            "g.yaml:7:5: the sink 't_out' cannot take part in exactly_once: it knows no transactions, unlike "
            "kafka, "
            "t_commit; use `delivery: at_least_once`, or a graph of its own that reads the topic");
}

TEST(Check, NoSourcesOrSinks) {
  EXPECT_EQ(errors("nodes: [t_open]\n"),
            "g.yaml:1:1: the graph has no source; add one under `sources:` (`radflow list sources`)\n"
            "g.yaml:1:1: the graph has no sink; add one under `sinks:` (`radflow list sinks`)");
  EXPECT_EQ(errors("sources: t_in\nsinks:\n  - t_out: {from: errors}\n"),
            "g.yaml:1:10: sources: expected a list of sources, one `- type: {parameter: value}` each\n"
            "g.yaml:2:1: no sink takes results, only dead letters; add one");
}

TEST(Check, UnknownTypes) {
  EXPECT_EQ(
      errors(around("  - t_smoth: {radius: 1}\n  - t_out\n  - 3: x\n")),
      "g.yaml:4:5: there is no node 't_smoth'; did you mean 't_smooth'? `radflow list nodes` lists them\n"
      "g.yaml:5:5: there is no node 't_out' (there is a sink of that name); `radflow list nodes` lists them\n"
      "g.yaml:6:5: there is no node '3'; `radflow list nodes` lists them");
}

TEST(Check, UnknownTypesWithWiring) {
  EXPECT_EQ(
      errors(around("  - t_smoth:\n    name: x\n    retry: {times: 3}\n    concurrency: 2\n")),
      "g.yaml:4:5: there is no node 't_smoth'; did you mean 't_smooth'? `radflow list nodes` lists them");
}

TEST(Check, RetryIsForSinksThatTryAgain) {
  const auto sink = [](const std::string& text) { return "sources: [t_in]\nsinks:\n  - " + text + "\n"; };
  EXPECT_EQ(errors(sink("t_disk: {retry: {times: 3, backoff: 1s}}")), "");
  EXPECT_EQ(errors(sink("t_out: {retry: {times: 3}}")),
            "g.yaml:3:13: 't_out' never fails in a way that passes: `retry` would change nothing");
  EXPECT_EQ(errors(sink("t_broker: {retry: {times: 3}}")),
            "g.yaml:3:16: 't_broker' takes no `retry`: set its property");
  EXPECT_EQ(errors(sink("t_disk: {retry: {times: 0}}")),
            "g.yaml:3:29: t_disk.retry.times: 0 is out of range: 1 to 100");
  EXPECT_EQ(errors("sources: [t_in: {retry: {times: 1}}]\nsinks: [t_out]\n"),
            "g.yaml:1:18: 'retry' belongs to nodes and sinks; 't_in' is a source");
}

TEST(Check, ASinkTriesAgainWithoutEndUnlessToldHowOften) {
  const auto retry = [](const std::string& text) {
    return load_plan_text("sources: [t_in]\nsinks: [t_disk: {" + text + "}]\n", "g.yaml").sinks[0].info.retry;
  };
  EXPECT_EQ(retry(""), (Retry{.times = 0, .backoff_ms = 50}));
  EXPECT_EQ(retry("retry: {backoff: 2s}"), (Retry{.times = 0, .backoff_ms = 2000}));
  EXPECT_EQ(retry("retry: {times: 4}"), (Retry{.times = 4, .backoff_ms = 50}));
}

TEST(Check, RetryIsNotForSplits) {
  EXPECT_EQ(errors(around("  - t_tile: {retry: {times: 3}}\n")),
            "g.yaml:4:14: 't_tile' makes several messages of one: `retry` is for nodes that make one; use "
            "on_error");
}

TEST(Check, ComponentForms) {
  EXPECT_EQ(errors(around(
                "  - [t_smooth]\n  - name: x\n  - t_smooth: 3\n  - t_smooth:\n    name: y\n    radius: 3\n")),
            "g.yaml:4:5: expected a node such as `- type: {parameter: value}`\n"
            "g.yaml:5:5: this node has no type: expected `- type: {parameter: value}`\n"
            "g.yaml:6:15: expected the parameters of 't_smooth' as a map: `t_smooth: {parameter: value}`\n"
            "g.yaml:9:5: 'radius' stands beside 't_smooth'; its parameters stand inside: `t_smooth: {radius: "
            "...}`");
}

TEST(Check, EmptyEntries) {
  EXPECT_EQ(errors("sources: [t_in]\nnodes: [t_open, , t_smooth]\nsinks: [t_wall, ]\n"),
            "g.yaml:2:17: an empty entry in the list; expected a node such as `- type: {parameter: value}`");
  EXPECT_EQ(errors("sources: [t_in]\nnodes: [t_open]\nsinks: [t_wall, ,]\n"),
            "g.yaml:3:17: an empty entry in the list; expected a sink such as `- type: {parameter: value}`");
}

// What takes no type has a place nevertheless, and is told what it lacks, not how to take one of two outputs.
TEST(Check, EntriesWithoutATypeBehindSeveralOutputs) {
  const std::string before = "sources: [t_in]\nnodes: [t_open, route: {modality: [CT]}, ";
  EXPECT_EQ(errors(before + ", t_smooth]\nsinks: [t_wall]\n"),
            "g.yaml:2:42: an empty entry in the list; expected a node such as `- type: {parameter: value}`");
  EXPECT_EQ(errors(before + "{name: x}, t_smooth]\nsinks: [t_wall]\n"),
            "g.yaml:2:42: this node has no type: expected `- type: {parameter: value}`");
}

TEST(Check, Parameters) {
  EXPECT_EQ(errors(around("  - t_smooth: {raduis: 1, radius: big, border: refelct, limit: [1]}\n")),
            "g.yaml:4:16: 't_smooth' has no parameter 'raduis'; did you mean 'radius'?\n"
            "g.yaml:4:35: t_smooth.radius: expected an integer, found 'big'\n"
            "g.yaml:4:48: t_smooth.border: 'refelct' is not one of reflect, zero; did you mean 'reflect'?\n"
            "g.yaml:4:64: t_smooth.limit: expected a number, found a list");
  EXPECT_EQ(errors(around("  - t_smooth:\n      radius: 11\n      border:\n      zzz: 1\n")),
            "g.yaml:5:15: t_smooth.radius: 11 is out of range: 0 to 10\n"
            "g.yaml:6:7: t_smooth.border: expected text, found nothing\n"
            "g.yaml:7:7: 't_smooth' has no parameter 'zzz'; it has radius, border, limit");
}

TEST(Check, MissingParametersAndFiles) {
  EXPECT_EQ(errors(around("  - t_measure\n  - t_judge: {train: {trees: 0, depth: 3}}\n", "  - t_out\n")),
            "g.yaml:5:5: 't_judge' needs the parameter 'model': The model.\n"
            "g.yaml:5:30: t_judge.train.trees: 0 is out of range: 1 to 1000\n"
            "g.yaml:5:33: 't_judge' has no parameter 'train.depth'; it has model, train.trees");
  EXPECT_EQ(
      errors(around("  - t_measure\n  - t_judge: {model: no/such.model, train: 3}\n", "  - t_out\n")),
      "g.yaml:5:22: t_judge.model: there is no file 'no/such.model' (`radflow train GRAPH --input FOLDER "
      "--output no/such.model` makes it); relative paths start at the graph's "
      "folder\n"
      "g.yaml:5:44: t_judge.train: expected a map");
}

TEST(Check, UndefinedVariables) {
  unsetenv("RADFLOW_TEST_UNSET");
  EXPECT_EQ(errors(around("  - t_smooth: {border: \"${RADFLOW_TEST_UNSET}\"}\n")),
            "g.yaml:4:24: environment variable RADFLOW_TEST_UNSET is not set; set it or write "
            "${RADFLOW_TEST_UNSET:-default}\n"
            "g.yaml:4:24: t_smooth.border: '' is not one of reflect, zero");
  EXPECT_EQ(errors(around("  - t_smooth: {border: ${RADFLOW_TEST_UNSET}}\n")),
            "g.yaml:4:25: not valid YAML: a variable inside {...} or [...] needs quotes: \"${NAME}\"");
}

TEST(Check, Names) {
  EXPECT_EQ(
      errors(around("  - t_smooth\n  - t_smooth\n  - t_keep: {name: 9x}\n  - t_keep: {name: errors}\n")),
      "g.yaml:5:5: two nodes are named 't_smooth', the first at line 4; give this one a `name`\n"
      "g.yaml:6:20: t_keep.name: '9x' is no name: a letter, then letters, digits, _ or -\n"
      "g.yaml:7:20: t_keep.name: 'errors' is taken: sinks take dead letters by it");
  EXPECT_EQ(errors("sources: [t_in, t_in]\nsinks: [t_out, t_out]\n"),
            "g.yaml:1:17: two sources are named 't_in', the first at line 1; give this one a `name`\n"
            "g.yaml:2:16: two sinks are named 't_out', the first at line 2; give this one a `name`");
}

TEST(Check, KeysThatBelongElsewhere) {
  EXPECT_EQ(
      errors("sources:\n  - t_in: {from: x}\n    concurrency: 3\nnodes:\n  - t_open: {order: key, name: a}\n"
             "    name: b\nsinks:\n  - t_wall: {on_error: stop, order: keys}\n"),
      "g.yaml:2:12: 'from' belongs to nodes and sinks; 't_in' is a source\n"
      "g.yaml:3:5: 'concurrency' belongs to nodes; 't_in' is a source\n"
      "g.yaml:5:14: 'order' belongs to sinks; 't_open' is a node\n"
      "g.yaml:5:26: 'name' is given twice: beside 't_open' and inside it\n"
      "g.yaml:8:14: 'on_error' belongs to nodes; 't_wall' is a sink\n"
      "g.yaml:8:37: t_wall.order: 'keys' is not one of key, partition, none; did you mean 'key'?");
}

TEST(Check, AMisspeltWiringKeyOrErrorsIsNamed) {
  const std::string wrong =
      errors(around("  - t_smooth:\n    concurency: 2\n", "  - t_out\n  - t_wall:\n    from: error\n"));
  EXPECT_THAT(wrong, ::testing::HasSubstr(
                         "there is no key 'concurency' beside 't_smooth'; did you mean 'concurrency'?"));
  EXPECT_THAT(wrong, ::testing::HasSubstr("there is no node named 'error'; did you mean 'errors'?"));
}

TEST(Check, References) {
  EXPECT_EQ(errors(around("  - t_smooth: {from: t_opne}\n  - t_keep: {from: t_open.left}\n"
                          "  - t_measure: {from: t_in}\n  - t_gather: {from: [errors, {a: b}]}\n",
                          "  - t_out: {from: {a: t_gather}}\n")),
            "g.yaml:4:22: there is no node named 't_opne'; did you mean 't_open'?\n"
            "g.yaml:5:20: 't_open' has no output 'left'; it has t_open.out\n"
            "g.yaml:6:23: 't_in' is a source; the records of all sources are `from: sources`\n"
            "g.yaml:7:23: only sinks take `from: errors`\n"
            "g.yaml:7:31: 't_gather': from names nodes: expected a name\n"
            "g.yaml:9:19: 't_out' is a sink and has no named inputs; give a list");
}

TEST(Check, NumberOfInputs) {
  EXPECT_EQ(
      errors(around(
          "  - t_smooth\n  - t_overlay\n  - t_overlay: {name: o2, from: {image: t_open, msk: t_smooth}}\n"
          "  - t_smooth: {name: s2, from: [t_overlay, o2]}\n")),
      "g.yaml:5:5: 't_overlay' takes 2 inputs, 1 is given (image, mask); write `from: {image: NODE, mask: "
      "NODE}`\n"
      "g.yaml:6:33: 'o2' needs its input 'mask': `from: {mask: NODE}`\n"
      "g.yaml:6:49: 'o2' has no input 'msk'; it has image, mask; did you mean 'mask'?\n"
      "g.yaml:7:33: 's2' takes 1 input, 2 are given");
  EXPECT_EQ(errors(around("  - t_measure\n  - t_gather: {from: []}\n",
                          "  - t_out: {from: [t_measure, t_gather]}\n")),
            "g.yaml:5:5: 't_gather' takes one or more inputs, 0 are given");
  EXPECT_EQ(errors(around("  - t_measure\n  - t_gather: {from: [t_measure, t_measure]}\n", "  - t_out\n")),
            "g.yaml:5:34: 't_gather' takes 't_measure' twice; once is enough");
}

TEST(Check, TypesThatDoNotFit) {
  EXPECT_EQ(
      errors("sources: [t_in]\nnodes:\n  - t_smooth\n  - t_keep\n  - t_gather\nsinks: [t_wall]\n"),
      "g.yaml:3:5: 't_smooth' takes picture, but the sources give record; picture of record: t_open\n"
      "g.yaml:5:5: 't_gather' takes numbers, but 't_keep' gives picture; numbers of picture: t_measure\n"
      "g.yaml:6:9: 't_wall' takes picture, but 't_gather' gives numbers");
  EXPECT_EQ(errors(around("", "  - t_wall\n  - t_wall: {from: errors}\n")),
            "g.yaml:6:5: 'errors' takes picture, dead letters are records; use a sink that takes records");
}

TEST(Check, CyclesAreNamed) {
  EXPECT_EQ(
      errors(around("  - t_smooth: {name: a, from: c}\n  - t_smooth: {name: b}\n  - t_smooth: {name: c}\n",
                    "  - t_wall: {from: [t_open, c]}\n")),
      "g.yaml:4:31: cycle: a -> b -> c -> a; data flows one way, remove one of these inputs");
}

TEST(Check, EveryCycleIsFoundAndWhatElseIsWrong) {
  EXPECT_EQ(
      errors(around("  - t_smooth: {name: a, from: b}\n  - t_smooth: {name: b}\n"
                    "  - t_overlay: {name: c, from: [t_open, d]}\n  - t_keep: {name: d}\n  - t_gather: "
                    "{from: t_open}\n",
                    "  - t_wall: {from: [b, d, t_open]}\n  - t_out\n")),
      "g.yaml:4:31: cycle: a -> b -> a; data flows one way, remove one of these inputs\n"
      "g.yaml:6:41: cycle: c -> d -> c; data flows one way, remove one of these inputs\n"
      "g.yaml:8:22: 't_gather' takes numbers, but 't_open' gives picture; numbers of picture: t_measure");
  EXPECT_EQ(errors(around("  - t_keep: {name: self, from: self}\n", "  - t_wall: {from: [t_open, self]}\n")),
            "g.yaml:4:32: cycle: self -> self; data flows one way, remove one of these inputs");
}

// What is wrong is said once, and not what follows from it.
TEST(Check, WhatIsMisspeltIsNotMissingToo) {
  EXPECT_EQ(errors("source: [t_in]\nnodes: [t_open]\nsinks: [t_wall]\n"),
            "g.yaml:1:1: a graph has no key 'source'; did you mean 'sources'?");
  EXPECT_EQ(errors("sources: [t_in]\nnodes: [t_open]\nsink: [t_wall]\n"),
            "g.yaml:3:1: a graph has no key 'sink'; did you mean 'sinks'?");
  EXPECT_EQ(errors(around("  - t_measure\n  - t_judge: {modle: m}\n", "  - t_out: {from: t_open}\n")),
            "g.yaml:5:15: 't_judge' has no parameter 'modle'; did you mean 'model'?");
  EXPECT_EQ(errors(around("  - t_smooth {radius: 3}\n")),
            "g.yaml:4:5: a `:` is missing behind 't_smooth': `t_smooth: {parameter: value}`");
  EXPECT_EQ(errors(around("  - t_measure\n  - t_measure: {from: t_open}\n"
                          "  - t_gather: {from: [t_measure, t_measure]}\n",
                          "  - t_out: {from: t_open}\n")),
            "g.yaml:5:5: two nodes are named 't_measure', the first at line 4; give this one a `name`");
}

TEST(Check, KeysOfMapsHaveNearOnesToo) {
  EXPECT_EQ(errors("http: {listn: 'a:1'}\nsources: [t_in]\nsinks: [t_out]\n"),
            "g.yaml:1:8: http has no key 'listn'; did you mean 'listen'?");
  EXPECT_EQ(errors("sources: [t_in]\nsinks:\n  - t_disk: {retry: {time: 3}}\n"),
            "g.yaml:3:28: t_disk.retry.time: no such key; did you mean 'times'?");
}

TEST(Check, BrokenYamlSaysWhatIsBehindIt) {
  EXPECT_EQ(errors("sources: [t_in]\nnodes:\n\t- t_open\nsinks: [t_out]\n"),
            "g.yaml:3:2: not valid YAML: a tab cannot indent a line; use spaces");
  EXPECT_EQ(errors(around("  - t_smooth: {radius: 2\n")),
            "g.yaml:5:6: not valid YAML: end of map flow not found: a `{` before this is not closed");
  EXPECT_EQ(errors(around("  - t_smooth:\n  radius: 2\n")),
            "g.yaml:5:3: not valid YAML: end of map not found: this line is indented otherwise than those it "
            "belongs to");
  EXPECT_EQ(
      errors(around("  - t_keep\n    on_error: drop\n")),
      "g.yaml:5:13: not valid YAML: illegal map value: a `:` that is one too many, or the line before needs "
      "a `:` at its end");
}

// They were errors once. An experiment that leaves a part out must not need its nodes removed as well.
TEST(Check, UnusedBranches) {
  const std::string yaml =
      around("  - t_smooth: {name: a}\n  - t_smooth: {name: b}\n  - t_keep: {from: t_open}\n");
  EXPECT_EQ(errors(yaml), "");
  const Plan plan = load_plan_text(yaml, "g.yaml");
  ASSERT_EQ(plan.warnings.size(), 1U);
  EXPECT_EQ(plan.warnings.front().str(),
            "g.yaml:5:5: nothing takes the output of 'b': neither it nor what only it takes is computed; add "
            "`from: b` to a sink or a node, or remove it");
  EXPECT_THAT(names(without_unused(plan).nodes), ::testing::ElementsAre("t_open", "t_keep"));
  // What does not run is not in the digest.
  EXPECT_EQ(plan.info.digest, load_plan_text(around("  - t_keep\n"), "g.yaml").info.digest);
  EXPECT_TRUE(load_plan_text(around("  - t_smooth\n"), "g.yaml").warnings.empty());
}

// It would not be known what is unused.
TEST(Check, UnusedBranchesAreNotLookedForWhereAnInputNamesNothing) {
  EXPECT_EQ(errors(around("  - t_smooth: {name: a}\n  - t_keep: {from: t_opne}\n")),
            "g.yaml:5:20: there is no node named 't_opne'; did you mean 't_open'?");
}

TEST(Check, JoinsOfWhatDoesNotDescendOneToOne) {
  EXPECT_EQ(errors(around("  - t_tile\n  - t_overlay: {from: {image: t_open, mask: t_tile}}\n")),
            "g.yaml:5:39: 't_overlay' cannot join these inputs one to one: the first comes of a record, this "
            "one of a "
            "part that 't_tile' makes");
  EXPECT_EQ(errors(around("  - t_tile\n  - t_smooth\n  - t_overlay: {from: [t_tile, t_smooth]}\n")), "");
  EXPECT_EQ(
      errors(around(
          "  - t_tile\n  - t_tile: {name: again, from: t_open}\n  - t_overlay: {from: [t_tile, again]}\n")),
      "g.yaml:6:32: 't_overlay' cannot join these inputs one to one: the first comes of a part that 't_tile' "
      "makes, "
      "this one of a part that 'again' makes");
}

TEST(Check, WhatComesOfSomethingReportedIsNotReportedAsAJoin) {
  EXPECT_EQ(errors(around("  - t_tile\n  - t_smooth: {name: a, from: t_tile}\n"
                          "  - t_smooth: {name: b, from: t_tiel}\n  - t_overlay: {from: [a, b]}\n")),
            "g.yaml:6:31: there is no node named 't_tiel'; did you mean 't_tile'?");
  // Nor is a join of a join that was reported.
  EXPECT_EQ(
      errors(around("  - t_tile\n  - t_overlay: {name: a, from: [t_open, t_tile]}\n"
                    "  - t_overlay: {from: [a, t_tile]}\n")),
      "g.yaml:5:41: 'a' cannot join these inputs one to one: the first comes of a record, this one of a "
      "part that 't_tile' makes");
}

TEST(Check, DeadLetters) {
  EXPECT_EQ(errors(around("  - t_smooth: {on_error: dead_letter}\n")),
            "g.yaml:4:5: 't_smooth' sends to the dead letters (on_error: dead_letter), but no sink takes "
            "them; add one "
            "with `from: errors`");
  EXPECT_EQ(
      errors(around("", "  - t_wall: {from: [t_open, errors]}\n  - t_out: {from: errors, order: key}\n")),
      "g.yaml:5:29: a sink takes either errors or nodes: write a sink of its own with `from: errors`\n"
      "g.yaml:6:5: 'errors' takes dead letters, which have no order: remove `order`");
}

TEST(Check, WhatAConstructorRefusesStandsAtItsParameter) {
  const Folder folder;
  folder.write("big.model", std::string(200, 'x'));
  const Plan plan = load_plan_text(around("  - t_measure\n  - t_judge: {model: big.model}\n", "  - t_out\n"),
                                   folder.file("g.yaml"));
  try {
    build_nodes(plan);
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_EQ(error.what(), folder.file("g.yaml") + ":5:22: t_judge.model: made for other features");
  }
}

// What is sound is built although something else is wrong: nobody mends a graph layer by layer.
TEST(Check, WhatIsWrongWithOneComponentHidesNothingOfAnother) {
  const Folder folder;
  folder.write("big.model", std::string(200, 'x'));
  const std::string file = folder.file("g.yaml");
  const auto all = [&](const std::string& nodes, const std::string& sink, const Overrides& overrides = {}) {
    try {
      load_plan_text(around(nodes, "  - t_out\n  - " + sink + "\n"), file, overrides);
      return std::string{};
    } catch (const ConfigError& error) {
      return std::string{error.what()};
    }
  };
  const std::string nodes = "  - t_smooth: {raduis: 1}\n  - t_measure\n  - t_judge: {model: big.model}\n";
  const std::string smooth = file + ":4:16: 't_smooth' has no parameter 'raduis'; did you mean 'radius'?\n";
  const std::string judge = file + ":6:22: t_judge.model: made for other features\n";
  EXPECT_EQ(all(nodes, "t_checked: {topic: bad, a.b: 1}"), smooth + judge + file +
                                                               ":9:24: t_checked.topic: is bad\n" + file +
                                                               ":9:29: t_checked.a.b: is no property");
  EXPECT_EQ(all(nodes, "t_checked: {topic: bad, topci: x, a.b: 1}"),
            smooth + judge + file + ":9:29: 't_checked' has no parameter 'topci'; did you mean 'topic'?\n" +
                file + ":9:39: t_checked.a.b: is no property")
      << "of what is not sound only the properties";
  EXPECT_EQ(all(nodes, "t_checked", {.training = true}) + "\n", smooth) << "the model is about to be made";
}

TEST(Check, ConnectorsAreCheckedWithoutBeingMade) {
  const Plan plan =
      load_plan_text("sources: [t_in]\nsinks:\n  - t_checked: {topic: bad, c.d: 2, a.b: 1}\n", "g.yaml");
  const auto wrong = [&](auto&& check) -> std::string {
    try {
      check();
      return "";
    } catch (const ConfigError& error) {
      return error.what();
    }
  };
  const std::string all =
      "g.yaml:3:24: t_checked.topic: is bad\ng.yaml:3:29: t_checked.c.d: is no property\n"
      "g.yaml:3:37: t_checked.a.b: is no property";
  EXPECT_EQ(wrong([&] { check_connectors(plan); }), all);
  std::vector<std::unique_ptr<Source>> sources;
  std::vector<std::unique_ptr<Sink>> sinks;
  EXPECT_EQ(wrong([&] { build_connectors(plan, sources, sinks); }), all);
  EXPECT_TRUE(sources.empty()) << "nothing is made of a graph that is refused";
}

}  // namespace
}  // namespace radflow::checking
