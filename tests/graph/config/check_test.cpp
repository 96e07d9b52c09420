// Files that are no graph, and wrong top-level keys, with the exact text a person reads. Its components and wiring:
// check_components_test.cpp, check_wiring_test.cpp, check_build_test.cpp.
#include <gmock/gmock.h>

#include "tests/graph/components.hpp"
#include "tests/graph/config/around.hpp"

namespace radflow::checking {
namespace {

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
            "g.yaml:1:9: memory: 99999999999GiB is out of range: 1B to 1048576GiB\n"
            "g.yaml:2:8: drain: 9999999999h is out of range: 0s to 24h\n"
            "g.yaml:3:10: workers: 99999999999999 is out of range: 0 to 1024\n"
            "g.yaml:5:36: t_smooth.radius: 99999999999 is out of range: 0 to 10\n"
            "g.yaml:5:56: t_smooth.limit: 1e999 is out of range: -1.7976931348623157e+308 to "
            "1.7976931348623157e+308");
  EXPECT_EQ(errors("memory: 512\nsources: [t_in]\nsinks: [t_out]\n"),
            "g.yaml:1:9: memory: expected a size such as 512MiB, 2GiB or 100kB, found '512'");
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

}  // namespace
}  // namespace radflow::checking
