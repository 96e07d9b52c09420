// Wiring that is wrong, with the exact text a person reads.
#include <gmock/gmock.h>

#include "graph/unused.hpp"
#include "tests/graph/components.hpp"
#include "tests/graph/config/around.hpp"

namespace radflow::checking {
namespace {

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

}  // namespace
}  // namespace radflow::checking
