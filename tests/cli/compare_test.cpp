// radflow compare and overlap, and results that are evaluated by the groups of a table, as a user runs them.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <sstream>

#include "tests/cli/commands.hpp"

namespace radflow::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream{path, std::ios::binary}.rdbuf();
  return text.str();
}

class Kept : public Commands {
 protected:
  std::string at(const std::string& name) const { return (folder_ / name).string(); }
  // Forty images, four of a patient; `noise` makes some of them wrong.
  void results(const std::string& name, const std::string& model, int noise, int first = 0) const {
    std::ofstream file{at(name)};
    for (int i = first; i < 40; ++i) {
      const bool ill = i % 2;
      const double p = (i * noise % 10) / 10.0 * 0.6 + (ill ? 0.35 : 0.05);
      file << json{{"schema", 1},
                   {"kind", "prediction"},
                   {"graph", "g"},
                   {"graph_digest", model},
                   {"topic", "frames"},
                   {"partition", 0},
                   {"offset", i},
                   {"frame", 1},
                   {"key", fmt::format("{}.png", i)},
                   {"label", p > 0.5 ? "ill" : "healthy"},
                   {"expected", ill ? "ill" : "healthy"},
                   {"probabilities", {{"healthy", 1 - p}, {"ill", p}}},
                   {"model", model},
                   {"model_digest", "sha256:" + model}}
           << '\n';
    }
  }
  void labels() const {
    std::ofstream csv{at("labels.csv")};
    csv << "path,label,patient\n";
    for (int i = 0; i < 40; ++i) csv << i << ".png," << (i % 2 ? "ill" : "healthy") << ",p" << i / 4 << '\n';
  }
};

// The model tells the classes apart without an error, so that every draw of the patients has an area of 1.
TEST_F(Kept, WhatHasNoIntervalSaysWhy) {
  results("a.ndjson", "a", 0);
  labels();
  for (const std::string& more : {std::string{}, " --labels " + at("labels.csv")}) {
    const Ran ran = run_program("evaluate --results " + at("a.ndjson") + " --json " + at("a.json") +
                                " --html " + at("a.html") + more);
    ASSERT_EQ(ran.code, 0) << ran.out;
    EXPECT_THAT(ran.out, HasSubstr("\nAUC                 1.0000 (no variance)\n"));
    EXPECT_THAT(ran.out, HasSubstr("\nno variance: every draw of these cases gives the same"));
    const json said = json::parse(text_of(at("a.json")));
    EXPECT_TRUE(said["auc_95"].is_null());
    EXPECT_EQ(said["auc_95_absent"], "no variance");
    EXPECT_FALSE(said.contains("accuracy_95_absent"));
    const std::string page = text_of(at("a.html"));
    EXPECT_THAT(page, HasSubstr("1.0000 <small>no variance</small>"));
    EXPECT_THAT(page, HasSubstr("no variance: every draw of these cases gives the same"));
  }
}

TEST_F(Kept, TwoModelsAreComparedOnTheImagesThatBothJudged) {
  results("a.ndjson", "a", 3);
  results("b.ndjson", "b", 7, 4);
  const Ran ran = run_program("compare " + at("a.ndjson") + " " + at("b.ndjson") + " --json");
  ASSERT_EQ(ran.code, exit_ok);
  const json said = json::parse(ran.out);
  EXPECT_EQ(said["cases"], 36);
  EXPECT_EQ(said["only_in_one"], 4);
  EXPECT_EQ(said["differences"][0]["by"], "McNemar, exact");
  EXPECT_EQ(said["differences"][1]["by"], "DeLong");
  labels();
  const Ran grouped =
      run_program("compare " + at("a.ndjson") + " " + at("b.ndjson") + " --labels " + at("labels.csv"));
  EXPECT_THAT(grouped.out, HasSubstr("grouped by patient"));
  EXPECT_THAT(grouped.out, HasSubstr("bootstrap over 9 groups"));
  EXPECT_EQ(run_program("compare " + at("a.ndjson") + " " + at("absent.ndjson") + " 2>&1").code, exit_config);
}

TEST_F(Kept, ResultsAreEvaluatedByTheGroupsOfATable) {
  results("a.ndjson", "a", 3);
  labels();
  const Ran ran =
      run_program("evaluate --results " + at("a.ndjson") + " --labels " + at("labels.csv") + " --json -");
  ASSERT_EQ(ran.code, exit_ok) << ran.out;
  const json said = json::parse(ran.out);
  EXPECT_EQ(said["grouped_by"], "patient");
  EXPECT_EQ(said["groups"], 10);
  EXPECT_THAT(said["intervals"], HasSubstr("bootstrap over 10 groups"));
}

// On a topic the key often is the patient or the series: by it an image would be paired with another one.
TEST_F(Kept, ImagesOfOneKeyAreComparedByTheirPositions) {
  for (const char* of : {"a", "b"}) {
    results(std::string{of} + ".ndjson", of, *of == 'a' ? 3 : 7);
    std::ifstream in{at(std::string{of} + ".ndjson")};
    std::ofstream out{at(std::string{of} + "_keyed.ndjson")};
    std::string text;
    for (int i = 0; std::getline(in, text); ++i) {
      json result = json::parse(text);
      result["key"] = i % 2 ? "ill patient" : "healthy patient";
      out << result << '\n';
    }
  }
  const auto said = [&](const std::string& more) {
    return json::parse(
        run_program("compare " + at("a" + more + ".ndjson") + " " + at("b" + more + ".ndjson") + " --json")
            .out);
  };
  const json by_key = said(""), by_position = said("_keyed");
  EXPECT_EQ(by_key["paired_by"], "key");
  EXPECT_EQ(by_position["paired_by"], "position");
  EXPECT_EQ(by_position["cases"], 40);
  EXPECT_EQ(by_position["differences"], by_key["differences"]);
}

TEST_F(Kept, MasksAreMeasuredByName) {
  for (const char* folder : {"found", "right"}) std::filesystem::create_directories(folder_ / folder);
  cv::Mat mask = cv::Mat::zeros(8, 8, CV_8U);
  mask(cv::Rect{2, 2, 4, 4}).setTo(1);
  cv::imwrite(at("right/a.png"), mask);
  cv::imwrite(at("right/b.png"), mask);
  mask.col(5).setTo(0);
  cv::imwrite(at("found/a.png"), mask);
  const std::string command = "overlap " + at("found") + " " + at("right");
  const json said = json::parse(run_program(command + " --json --spacing 2,0.5").out);
  EXPECT_DOUBLE_EQ(said["masks"][0]["dice"], 24.0 / 28);
  EXPECT_DOUBLE_EQ(said["masks"][0]["hausdorff"], 0.5);
  EXPECT_EQ(said["unit"], "mm");
  EXPECT_EQ(said["missing"][0], "b");
  EXPECT_EQ(json::parse(run_program(command + " --json").out)["unit"], "pixels") << "its size is not known";
  EXPECT_THAT(run_program(command).out, HasSubstr("HD95 px"));
  EXPECT_EQ(run_program(command + " --spacing 0 2>&1").code, exit_config);
}

// What the sink `images` made of the names of its inputs matched neither these nor its own escapes undone.
TEST_F(Kept, OverlapKnowsTheNamesThatTheSinkWrites) {
  const auto put = [&](const std::string& name) {
    std::filesystem::create_directories(std::filesystem::path{at(name)}.parent_path());
    cv::imwrite(at(name), cv::Mat(4, 4, CV_8U, cv::Scalar{1}));
  };
  const auto names = [&](const std::string& right) {
    const json said = json::parse(run_program("overlap " + at("out") + " " + at(right) + " --json").out);
    EXPECT_FALSE(said.contains("missing")) << said;
    std::vector<std::string> all;
    for (const json& mask : said.at("masks")) all.push_back(mask.at("name"));
    return all;
  };
  using testing::ElementsAre;
  put("out/ward/a%2Bb.png.png");
  put("out/ward/c.dcm@0001.png");
  for (const char* name : {"ward/a+b.png", "ward/c.png"}) put(std::string{"inputs/"} + name);
  EXPECT_THAT(names("inputs"), ElementsAre("ward/a+b", "ward/c"));
  for (const char* name : {"ward/a+b.png.png", "ward/c.dcm.png"}) put(std::string{"endings/"} + name);
  EXPECT_THAT(names("endings"), ElementsAre("ward/a+b.png", "ward/c.dcm"));

  put("out/ward/c.dcm@0002.png");
  const auto refused = [&](const std::string& right) {
    return run_program("overlap " + at("out") + " " + at(right) + " 2>&1").out;
  };
  EXPECT_THAT(refused("inputs"),
              HasSubstr("ward/c.png may belong to ward/c.dcm@0001.png and to ward/c.dcm@0002.png"));
  put("other/x.png");
  EXPECT_THAT(refused("other"), testing::AllOf(HasSubstr("there are ward/a%2Bb.png.png, ward/c.dcm@0001.png"),
                                               HasSubstr("and x.png in the other")));
  EXPECT_THAT(refused("nowhere"), HasSubstr("nowhere: cannot be read: there is no such file or folder"));
}

TEST_F(Kept, BoxesAreCountedByImage) {
  const auto write = [&](const std::string& name, const json& boxes) {
    std::ofstream{at(name)} << json{{"kind", "boxes"}, {"key", "a"}, {"frame", 1}, {"boxes", boxes}} << '\n';
  };
  const json box{{"x", 0}, {"y", 0}, {"width", 4}, {"height", 4}},
      far{{"x", 90}, {"y", 0}, {"width", 4}, {"height", 4}};
  write("found.ndjson", {box, far});
  write("right.ndjson", {box, {{"x", 40}, {"y", 40}, {"width", 2}, {"height", 2}}});
  const json said =
      json::parse(run_program("overlap " + at("found.ndjson") + " " + at("right.ndjson") + " --json").out);
  EXPECT_EQ(said["sensitivity"], 0.5);
  EXPECT_EQ(said["false_positives_per_image"], 1);
  EXPECT_EQ(said["mean_iou"], 1);
}

}  // namespace
}  // namespace radflow::cli
