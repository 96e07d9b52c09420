#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/kept_results.hpp"

namespace radflow::cli {
namespace {

using testing::HasSubstr;
using Json = nlohmann::ordered_json;

Json result(int offset, const std::string& expected, double ill) {
  return {{"schema", 1},
          {"kind", "prediction"},
          {"graph", "lungs"},
          {"graph_digest", "1"},
          {"topic", "frames"},
          {"partition", 0},
          {"offset", offset},
          {"frame", 1},
          {"expected", expected},
          {"label", ill > 0.5 ? "ill" : "healthy"},
          {"probabilities", {{"healthy", 1 - ill}, {"ill", ill}}},
          {"model", "lungs.model"},
          {"model_digest", "sha256:2"}};
}

EvaluatedResults read(std::istream& text, const std::string& name = "results.ndjson") {
  return classes_of(read_kept(text, name, {}), name, {});
}

EvaluatedResults read(const std::vector<Json>& results) {
  std::stringstream text;
  for (const Json& one : results) text << one << '\n';
  return read(text);
}

std::string refusal(const std::vector<Json>& results) {
  try {
    read(results);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(ReadResults, ToTheLastDigit) {
  const EvaluatedResults evaluated = read({result(0, "ill", 0.1 + 0.2), result(1, "healthy", 1.0 / 3)});
  EXPECT_EQ(evaluated.graph, "lungs");
  EXPECT_EQ(evaluated.model_digest, "sha256:2");
  EXPECT_EQ(evaluated.classes, (std::vector<std::string>{"healthy", "ill"}));
  ASSERT_EQ(evaluated.cases.size(), 2U);
  EXPECT_EQ(evaluated.cases[0].expected, "ill");
  EXPECT_EQ(evaluated.cases[0].label, "healthy");
  EXPECT_EQ(evaluated.cases[0].probabilities[1], 0.1 + 0.2);
  EXPECT_EQ(evaluated.cases[1].probabilities[1], 1.0 / 3);
}

TEST(ReadResults, CountsARepeatedResultOnce) {
  Json second_frame = result(0, "ill", 0.9);
  second_frame["frame"] = 2;
  const EvaluatedResults evaluated =
      read({result(0, "ill", 0.9), result(1, "ill", 0.9), result(0, "ill", 0.9), second_frame});
  EXPECT_EQ(evaluated.cases.size(), 3U);
  EXPECT_EQ(evaluated.repeated, 1);
}

TEST(ReadResults, TilesOfAFrameAreNotOneResult) {
  std::vector<Json> tiles(3, result(0, "ill", 0.9));
  for (int i = 0; i < 3; ++i)
    tiles[static_cast<std::size_t>(i)]["tile"] = {{"index", i % 2 + 1}, {"count", 2}};
  const EvaluatedResults evaluated = read(tiles);
  EXPECT_EQ(evaluated.cases.size(), 2U);
  EXPECT_EQ(evaluated.repeated, 1);
}

TEST(ReadResults, PassesOverOtherKindsAndEmptyLines) {
  std::stringstream text;
  text << R"({"kind":"features","topic":"frames"})"
       << "\n\n"
       << result(0, "ill", 0.9) << '\n';
  EXPECT_EQ(read(text).cases.size(), 1U);
}

TEST(ReadResults, CountsDeadLetters) {
  const Json in_file{{"sink", "errors"},
                     {"key", "a"},
                     {"headers", {{"radflow-error-reason", "no_window"}, {"radflow-error", Json::array()}}},
                     {"value", "AAAA"}};
  const Json of_tail{{"topic", "dead"}, {"offset", 0}, {"headers", {{"radflow-error", "[]"}}}};
  const EvaluatedResults evaluated = read({in_file, result(0, "ill", 0.9), of_tail});
  EXPECT_EQ(evaluated.cases.size(), 1U);
  EXPECT_EQ(evaluated.failed, 2);
}

TEST(ReadResults, SaysInASentenceWhatIsNoResult) {
  const std::string wrong = "results.ndjson:1: not a result that can be evaluated: ";
  EXPECT_EQ(refusal({Json{{"a", 1}}}), wrong + "it has no field 'kind'");
  EXPECT_EQ(refusal({Json(7)}), wrong + "it is not one JSON object a line");
  Json bad = result(0, "ill", 0.9);
  bad["offset"] = "first";
  EXPECT_EQ(refusal({bad}), wrong + "its field 'offset' is \"first\"");
  std::stringstream yaml{"sources:\n"};
  try {
    read(yaml, "graph.yaml");
    ADD_FAILURE();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(),
                 "graph.yaml:1: not a result that can be evaluated: it is not one JSON object a line");
  }
  EXPECT_THAT(refusal({}), HasSubstr("results.ndjson holds no result"));
}

TEST(ReadResults, NamesTheLineThatIsWrong) {
  const Json good = result(0, "ill", 0.9);
  Json bad = result(1, "ill", 0.9);
  bad.erase("expected");
  EXPECT_THAT(refusal({good, bad}), AllOf(HasSubstr("results.ndjson:2:"), HasSubstr("expected")));
  bad = result(1, "ill", 0.9);
  bad["model_digest"] = "sha256:3";
  EXPECT_THAT(refusal({good, bad}),
              HasSubstr("model_digest is 'sha256:3', in the results before it 'sha256:2'"));
  bad = result(1, "ill", 0.9);
  bad["probabilities"] = {{"ill", 1}};
  EXPECT_THAT(refusal({good, bad}), HasSubstr("other classes"));
  EXPECT_THAT(refusal({good, Json("text")}), HasSubstr("results.ndjson:2:"));
  std::stringstream broken{"{\"kind\":"};
  EXPECT_THROW(read(broken), std::runtime_error);
}

TEST(Report, HasEveryDigitAndATableToRead) {
  const EvaluatedResults evaluated =
      read({result(0, "ill", 0.9), result(1, "healthy", 0.8), result(2, "healthy", 0.1)});
  const Evaluation evaluation = evaluate(evaluated.classes, evaluated.cases);
  const Json json = to_json(evaluated, evaluation);
  EXPECT_EQ(json["accuracy"].get<double>(), 2.0 / 3);
  EXPECT_EQ(json["auc"].get<double>(), 1);
  EXPECT_EQ(json["confusion"]["healthy"]["ill"], 1);
  EXPECT_EQ(json["classes"][0]["sensitivity"].get<double>(), 0.5);
  const std::string text = to_text(evaluated, evaluation);
  EXPECT_THAT(text, HasSubstr("3 cases\naccuracy            0.6667 (0.208 to 0.939)\n"));
  EXPECT_THAT(text, HasSubstr("expected \\ label    healthy     ill\nhealthy             1           1\n"));
}

}  // namespace
}  // namespace radflow::cli
