// Whatever stands in a graph file, the loader gives a plan or a ConfigError with a place: no crash, no other
// exception.
#include <random>

#include "tests/graph/components.hpp"

namespace radflow::checking {
namespace {

const std::string seed_graph = R"(graph: mutated
memory: 64MiB
drain: 5s
http: {listen: 127.0.0.1:9999}
kafka: {acks: 1}
sources:
  - t_in: {topic: "${RADFLOW_TEST_UNSET:-x}", a.b: 1}
nodes:
  - t_open
  - t_smooth: {radius: 3, border: zero}
    name: soft
    concurrency: 2
  - t_tile: {from: t_open}
  - t_measure: {name: a, from: soft}
  - t_measure: {name: b, from: t_open}
  - t_gather: {from: [a, b]}
  - t_overlay: {from: {image: t_open, mask: soft}}
  - t_keep: &keep {from: t_tile}
sinks:
  - t_out: {from: [t_gather, t_overlay], order: partition}
  - t_wall: {from: t_keep}
  - t_out: {from: errors}
)";

TEST(Mutation, GivesAPlanOrAConfigError) {
  ASSERT_EQ(errors(seed_graph), "");
  std::mt19937 random{20};
  const auto below = [&](std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>{0, bound - 1}(random);
  };
  constexpr std::string_view marks = "{}[]:-,&*#\"'|>!%@`\n\t $?";
  int plans = 0, refused = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string text = seed_graph;
    for (std::size_t edits = 1 + below(4); edits > 0 && !text.empty(); --edits) {
      const std::size_t at = below(text.size());
      switch (below(5)) {
        case 0:
          text[at] = static_cast<char>(below(256));
          break;
        case 1:
          text.erase(at, 1 + below(20));
          break;
        case 2:
          text.insert(at, 1, marks[below(marks.size())]);
          break;
        case 3:
          text.insert(at, text.substr(below(text.size()), 1 + below(40)));
          break;
        default:
          text.resize(at);
          break;
      }
    }
    try {
      load_plan_text(text, "g.yaml");
      ++plans;
    } catch (const ConfigError& error) {
      ++refused;
      ASSERT_FALSE(error.diagnostics().empty());
      for (const Diagnostic& diagnostic : error.diagnostics()) ASSERT_NE(diagnostic.str(), "");
    }
  }
  EXPECT_GT(plans, 20);
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace radflow::checking
