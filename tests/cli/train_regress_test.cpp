// A number instead of a label: train, describe, evaluate and run through the program.
#include <fstream>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <sstream>

#include "cli/chart.hpp"
#include "cli/command.hpp"
#include "cli/number_report.hpp"
#include "tests/cli/program.hpp"
#include "tests/connectors/temporary_folder.hpp"

namespace radflow::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;

// Pictures of noise about a brightness, which is their label.
class TrainRegress : public testing::Test {
 protected:
  TrainRegress() {
    folder.write("graph.yaml", R"(
graph: brightness
sources: [phantom: ]
nodes: [decode: , statistics: {of: [mean, deviation]}, regress: {model: b.model, train: {algorithm: ridge, alpha: 1e-6}}]
sinks: [stdout: ]
)");
    std::string labels = "path,label,split,site\n";
    std::filesystem::create_directories(folder.path("in"));
    for (int i = 0; i < 40; ++i) {
      cv::Mat picture(8, 8, CV_8U);
      cv::RNG{static_cast<std::uint64_t>(i) + 1}.fill(picture, cv::RNG::UNIFORM, 5 * i, 5 * i + 20);
      const std::string name = std::to_string(i) + ".png";
      cv::imwrite(folder.path("in/" + name), picture);
      labels += name + "," + std::to_string(0.5 * i) + (i % 4 == 0 ? ",test" : ",train") +
                (i % 8 == 0 ? ",north\n" : ",<south>\n");
    }
    folder.write("labels.csv", labels);
  }
  Ran run(const std::string& command, const std::string& more) const {
    return run_program(command + " " + folder.path("graph.yaml") + " --input " + folder.path("in") + " " +
                       more + " 2>&1");
  }

  const TemporaryFolder folder;
};

TEST_F(TrainRegress, FromNumbersInATable) {
  const std::string labels = "--labels " + folder.path("labels.csv");
  const Ran trained = run("train", labels);
  ASSERT_EQ(trained.code, exit_ok) << trained.out;
  EXPECT_THAT(trained.out, AllOf(HasSubstr("30 numbers from 0.5 to 19.5"), HasSubstr("MAE "),
                                 HasSubstr("R^2  "), HasSubstr("out of fold")));
  const Ran evaluated = run("evaluate", labels + " --json " + folder.path("e.json"));
  ASSERT_EQ(evaluated.code, exit_ok) << evaluated.out;
  EXPECT_THAT(evaluated.out, AllOf(HasSubstr("10 cases"), HasSubstr("RMSE ")));
  const json found = json::parse(std::ifstream{folder.path("e.json")});
  EXPECT_EQ(found["cases"], 10);
  EXPECT_LT(found["mae"], 0.1);
  EXPECT_GT(found["r2"], 0.99);
  EXPECT_LT(found["r2_95"][0], found["r2"]);

  const Ran ran = run("run", "--output " + folder.path("out.ndjson"));
  ASSERT_EQ(ran.code, exit_ok) << ran.out;
  std::ifstream results{folder.path("out.ndjson")};
  int count = 0;
  for (std::string line; std::getline(results, line); ++count) {
    const json result = json::parse(line);
    EXPECT_EQ(result["kind"], "regression");
    EXPECT_EQ(result["model"], "b.model");
    const std::string key = result["key"];
    EXPECT_NEAR(result["value"].get<double>(), 0.5 * std::stoi(key), 0.5) << line;
  }
  EXPECT_EQ(count, 40);
  EXPECT_THAT(run_program("describe " + folder.path("b.model")).out,
              AllOf(HasSubstr("30 numbers from 0.5 to 19.5"), HasSubstr("\n  R^2  ")));
}

TEST_F(TrainRegress, IsEvaluatedOnAPageAndBySubgroup) {
  const std::string labels = "--labels " + folder.path("labels.csv");
  ASSERT_EQ(run("train", labels).code, exit_ok);
  const Ran ran = run(
      "evaluate", labels + " --by site --json " + folder.path("e.json") + " --html " + folder.path("e.html"));
  ASSERT_EQ(ran.code, exit_ok) << ran.out;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("mean difference"), HasSubstr("site north, 5 cases")));
  const json found = json::parse(std::ifstream{folder.path("e.json")});
  ASSERT_EQ(found["subgroups"].size(), 2);
  EXPECT_EQ(found["subgroups"][0]["value"], "<south>");
  EXPECT_EQ(found["subgroups"][1]["cases"], 5);
  EXPECT_LT(found["limits_of_agreement"][0], found["mean_difference"]);

  std::ostringstream text;
  text << std::ifstream{folder.path("e.html")}.rdbuf();
  const std::string page = text.str();
  for (const char* part : {"Estimate against truth", "Residuals", "Bland and Altman", "Worst cases",
                           "By site", "&lt;south&gt;", "<img alt=\"\" src=\"data:image/png;base64,"})
    EXPECT_THAT(page, HasSubstr(part));
  for (const char* outside : {"<script", "http:", "https:", "<south>"})
    EXPECT_THAT(page, testing::Not(HasSubstr(outside)));
}

TEST_F(TrainRegress, ResultsThatWereKeptGiveTheDigitsOfAFolder) {
  const std::string labels = "--labels " + folder.path("labels.csv");
  ASSERT_EQ(run("train", labels).code, exit_ok);
  ASSERT_EQ(run("evaluate", labels + " --by site --json " + folder.path("folder.json")).code, exit_ok);
  ASSERT_EQ(run("run", "--output " + folder.path("out.ndjson")).code, exit_ok);
  const std::string kept = "evaluate --results " + folder.path("out.ndjson") + " ";
  const Ran ran = run_program(kept + labels + " --by site --model " + folder.path("b.model") + " --json " +
                              folder.path("kept.json") + " --html " + folder.path("kept.html") + " 2>&1");
  ASSERT_EQ(ran.code, exit_ok) << ran.out;
  EXPECT_EQ(json::parse(std::ifstream{folder.path("kept.json")}),
            json::parse(std::ifstream{folder.path("folder.json")}));
  EXPECT_TRUE(std::filesystem::exists(folder.path("kept.html")));
  EXPECT_THAT(run_program(kept + "2>&1").out, HasSubstr("header label")) << "no number is known";
  EXPECT_THAT(run_program("compare " + folder.path("out.ndjson") + " " + folder.path("out.ndjson") + " " +
                          labels + " 2>&1")
                  .out,
              HasSubstr("which are numbers"));
}

TEST_F(TrainRegress, ATableHasTheNumber) {
  ASSERT_EQ(run("train", "--labels " + folder.path("labels.csv")).code, exit_ok);
  folder.write("table.yaml", R"(
sources: [files: {path: in}]
nodes: [decode: , statistics: {of: [mean, deviation]}, regress: {model: b.model}]
sinks: [csv: {path: numbers.csv}]
)");
  const Ran ran = run_program("run " + folder.path("table.yaml") + " --set http.listen=127.0.0.1:0 2>&1");
  ASSERT_EQ(ran.code, exit_ok) << ran.out;
  std::ifstream table{folder.path("numbers.csv")};
  std::string line;
  std::getline(table, line);
  EXPECT_EQ(line, "key,topic,partition,offset,frame,value,model");
  int rows = 0;
  for (; std::getline(table, line); ++rows) EXPECT_THAT(line, testing::EndsWith(",b.model"));
  EXPECT_EQ(rows, 40);
}

// By hand: differences 1, -1, 3 have the mean 1 and the deviation 2.
TEST(Agreement, IsBlandAndAltmans) {
  const Agreement agreement = agreement_of({{10, 11}, {20, 19}, {30, 33}});
  EXPECT_DOUBLE_EQ(agreement.bias, 1);
  EXPECT_DOUBLE_EQ(agreement.limits->first, 1 - 3.92);
  EXPECT_DOUBLE_EQ(agreement.limits->second, 1 + 3.92);
  EXPECT_FALSE(agreement_of({{10, 11}}).limits);
}

TEST(Chart, HasAxesInTheNumbersOwnUnits) {
  Chart chart{"t", "x", "y", {{"cases", {{-3, 120}, {14, 480}}, true, false}}, false, {}, ""};
  chart.x_axis = {-3, 14};
  chart.y_axis = {120, 480};
  chart.horizontals = {{300, "limit"}};
  const std::string svg = to_svg(chart);
  for (const char* tick : {">-5<", ">0<", ">15<", ">100<", ">500<"}) EXPECT_THAT(svg, HasSubstr(tick));
  EXPECT_THAT(svg, HasSubstr("limit"));
  EXPECT_THAT(svg, testing::Not(HasSubstr("<path")));
  chart.x_axis = {2, 2};  // all of one value
  EXPECT_THAT(to_svg(chart), testing::Not(HasSubstr("nan")));
}

TEST_F(TrainRegress, TheSimplestOfTheBestIsChosen) {
  const std::string labels = "--labels " + folder.path("labels.csv");
  const Ran ran = run("train", labels + " --select");
  ASSERT_EQ(ran.code, exit_ok) << ran.out;
  EXPECT_THAT(ran.out,
              AllOf(HasSubstr("mae (spread over folds)"), HasSubstr("train: {algorithm: ridge, alpha: "),
                    HasSubstr("--nested or --val judges honestly"), testing::Not(HasSubstr("MAE "))));
  EXPECT_THAT(run_program("describe " + folder.path("b.model")).out,
              AllOf(HasSubstr("mae of 5 folds, seed 1"), HasSubstr("metrics         none: ")));
  EXPECT_THAT(run("train", labels + " --select --metric r2").out, HasSubstr("r2 (spread over folds)"));
  EXPECT_THAT(run("train", labels + " --select --nested").out,
              AllOf(HasSubstr("MAE "), HasSubstr("\nof 30 training images by nested folds, grouped by "),
                    testing::Not(HasSubstr("optimistic, as it was chosen"))));
}

TEST_F(TrainRegress, SaysWhichFeaturesItsNumbersStandOn) {
  const std::string labels = "--labels " + folder.path("labels.csv");
  ASSERT_EQ(run("train", labels).code, exit_ok);
  const Ran ran = run("importance", labels + " --features");
  ASSERT_EQ(ran.code, exit_ok) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("b.model, 10 images: by how much the R^2 falls\n  statistics.mean "));
  const Ran evaluated = run("evaluate", labels + " --importance features --json " + folder.path("e.json") +
                                            " --html " + folder.path("e.html"));
  ASSERT_EQ(evaluated.code, exit_ok) << evaluated.out;
  EXPECT_THAT(evaluated.out, HasSubstr("importance: by how much R^2 falls\n  statistics.mean "));
  const json found = json::parse(std::ifstream{folder.path("e.json")})["importance"];
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0]["name"], "statistics.mean");
  EXPECT_GT(found[0]["mean"], 0.5);
  EXPECT_NEAR(found[1]["mean"], 0, 0.1);
  std::ostringstream page;
  page << std::ifstream{folder.path("e.html")}.rdbuf();
  EXPECT_THAT(page.str(), AllOf(HasSubstr("R^2 falls by"), HasSubstr(">statistics.mean<")));
}

TEST_F(TrainRegress, IsJudgedByImagesApart) {
  std::string labels = "path,label\n";
  for (int i = 0; i < 40; ++i) labels += std::to_string(i) + ".png," + std::to_string(0.5 * i) + "\n";
  folder.write("all.csv", labels);
  std::filesystem::create_directories(folder.path("val"));
  for (const int i : {3, 4, 5})
    std::filesystem::rename(folder.path("in/" + std::to_string(i) + ".png"),
                            folder.path("val/" + std::to_string(i) + ".png"));
  const Ran ran = run("train", "--labels " + folder.path("all.csv") + " --val " + folder.path("val"));
  ASSERT_EQ(ran.code, exit_ok) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("of 3 images of --val "));
}

TEST_F(TrainRegress, SaysWhatItCannotDo) {
  folder.write("bad.csv", "path,label\n0.png,1\n1.png,two\n");
  const Ran bad = run("train", "--labels " + folder.path("bad.csv"));
  EXPECT_EQ(bad.code, exit_failed);
  EXPECT_THAT(bad.out, HasSubstr("bad.csv:3: 1.png has the label 'two', and regress learns from numbers"));
  folder.write("nan.csv", "path,label\n0.png, 1\n1.png,nan\n2.png,3\n");
  const std::string nan =
      "nan.csv:3: 1.png has the label 'nan', and regress learns from numbers that are finite";
  EXPECT_THAT(run("train", "--labels " + folder.path("nan.csv")).out, HasSubstr(nan));
  EXPECT_THAT(run("train", "--select --metric auc").out,
              HasSubstr("is compared by mae, rmse, r2, not by auc"));
  folder.write("huge.csv", "path,label\n0.png,1\n1.png,1e300\n2.png,3\n");
  EXPECT_THAT(run("train", "--labels " + folder.path("huge.csv")).out,
              HasSubstr("huge.csv:3: 1.png has the label '1e300', and regress learns from numbers that are "
                        "finite and at most 3.4e38"));
  ASSERT_EQ(run("train", "--labels " + folder.path("labels.csv")).code, exit_ok);
  folder.write("classify.yaml", R"(
sources: [phantom: ]
nodes: [decode: , statistics: {of: [mean, deviation]}, classify: {model: b.model}]
sinks: [stdout: ]
)");
  EXPECT_THAT(run_program("lint " + folder.path("classify.yaml") + " 2>&1").out,
              HasSubstr("gives numbers, not labels: the node regress takes it"));
}

}  // namespace
}  // namespace radflow::cli
