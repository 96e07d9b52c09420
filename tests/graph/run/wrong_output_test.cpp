// What a node gives although it did not declare it: a failed message, never a value that the next node misreads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/run/guarded_call.hpp"
#include "tests/fake_context.hpp"
#include "tests/graph/port_graph.hpp"

namespace radflow::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Text {
  static constexpr std::string_view payload_name = "text";
  std::string value;
  std::size_t bytes() const { return sizeof *this + value.capacity(); }
};

// Sends even numbers by `even`, odd ones by `odd`; 4 by an output that it does not have, 7 with another type and 9
// without a value.
struct Stray {
  Routed operator()(const Number& number) const {
    const Payload same = Payload::of(number);
    if (number.value == 4) return {same, 2};
    if (number.value == 5) return {same, -1};
    if (number.value == 7) return {Payload::of(Text{"seven"}), 1};
    if (number.value == 9) return {Payload{}, 1};
    return {same, static_cast<int>(number.value % 2)};
  }
};
const Register<Stray> stray{NodeSpec{"p_stray", "Sends astray."}.outputs({"even", "odd"})};

TEST(WrongOutput, IsAFailedMessageThatNamesTheNode) {
  const PipelineStats stats = run_graph("  - p_number: {}\n  - p_stray: {}",
                                        "  - p_keep: {}\n    name: even\n    from: p_stray.even\n"
                                        "  - p_keep: {}\n    name: odd\n    from: p_stray.odd");
  EXPECT_THAT(numbers_at("even"), ElementsAre(0, 2, 6, 8, 10));
  EXPECT_THAT(numbers_at("odd"), ElementsAre(1, 3, 11));
  EXPECT_EQ(arrivals.at["errors"].size(), 4U);
  EXPECT_EQ(ended(stats), 12U);
  const NodeStats& node = stats.nodes[1];
  ASSERT_EQ(node.name, "p_stray");
  ASSERT_EQ(node.failures.size(), 1U);
  EXPECT_EQ(node.failures[0].reason, "wrong_output");
  EXPECT_EQ(node.failures[0].count, 4U);
}

TEST(WrongOutput, SaysWhichOutputAndWhatItGave) {
  for (const auto& [number, words] :
       std::map<std::int64_t, std::string>{{4, "by output 2, counted from 0, but has 2"},
                                           {5, "by output -1, counted from 0, but has 2"},
                                           {7, "gave text by its output 'odd', which is declared as number"},
                                           {9, "gave an empty value by its output 'odd'"}}) {
    const Payload given = Payload::of(Number{number});
    const Payload* inputs[]{&given};
    const PortSpec outputs[]{{"even", &payload_type<Number>}, {"odd", &payload_type<Number>}};
    const auto body = make_node("p_stray: {}");
    const Outcome outcome = guarded_call(*body, inputs, FakeContext{}, outputs);
    ASSERT_EQ(outcome.kind, Outcome::Kind::Failed) << number;
    EXPECT_THAT(outcome.error->detail, HasSubstr(words));
  }
}

TEST(WrongOutput, APartOfAnotherTypeFailsAlone) {
  TestGraph graph;
  const auto split = [](std::span<const Payload* const>, const Context&) {
    std::vector<Outcome::Piece> pieces;
    pieces.push_back({Payload::of(Number{1}), Identity{0, 2, {}}});
    pieces.push_back({Payload::of(Text{"two"}), Identity{1, 2, {}}});
    return Outcome::split(std::move(pieces));
  };
  graph.source(records(3)).node("a", {""}, offset).node("split", {"a"}, split, {.arity = Arity::Many});
  const_cast<Spec*>(graph.plan.nodes[1].spec)->outputs[0].type = &payload_type<Number>;
  graph.sink("out", {"split"}).errors();
  ASSERT_TRUE(graph.run());
  EXPECT_EQ(graph.kept("out").size(), 3U);
  EXPECT_EQ(graph.kept("errors").size(), 3U);
}

struct Pair {
  Number operator()(const Number& a, const Number&) const { return a; }
};
struct Same {
  Number operator()(const Number& a) const { return a; }
};

std::string refusal(auto make) {
  try {
    make();
    return "";
  } catch (const std::logic_error& error) {
    return error.what();
  }
}

TEST(PortNames, AreCheckedWhenANodeIsRegistered) {
  EXPECT_EQ(refusal([] {
              Register<Pair>{NodeSpec{"p_pair", "Pairs."}};
            }),
            "node 'p_pair': its call operator has 2 inputs, but 0 are named; name each with .inputs({...})");
  EXPECT_EQ(refusal([] {
              Register<Pair>{NodeSpec{"p_pair", "Pairs."}.inputs({"a", "a"})};
            }),
            "node 'p_pair': two inputs are named 'a'");
  EXPECT_EQ(refusal([] {
              Register<Pair>{NodeSpec{"p_pair", "Pairs."}.inputs({"a", "b.c"})};
            }),
            "node 'p_pair': a port is named 'b.c'; take letters, digits and '_'");
  EXPECT_EQ(
      refusal([] {
        Register<Same>{NodeSpec{"p_same", "Same."}.outputs({"a", "b"})};
      }),
      "node 'p_same': its call operator has 1 outputs, but 2 are named; name each with .outputs({...})");
  EXPECT_EQ(refusal([] {
              Register<Stray>{NodeSpec{"p_other", "Strays."}.outputs({"a", "a"})};
            }),
            "node 'p_other': two outputs are named 'a'");
  EXPECT_EQ(Registry::instance().find(ComponentKind::Node, "p_pair"), nullptr) << "refused, not added";
}

}  // namespace
}  // namespace radflow::testing
