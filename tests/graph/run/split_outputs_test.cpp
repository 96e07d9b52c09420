// Splits whose parts leave by several outputs, and inputs that take values of one of several types.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/one_of.hpp"
#include "tests/graph/port_graph.hpp"

namespace radflow::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Word {
  static constexpr std::string_view payload_name = "word";
  std::int64_t letters = 0;
};

// Of a number n the parts 10 n and 10 n + 1; an even n has a word beside its first part, of n letters. The second part
// of 7 is an error.
struct Pages {
  using Page = Part<std::tuple<Number, std::optional<Word>>>;
  std::vector<Page> operator()(const Number& number) const {
    const std::int64_t n = number.value;
    std::optional<Word> word = n % 2 == 0 ? std::optional{Word{n}} : std::nullopt;
    std::vector<Page> pages{{std::tuple{Number{10 * n}, word}, {0, 2, {}}}};
    if (n == 7)
      pages.push_back({Error{"seven", "as the test wants"}, {1, 2, {}}});
    else
      pages.push_back({std::tuple{Number{10 * n + 1}, std::optional<Word>{}}, {1, 2, {}}});
    return pages;
  }
};
const Register<Pages> pages{NodeSpec{"p_pages", "Two of one."}
                                .outputs({"out", "word"})
                                .first_is_main()
                                .errors({{"seven", "Seven."}})};

struct Letters {
  Number operator()(const Number& number, const Word* word) const {
    return {word ? 1000 * (word->letters + 1) + number.value : number.value};
  }
};
const Register<Letters> letters{NodeSpec{"p_count_letters", "Counts."}.inputs({"number", "word"})};

// Adds one to either.
struct More {
  Payload operator()(const OneOf<Number, Word>& either) const {
    if (const auto* word = either.get<Word>()) return Payload::of(Word{word->letters + 1});
    return Payload::of(Number{either.as<Number>().value + 1});
  }
};
const Register<More> more{NodeSpec{"p_more", "Adds one."}};

std::string keep(const std::string& name, const std::string& from) {
  return "  - p_keep: {}\n    name: " + name + "\n    from: " + from + "\n";
}

TEST(SplitOutputs, TheFirstIsMeantByTheNodesName) {
  const PipelineStats stats =
      run_graph("  - p_number: {}\n  - p_pages: {}", keep("a", "p_pages") + keep("b", "p_pages.out"), 3);
  EXPECT_THAT(numbers_at("a"), ElementsAre(0, 1, 10, 11, 20, 21));
  EXPECT_THAT(numbers_at("b"), ElementsAre(0, 1, 10, 11, 20, 21));
  EXPECT_EQ(ended(stats), 3U);
}

TEST(SplitOutputs, ASplitBehindASplitKeepsTheOuterNumber) {
  run_graph("  - p_number: {}\n  - p_pages: {}\n    name: outer\n  - p_pages: {}\n    name: inner\n",
            keep("a", "inner"), 1);
  std::vector<std::vector<std::uint32_t>> paths;
  for (const Arrived& one : arrivals.at["a"]) paths.push_back(one.path);
  using Path = std::vector<std::uint32_t>;
  EXPECT_THAT(paths, ElementsAre(Path{0, 0}, Path{0, 1}, Path{1, 0}, Path{1, 1}));
}

TEST(SplitOutputs, AValueBesideAPartMeetsItInAJoin) {
  for (const char* concurrency : {"", "\n    concurrency: 2"}) {
    const PipelineStats stats =
        run_graph(std::string{"  - p_number: {}\n  - p_pages: {}\n  - p_more: {}"} + concurrency +
                      "\n  - p_count_letters: {from: {number: p_more, word: p_pages.word}}",
                  keep("out", "p_count_letters"), 8);
    EXPECT_THAT(numbers_at("out"),
                ElementsAre(1001, 2, 11, 12, 3021, 22, 31, 32, 5041, 42, 51, 52, 7061, 62, 71));
    EXPECT_EQ(arrivals.at["errors"].size(), 1U);
    EXPECT_EQ(ended(stats), 8U);
  }
}

TEST(SplitOutputs, OnlyWhatIsThereGoesOnToASinkOrANode) {
  const std::string nodes = "  - p_number: {}\n  - p_pages: {}\n  - p_more: {from: p_pages.word}";
  const PipelineStats stats =
      run_graph(nodes + "\n  - p_count_letters: {from: {number: p_pages, word: p_more}}",
                keep("out", "p_count_letters"), 4);
  EXPECT_THAT(numbers_at("out"), ElementsAre(2000, 1, 10, 11, 4020, 21, 30, 31));
  EXPECT_EQ(stats.nodes[2].calls, 2U);
  EXPECT_EQ(ended(stats), 4U);
}

TEST(SplitOutputs, TheDigestDoesNotSayTheMainOutput) {
  const auto upstream = [](const std::string& from) {
    return load_plan_text(
               "sources: [p_count: {}]\nnodes:\n  - p_number: {}\n  - p_pages: {}\n  - p_more: {from: " +
                   from + "}\n  - p_more: {name: last}\nsinks:\n  - p_keep: {from: p_pages}\n",
               "ports.yaml")
        .nodes.back()
        .info.upstream;
  };
  EXPECT_THAT(upstream("p_pages"), ::testing::EndsWith("p_pages: {}\np_more: {}\n"));
  EXPECT_THAT(upstream("p_pages.word"), ::testing::EndsWith("p_more: {} <- p_pages.word\n"));
}

// Hands `value` on where `gate` is even.
struct Gate {
  std::tuple<Number, std::optional<Number>> operator()(const Number& gate, const Number& value) const {
    return {Number{0}, gate.value % 2 == 0 ? std::optional{value} : std::nullopt};
  }
};
SpecBuilder gate_spec(const std::string& name, const std::string& handed_on) {
  return NodeSpec{name, "Hands on."}
      .inputs({"gate", "value"})
      .outputs({"sum", "value"})
      .hands_on({handed_on});
}
const Register<Gate> gate{gate_spec("p_gate", "value")};

TEST(HandsOn, WhatLeavesAsItCameIsSaidAsTheNodeThatMadeIt) {
  const auto upstream = [](const std::string& gate, const std::string& from) {
    return load_plan_text("sources: [p_count: {}]\nnodes:\n  - p_number: {}\n  - p_more: {}\n" + gate +
                              "  - p_more: {name: last, from: " + from + "}\nsinks: [p_keep: {from: last}]\n",
                          "ports.yaml")
        .nodes.back()
        .info.upstream;
  };
  const std::string gate = "  - p_gate: {from: {gate: p_number, value: p_more}}\n";
  EXPECT_EQ(upstream(gate, "p_gate.value"), upstream("", "p_more"));
  EXPECT_THAT(upstream(gate, "p_gate.sum"), HasSubstr("p_gate"));
  EXPECT_THROW(Register<Gate>(gate_spec("p_wrong", "sum")), std::logic_error) << "there is no such input";
}

TEST(OneOf, SaysItsTypesWhereAnotherArrives) {
  EXPECT_EQ((payload_type<OneOf<Number, Word>>.name), "number or word");
  try {
    run_graph("  - p_more: {}", keep("out", "p_more"));
    ADD_FAILURE() << "a record is neither";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("'p_more' takes number or word, but the sources give record"));
  }
}

TEST(OneOf, WhatLeavesIsOfTheTypeThatArrived) {
  try {
    run_graph("  - p_number: {}\n  - p_pages: {}\n  - p_more: {from: p_pages.word}", keep("out", "p_more"));
    ADD_FAILURE() << "the sink takes numbers";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("'out' takes number, but 'p_more' gives word"));
  }
  run_graph("  - p_number: {}\n  - p_more: {}", keep("out", "p_more"), 3);
  EXPECT_THAT(numbers_at("out"), ElementsAre(1, 2, 3));
}

}  // namespace
}  // namespace radflow::testing
