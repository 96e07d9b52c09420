// Parameters of every shape: what a graph may write, what is said of wrong values, and what the digest says.
#include <gmock/gmock.h>

#include "graph/build.hpp"
#include "graph/node.hpp"
#include "graph/plan.hpp"

namespace radflow {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

enum class Side { Left, Right };
Choices<Side> choices_of(Side) {
  return {{Side::Left, "left", "The first half."}, {Side::Right, "right", "The second half."}};
}

struct Region {
  std::string label;
  Interval values;
  std::optional<Side> side;
  std::optional<std::string> note;
  std::optional<Interval> later;

  static Fields<Region> fields() {
    return Fields<Region>{}
        .param(&Region::label, "label", required(), "Its name.")
        .param(&Region::values, "values", range(-10, 10), "What lies in it.")
        .param(&Region::side, "side", any(), "Where it lies.")
        .param(&Region::note, "note", any(), "Of a person.")
        .param(&Region::later, "later", any(), "Was a list once.")
        .absent_as("[]");
  }
};
struct Fit {
  int rounds = 3;
  Duration longest{1000};

  static Fields<Fit> fields() {
    return Fields<Fit>{}
        .param(&Fit::rounds, "rounds", range(1, 9), "How often.")
        .param(&Fit::longest, "longest", any(), "How long.")
        .of_training();
  }
};
struct Params {
  Side side = Side::Left;
  std::array<int, 3> size{1, 1, 1};
  std::vector<Region> regions;
  std::map<std::string, double> weights;
  std::map<std::string, std::vector<Side>> sides;
  Fit fit;
  std::optional<Fit> refit;
  std::optional<Interval> window;
};
struct Tree {
  explicit Tree(const Params& params) {
    if (params.regions.size() > 2) throw ParamError{"regions.2.label", "there are two at most"};
  }
  Payload operator()(const Payload& payload) const { return payload; }
};
const Register<Tree, Params> registered{NodeSpec{"test_tree", "Has parameters of every shape."}
                                            .param(&Params::side, "side", any(), "Which half.")
                                            .param(&Params::size, "size", range(1, 100), "In mm.")
                                            .param(&Params::regions, "regions", any(), "What to look for.")
                                            .param(&Params::weights, "weights", range(0, 1), "By name.")
                                            .param(&Params::sides, "sides", any(), "By name.")
                                            .param(&Params::fit, "fit", any(), "How.")
                                            .param(&Params::refit, "refit", any(), "How again.")
                                            .param(&Params::window, "window", any(), "Was a list once.")
                                            .absent_as("[]")};

Plan planned(const std::string& params, const std::vector<std::string>& set = {}) {
  return load_plan_text("sources: [phantom]\nnodes:\n  - test_tree: " + params +
                            "\n  - test_tree:\n    name: last\n" + "sinks: [stdout]\n",
                        "g.yaml", {.set = set});
}
// What the digest says of the node.
std::string said(const std::string& params, const std::vector<std::string>& set = {}) {
  return planned(params, set).nodes.back().info.upstream;
}
std::string wrong(const std::string& params, const std::vector<std::string>& set = {}) {
  try {
    build_nodes(planned(params, set));
    return "";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

TEST(ParamTree, IsWrittenByNameWithoutWhatIsAbsent) {
  EXPECT_EQ(said("{}"),
            "test_tree: {fit: {rounds: 3}, regions: [], side: left, sides: {}, size: [1, 1, 1], weights: {}, "
            "window: "
            "[]}\n");
  EXPECT_EQ(
      said("{side: right, size: [1, 2, 3], window: [0, 1.5], weights: {b: 0.5, a: 1}, sides: {x: [left, "
           "right]}, "
           "fit: {rounds: 4, longest: 2s}, refit: {}, "
           "regions: [{label: 'a, b', values: [0, 1]}, {label: c, values: [-1, 1], side: left}]}"),
      "test_tree: {fit: {rounds: 4}, refit: {rounds: 3}, regions: [{label: \"a, b\", later: [], values: [0, "
      "1]}, "
      "{label: c, later: [], side: left, values: [-1, 1]}], side: right, sides: {x: [left, right]}, size: "
      "[1, 2, 3], "
      "weights: {a: 1, b: 0.5}, window: [0, 1.5]}\n");
}

// What a struct gets later is optional: the digest of a graph that does not give it stays, in lists and in structs too.
TEST(ParamTree, WhatIsAbsentInsideIsNotInTheDigest) {
  const auto region = [](const std::string& more) {
    const std::string text = said("{regions: [{label: a" + more + "}]}");
    const std::size_t begin = text.find("regions: ") + 9;
    return text.substr(begin, text.find("]}]", begin) + 3 - begin);
  };
  EXPECT_EQ(region(""), "[{label: a, later: [], values: [0, 1]}]");
  EXPECT_EQ(region(", later: [1, 2]"), "[{label: a, later: [1, 2], values: [0, 1]}]");
  EXPECT_EQ(region(", note: b"), "[{label: a, later: [], note: b, values: [0, 1]}]");
  EXPECT_EQ(region(", note: ''"), "[{label: a, later: [], note: \"\", values: [0, 1]}]")
      << "given, and empty";
  EXPECT_THAT(said("{}"), Not(HasSubstr("refit")));
  EXPECT_THAT(said("{refit: {}}"), HasSubstr("refit: {rounds: 3}"));
  EXPECT_THAT(said("{}", {"nodes.test_tree.refit.rounds=4"}), HasSubstr("refit: {rounds: 4}"));
}

TEST(ParamTree, WhatIsWrongIsSaidWhereItStands) {
  EXPECT_EQ(wrong("{side: up}"), "g.yaml:3:23: test_tree.side: 'up' is not one of left, right");
  EXPECT_EQ(wrong("{size: [1, 2]}"),
            "g.yaml:3:23: test_tree.size: expected a list of 3 integers, found a list");
  EXPECT_EQ(wrong("{size: [1, 2, 300]}"), "g.yaml:3:30: test_tree.size.2: 300 is out of range: 1 to 100");
  EXPECT_EQ(wrong("{weights: {a: 2}}"), "g.yaml:3:30: test_tree.weights.a: 2 is out of range: 0 to 1");
  EXPECT_EQ(wrong("{sides: {a: [left, rigth]}}"),
            "g.yaml:3:35: test_tree.sides.a.1: 'rigth' is not one of left, right; did you mean 'right'?");
  EXPECT_EQ(wrong("{window: [2, 1]}"),
            "g.yaml:3:25: test_tree.window: expected two numbers, [low, high], low below high, found [2, 1]");
  EXPECT_EQ(wrong("{regions: [{label: a, values: [0, 20]}]}"),
            "g.yaml:3:46: test_tree.regions.0.values: 20 is out of range: -10 to 10");
  EXPECT_EQ(wrong("{regions: [{values: [0, 1]}]}"),
            "g.yaml:3:27: 'test_tree' needs the parameter 'regions.0.label': Its name.");
  EXPECT_EQ(wrong("{regions: [{label: a, vlaues: [0, 1]}]}"),
            "g.yaml:3:38: 'test_tree' has no parameter 'regions.0.vlaues'; did you mean 'regions.0.values'?");
  EXPECT_EQ(wrong("{fit: {round: 1}}"),
            "g.yaml:3:23: 'test_tree' has no parameter 'fit.round'; did you mean 'fit.rounds'?");
  EXPECT_EQ(wrong("{fit: 3}"), "g.yaml:3:22: test_tree.fit: expected a map");
}

TEST(ParamTree, AConstructorRefusesAValueWhereItStands) {
  EXPECT_EQ(wrong("{regions: [{label: a}, {label: b}, {label: c}]}"),
            "g.yaml:3:59: test_tree.regions.2.label: there are two at most");
}

TEST(ParamTree, IsSetByPath) {
  const std::string params = "{regions: [{label: a, values: [0, 1]}], weights: {a: 0.5}}";
  EXPECT_THAT(said(params, {"nodes.test_tree.regions.0.label=b", "nodes.test_tree.weights.a=1",
                            "nodes.test_tree.fit.rounds=5", "nodes.test_tree.size=[4, 5, 6]"}),
              AllOf(HasSubstr("label: b"), HasSubstr("weights: {a: 1}"), HasSubstr("fit: {rounds: 5}"),
                    HasSubstr("size: [4, 5, 6]")));
  EXPECT_EQ(wrong("{}", {"nodes.test_tree.fit.rounds=0"}),
            "--set nodes.test_tree.fit.rounds: test_tree.fit.rounds: 0 is out of range: 1 to 9");
  // As `a.b` in a graph stands for `a: {b}`.
  EXPECT_THAT(said("{fit.rounds: 6}"), HasSubstr("fit: {rounds: 6}"));
}

TEST(ParamTree, EveryDefaultReadsBack) {
  for (const ComponentKind kind : {ComponentKind::Source, ComponentKind::Node, ComponentKind::Sink})
    for (const Spec* spec : Registry::instance().all(kind)) {
      const auto defaults = spec->make_params(), read = spec->make_params();
      for (const Leaf& leaf : leaves(spec->params, defaults.get())) {
        if (leaf.text.empty()) continue;
        std::vector<Diagnostic> found;
        const Value map = nested(read_yaml(leaf.path + ": " + leaf.text, "g.yaml", found), spec->params);
        Reading reading{spec->name, [&](const Mark&, const std::string& message) {
                          found.push_back({{}, message});
                        }};
        for (const Value::Entry& entry : map.entries)
          read_field(*find_field(spec->params, entry.key), read.get(), entry, reading);
        if (!leaf.spec.limits().required)
          for (const Diagnostic& one : found)
            ADD_FAILURE() << spec->name << "." << leaf.path << ": " << one.message;
      }
    }
}

}  // namespace
}  // namespace radflow
