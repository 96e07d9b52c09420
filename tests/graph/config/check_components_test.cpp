// Components of a graph that are wrong, with the exact text a person reads.
#include <gmock/gmock.h>

#include "tests/graph/components.hpp"
#include "tests/graph/config/around.hpp"

namespace radflow::checking {
namespace {

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

}  // namespace
}  // namespace radflow::checking
