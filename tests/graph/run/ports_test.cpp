// Nodes with several outputs at once, optional inputs, and results that replace a message's identifiers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/graph/port_graph.hpp"

namespace radflow::testing {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

// Ten times a number by `tens`, an even one by `even` as well; 5 is an error.
struct Halves {
  Result<std::tuple<Number, std::optional<Number>>> operator()(const Number& number) const {
    if (number.value == 5) return Error{"five", "as the test wants"};
    return std::tuple{Number{number.value * 10},
                      number.value % 2 == 0 ? std::optional{number} : std::nullopt};
  }
};
const Register<Halves> halves{NodeSpec{"p_halves", "Tens and evens."}.outputs({"tens", "even"})};

// Two outputs, both of which may be empty.
struct Sieve {
  std::tuple<std::optional<Number>, std::optional<Number>> operator()(const Number& number) const {
    return {by(number, 2), by(number, 3)};
  }
  static std::optional<Number> by(const Number& number, std::int64_t n) {
    return number.value % n == 0 ? std::optional{number} : std::nullopt;
  }
};
const Register<Sieve> sieve{NodeSpec{"p_sieve", "Multiples."}.outputs({"of_2", "of_3"})};

// Lets multiples of three through; 6 is an error.
struct Third {
  Result<std::optional<Number>> operator()(const Number& number) const {
    if (number.value == 6) return Error{"six", "as the test wants"};
    return number.value % 3 == 0 ? std::optional{number} : std::nullopt;
  }
};
const Register<Third> third{NodeSpec{"p_third", "Multiples of three."}};

struct Masked {
  Number operator()(const Number& image, const Number* mask, const Number* weight) const {
    return {image.value + (mask ? 1000 : 0) + (weight ? 2000 : 0)};
  }
};
const Register<Masked> masked{NodeSpec{"p_masked", "Adds."}.inputs({"image", "mask", "weight"})};

struct Either {
  Number operator()(const Number* a, const Number* b) const { return a ? *a : Number{-b->value}; }
};
const Register<Either> either{NodeSpec{"p_either", "One of two."}.inputs({"a", "b"})};

// A split of a number n into two parts, 100 n and 100 n + 1.
struct Twins {
  std::vector<Part<Number>> operator()(const Number& number) const {
    const auto ids = [&](std::uint32_t i) {
      return Identity{i, 2, {{"PatientID", "Doe"}, {"Number", std::to_string(number.value)}}};
    };
    return {{Number{100 * number.value}, ids(0)}, {Number{100 * number.value + 1}, ids(1)}};
  }
};
const Register<Twins> twins{NodeSpec{"p_twins", "Two of one."}};

// Replaces the identifiers; filters 300, fails 501.
struct Clean {
  Result<std::optional<Identified<Number>>> operator()(const Number& number, const Context& context) const {
    if (number.value == 501)
      return Error{"unclean", std::string{context.identity().id("PatientID").value_or("")}};
    if (number.value == 300) return std::optional<Identified<Number>>{};
    return std::optional{Identified<Number>{number, {{"PatientID", "anon"}}}};
  }
};
const Register<Clean> clean{NodeSpec{"p_clean", "Cleans."}};

struct FailAt {
  Result<Number> operator()(const Number& number) const {
    if (number.value == 701) return Error{"seven", "as the test wants"};
    return number;
  }
};
const Register<FailAt> fail_at{NodeSpec{"p_fail", "Fails at 701."}};

std::string keep(const std::string& name, const std::string& from) {
  return "  - p_keep: {}\n    name: " + name + "\n    from: " + from + "\n";
}

std::string refusal(const std::string& nodes, const std::string& sinks) {
  try {
    run_graph(nodes, sinks);
    return "";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

TEST(Outputs, ATupleLeavesByThePortsAtItsPlaces) {
  const PipelineStats stats = run_graph("  - p_number: {}\n  - p_halves: {}",
                                        keep("tens", "p_halves.tens") + keep("even", "p_halves.even"), 8);
  EXPECT_THAT(numbers_at("tens"), ElementsAre(0, 10, 20, 30, 40, 60, 70));
  EXPECT_THAT(numbers_at("even"), ElementsAre(0, 2, 4, 6));
  EXPECT_EQ(arrivals.at["errors"].size(), 1U);
  EXPECT_EQ(ended(stats), 8U);
  EXPECT_EQ(stats.nodes[1].results, 7U);
}

TEST(Outputs, GoOnToNodesOfTheirOwnAndAPortMayBeLeftUnused) {
  run_graph(
      "  - p_number: {}\n  - p_halves: {}\n"
      "  - p_third: {}\n    from: p_halves.even\n    concurrency: 1",
      keep("out", "p_third"), 13);
  EXPECT_THAT(numbers_at("out"), ElementsAre(0, 12)) << "of 0 2 4 8 10 12; 6 fails";
}

TEST(Outputs, AMessageIsFilteredWhereAllAreEmpty) {
  const PipelineStats stats = run_graph("  - p_number: {}\n  - p_sieve: {}",
                                        keep("two", "p_sieve.of_2") + keep("three", "p_sieve.of_3"), 12);
  EXPECT_THAT(numbers_at("two"), ElementsAre(0, 2, 4, 6, 8, 10));
  EXPECT_THAT(numbers_at("three"), ElementsAre(0, 3, 6, 9));
  EXPECT_EQ(stats.nodes[1].filtered, 4U) << "1, 5, 7, 11";
  EXPECT_EQ(ended(stats), 12U);
}

TEST(Outputs, HaveToBeSaidByName) {
  EXPECT_THAT(refusal("  - p_number: {}\n  - p_halves: {}", keep("out", "p_halves")),
              HasSubstr("'p_halves' has several outputs; say which: p_halves.tens, p_halves.even"));
}

TEST(OptionalInput, IsNullWhereTheGraphDoesNotWireIt) {
  run_graph("  - p_number: {}\n  - p_masked: {}", keep("out", "p_masked"), 3);
  EXPECT_THAT(numbers_at("out"), ElementsAre(0, 1, 2));
  for (const char* from : {"[p_number, p_halves.tens]", "{image: p_number, mask: p_halves.tens}"}) {
    run_graph(std::string{"  - p_number: {}\n  - p_halves: {}\n  - p_masked: {}\n    from: "} + from,
              keep("out", "p_masked"), 3);
    EXPECT_THAT(numbers_at("out"), ElementsAre(1000, 1001, 1002)) << from;
  }
  run_graph(
      "  - p_number: {}\n  - p_halves: {}\n  - p_masked: {from: {image: p_number, weight: p_halves.tens}}",
      keep("out", "p_masked"), 3);
  EXPECT_THAT(numbers_at("out"), ElementsAre(2000, 2001, 2002));
}

TEST(OptionalInput, IsNullWhereItWasFilteredAndTheMessageFailsWhereItFailed) {
  const PipelineStats stats = run_graph(
      "  - p_number: {}\n  - p_third: {concurrency: 1}\n"
      "  - p_masked: {from: {image: p_number, mask: p_third}, concurrency: 2}",
      keep("out", "p_masked"), 9);
  EXPECT_THAT(numbers_at("out"), ElementsAre(1000, 1, 2, 1003, 4, 5, 7, 8));
  EXPECT_EQ(arrivals.at["errors"].size(), 1U);
  EXPECT_EQ(ended(stats), 9U);
}

TEST(OptionalInput, ARequiredOneThatWasFilteredFiltersTheMessage) {
  run_graph("  - p_number: {}\n  - p_third: {}\n  - p_masked: {from: {image: p_third, mask: p_number}}",
            keep("out", "p_masked"), 6);
  EXPECT_THAT(numbers_at("out"), ElementsAre(1000, 1003));
}

TEST(OptionalInput, ANodeIsNotCalledForNothing) {
  const PipelineStats stats =
      run_graph("  - p_number: {}\n  - p_sieve: {}\n  - p_either: {from: {a: p_sieve.of_2, b: p_sieve.of_3}}",
                keep("out", "p_either"), 8);
  EXPECT_THAT(numbers_at("out"), ElementsAre(0, 2, -3, 4, 6));
  EXPECT_EQ(stats.nodes[2].calls, 5U);
  EXPECT_EQ(ended(stats), 8U);
}

TEST(OptionalInput, IsCheckedAsOthersAre) {
  EXPECT_THAT(refusal("  - p_number: {}\n  - p_masked: {from: {mask: p_number}}", keep("out", "p_masked")),
              HasSubstr("'p_masked' needs its input 'image'"));
  EXPECT_THAT(refusal("  - p_number: {}\n  - p_masked: {from: {image: p_number, mask: sources}}",
                      keep("out", "p_masked")),
              HasSubstr("'p_masked' takes number, but the sources give record"));
  EXPECT_THAT(refusal("  - p_number: {}\n  - p_halves: {}\n  - p_third: {}\n"
                      "  - p_masked: {from: [p_number, p_halves.tens, p_halves.even, p_third]}",
                      keep("out", "p_masked")),
              HasSubstr("'p_masked' takes 1 to 3 inputs, 4 are given"));
  EXPECT_THAT(refusal("  - p_number: {}\n  - p_either: {from: {}}", keep("out", "p_either")),
              HasSubstr("'p_either' takes nothing: wire at least one of its inputs"));
}

TEST(OptionalInput, TheDigestSaysWhichOneIsWired) {
  const auto digest = [](const std::string& from) {
    return load_plan_text(
               "sources: [p_count: {}]\nnodes:\n  - p_number: {}\n  - p_halves: {}\n  - p_masked: {from: " +
                   from + "}\nsinks:\n  - p_keep: {}\n",
               "ports.yaml")
        .info.digest;
  };
  const std::string mask = digest("{image: p_number, mask: p_halves.tens}");
  EXPECT_NE(mask, digest("{image: p_number, weight: p_halves.tens}"));
  EXPECT_EQ(mask, digest("[p_number, p_halves.tens]"));
}

TEST(Identifiers, AreReplacedForWhatComesAfterTheNodeOnly) {
  const PipelineStats stats = run_graph("  - p_number: {}\n  - p_twins: {}\n  - p_clean: {}",
                                        keep("clean", "p_clean") + keep("plain", "p_twins"), 8);
  EXPECT_THAT(numbers_at("clean"),
              ElementsAre(0, 1, 100, 101, 200, 201, 301, 400, 401, 500, 600, 601, 700, 701));
  for (const Arrived& one : arrivals.at["clean"]) {
    EXPECT_THAT(one.ids, ElementsAre(Pair("PatientID", "anon")));
    EXPECT_EQ(one.part, one.number % 100) << "which part it is stays known";
  }
  ASSERT_EQ(arrivals.at["plain"].size(), 16U);
  for (const Arrived& one : arrivals.at["plain"])
    EXPECT_THAT(one.ids, ElementsAre(Pair("PatientID", "Doe"), Pair("Number", std::to_string(one.offset))));
  EXPECT_EQ(ended(stats), 8U);
  EXPECT_EQ(stats.nodes[2].filtered, 1U);
  EXPECT_EQ(stats.nodes[2].results, 14U);
}

TEST(Identifiers, OfADeadLetterAreThoseOfTheMessageThatFailed) {
  run_graph("  - p_number: {}\n  - p_twins: {}\n  - p_clean: {}\n  - p_fail: {}", keep("out", "p_fail"), 8);
  ASSERT_EQ(arrivals.at["errors"].size(), 2U);
  for (const Arrived& one : arrivals.at["errors"]) {
    EXPECT_THAT(one.text, HasSubstr(one.offset == 7 ? "anon" : "Doe"));
    EXPECT_THAT(one.text, ::testing::Not(HasSubstr(one.offset == 7 ? "Doe" : "anon")));
    EXPECT_THAT(one.text, HasSubstr("\"frame\":2"));
    EXPECT_THAT(one.text, ::testing::Not(HasSubstr("\"part\""))) << "replacing identifiers splits nothing";
  }
}

TEST(Identifiers, NothingBeforeTheNodeJoinsWhatComesAfterIt) {
  EXPECT_THAT(
      refusal("  - p_number: {}\n  - p_clean: {}\n  - p_masked: {from: {image: p_clean, mask: p_number}}",
              keep("out", "p_masked")),
      HasSubstr("the first comes of a message with other identifiers that 'p_clean' makes, this one of a "
                "record"));
}

TEST(Identifiers, ComeInOrderOfTheRecords) {
  run_graph("  - p_number: {}\n  - p_clean: {}", keep("out", "p_clean"), 400);
  std::map<std::int64_t, std::int64_t> last;  // the last offset of each key
  for (const Arrived& one : arrivals.at["out"]) {
    const auto [at, first] = last.try_emplace(one.offset % 3, -1);
    EXPECT_GT(one.offset, at->second);
    at->second = one.offset;
  }
  EXPECT_EQ(arrivals.at["out"].size(), 399U) << "300 is filtered";
}

}  // namespace
}  // namespace radflow::testing
