// evaluate: its tables fit a terminal, its JSON has every measure, its page needs nothing else. Through the program, on
// pictures of a few pixels of which brightness is the class, with a few that are not as bright as they should be.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <sstream>

#include "cli/command.hpp"
#include "tests/cli/program.hpp"

namespace radflow::cli {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

std::string read_text(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream{path, std::ios::binary}.rdbuf();
  return text.str();
}

class EvaluateProgram : public testing::Test {
 protected:
  EvaluateProgram() {
    fs::create_directories(folder_);
    std::ofstream{path("graph.yaml")} << R"(
graph: small
sources: [phantom: ]
nodes:
  - decode
  - pixels
  - classify: {model: small.model, train: {algorithm: logistic, standardize: {}, threshold: {positive: light, rule: sensitivity}}}
sinks: [stdout: ]
)";
    std::ofstream csv{path("labels.csv")};
    csv << "path,label,patient,hospital,split\n";
    for (int i = 0; i < 60; ++i) {
      const bool light = i % 2;
      const cv::Mat pixels(4, 4, CV_8U, cv::Scalar((light ? 130 : 70) + i % 7 * 11 + i / 10));
      for (const std::string& part : {std::string{"train"}, std::string{"test"}}) {
        const std::string file = part + std::to_string(i) + ".png";
        fs::create_directories(folder_ / "images");
        EXPECT_TRUE(cv::imwrite(path("images/" + file), pixels + (part == "test" ? 1 : 0)));
        csv << file << (light ? ",light," : ",dark,") << "patient" << i / 3 << ",ward " << i % 3 << ','
            << part << '\n';
      }
    }
  }
  ~EvaluateProgram() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  Ran run(const std::string& command, const std::string& more = "") const {
    return run_program(command + " " + path("graph.yaml") + " --input " + path("images") + " --labels " +
                       path("labels.csv") + " " + more + " 2>&1");
  }

  fs::path folder_ = fs::temp_directory_path() / ("radflow_evaluate_" + std::to_string(getpid()));
};

TEST_F(EvaluateProgram, SaysTheSameInTerminalJsonAndPage) {
  const Ran trained = run("train");
  ASSERT_EQ(trained.code, exit_ok) << trained.out;
  const Ran ran = run("evaluate", "--by hospital --json " + path("e.json") + " --html " + path("e.html"));
  ASSERT_EQ(ran.code, exit_ok) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("60 cases"));
  EXPECT_THAT(ran.out, HasSubstr("balanced accuracy"));
  EXPECT_THAT(ran.out, HasSubstr("\nF1 (macro)  "));
  EXPECT_THAT(ran.out, HasSubstr("\nF1          ")) << "a class's";
  EXPECT_THAT(ran.out, HasSubstr("\nAUC         ")) << "of two classes each has it";
  EXPECT_THAT(ran.out, HasSubstr("light from a probability of"));
  EXPECT_THAT(ran.out, HasSubstr("grouped by patient; intervals: bootstrap over 20 groups"));
  EXPECT_THAT(ran.out, HasSubstr("ward 2"));

  const auto json = nlohmann::json::parse(read_text(path("e.json")));
  EXPECT_EQ(json["cases"], 60);
  EXPECT_EQ(json["groups"], 20);
  EXPECT_EQ(json["grouped_by"], "patient");
  EXPECT_EQ(json["subgroups"].size(), 3);
  EXPECT_EQ(json["subgroups"][0]["value"], "ward 0");
  for (const char* name :
       {"sensitivity", "specificity", "precision", "npv", "f1", "auc", "average_precision", "brier"}) {
    EXPECT_TRUE(json["classes"][1][name].is_number()) << name;
    EXPECT_TRUE(json["classes"][1][std::string{name} + "_95"].is_array()) << name;
  }
  EXPECT_GT(json["auc"], 0.8);

  const std::string page = read_text(path("e.html"));
  EXPECT_THAT(page, HasSubstr("<h1>Evaluation of small</h1>"));
  EXPECT_THAT(page, HasSubstr(">F1 (macro)<"));
  EXPECT_THAT(page, HasSubstr(fmt::format("{:.4f}", json["accuracy"].get<double>())));
  for (const char* part :
       {"ROC", "Precision and recall", "Calibration", "Threshold of light", "Confusion", "ward 1"})
    EXPECT_THAT(page, HasSubstr(part));
  EXPECT_THAT(page, HasSubstr("<h2>Worst cases</h2>"));
  EXPECT_THAT(page, HasSubstr("src=\"data:image/png;base64,"));
  EXPECT_THAT(page, HasSubstr("labelled light</small>"));
  for (const char* outside : {"<script", "http", "src=\"/", "src=\"f", "url(", "@import", "<link"})
    EXPECT_THAT(page, Not(HasSubstr(outside))) << "the page needs nothing else";
}

TEST_F(EvaluateProgram, EveryCommandSaysOnceWhichImagesTheLabelsLeaveOut) {
  for (const char* file : {"alien0.png", "alien1.png"})
    ASSERT_TRUE(cv::imwrite(path(std::string{"images/"} + file), cv::Mat(4, 4, CV_8U, cv::Scalar(90))));
  const std::string sentence =
      "2 images are not in " + path("labels.csv") + ", such as alien0.png: they were left out";
  for (const auto& [command, more] : std::vector<std::pair<std::string, std::string>>{
           {"train", ""}, {"evaluate", ""}, {"evaluate", "--importance blocks"}, {"importance", ""}}) {
    const std::string said = run(command, more).out;
    const std::size_t first = said.find(sentence);
    ASSERT_NE(first, said.npos) << command << more << '\n' << said;
    EXPECT_EQ(said.find(sentence, first + 1), said.npos) << command << more << '\n' << said;
  }
}

TEST_F(EvaluateProgram, NamesAnImageOfAClassThatTheModelDoesNotHave) {
  ASSERT_EQ(run("train").code, exit_ok);
  std::ofstream{path("labels.csv"), std::ios::app} << "other.png,grey,patient99,ward 1,test\n";
  ASSERT_TRUE(cv::imwrite(path("images/other.png"), cv::Mat(4, 4, CV_8U, cv::Scalar(90))));
  EXPECT_THAT(run("evaluate").out, HasSubstr("other.png is of the class 'grey', which small.model does not "
                                             "have: it has dark, light; leave such images out"));
}

TEST_F(EvaluateProgram, TrainsWhatSelectChose) {
  const Ran ran = run("train", "--select --set nodes.classify.train.algorithm=mlp");
  ASSERT_EQ(ran.code, exit_ok) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("\n> 0."));
  EXPECT_THAT(
      ran.out,
      HasSubstr("chosen, as the simplest within one standard error of the best:\n  train: {algorithm: "));
  EXPECT_THAT(ran.out, HasSubstr("optimistic"));
  EXPECT_THAT(ran.out, HasSubstr("random_forest, trees: 300"));
  // The model is of the algorithm that has the mark, not of the graph's.
  const std::size_t mark = ran.out.find("\n> 0.");
  const std::string line = ran.out.substr(mark + 1, ran.out.find('\n', mark + 1) - mark - 1);
  const std::string title = line.substr(line.rfind("  ") + 2);
  const std::string name = title.substr(0, title.find(','));
  EXPECT_THAT(ran.out, HasSubstr("small.model: " + name + " of 16 features")) << line;
  EXPECT_THAT(run("train", "--select --budget 1ms --nested").out,
              AllOf(ContainsRegex("cut off by --budget 1ms after [12] of 13|"
                                  "none of 13 candidates was through within --budget 1ms"),
                    HasSubstr("by nested folds, grouped by patient"),
                    Not(HasSubstr("optimistic, as it was chosen"))));
  EXPECT_THAT(run("train", "--select --budget 1x").out, HasSubstr("expected a duration such as"));
  const Ran both = run("train", "--select --judge");
  EXPECT_EQ(both.code, exit_config);
  EXPECT_THAT(both.out, HasSubstr("--judge: judges by folds of the images that --select chose by"));
}

TEST_F(EvaluateProgram, RefusesWhatResultsDoNotHold) {
  std::ofstream{path("one.ndjson")}
      << R"({"schema":1,"kind":"prediction","graph":"g","graph_digest":"1","topic":"t","partition":0,"offset":0,"frame":1,)"
      << R"("expected":"a","label":"a","probabilities":{"a":1.0,"b":0.0},"model":"m","model_digest":"2"})"
      << '\n';
  const Ran ran = run_program("evaluate --results " + path("one.ndjson") + " --by hospital 2>&1");
  EXPECT_NE(ran.code, exit_ok);
  EXPECT_THAT(ran.out, HasSubstr("has no 'hospital'"));
}

}  // namespace
}  // namespace radflow::cli
