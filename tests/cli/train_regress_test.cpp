// A number instead of a label: train, describe, evaluate and run through the program.
#include <fstream>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>

#include "cli/command.hpp"
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
    std::string labels = "path,label,split\n";
    std::filesystem::create_directories(folder.path("in"));
    for (int i = 0; i < 40; ++i) {
      cv::Mat picture(8, 8, CV_8U);
      cv::RNG{static_cast<std::uint64_t>(i) + 1}.fill(picture, cv::RNG::UNIFORM, 5 * i, 5 * i + 20);
      const std::string name = std::to_string(i) + ".png";
      cv::imwrite(folder.path("in/" + name), picture);
      labels += name + "," + std::to_string(0.5 * i) + (i % 4 == 0 ? ",test\n" : ",train\n");
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
              AllOf(HasSubstr("30 numbers from 0.5 to 19.5"), HasSubstr("r2  ")));
}

TEST_F(TrainRegress, SaysWhatItCannotDo) {
  folder.write("bad.csv", "path,label\n0.png,1\n1.png,two\n");
  const Ran bad = run("train", "--labels " + folder.path("bad.csv"));
  EXPECT_EQ(bad.code, exit_failed);
  EXPECT_THAT(bad.out, HasSubstr("1.png has the label 'two', and regress learns from numbers"));
  EXPECT_THAT(run("train", "--select").out, HasSubstr("takes no --select"));
  ASSERT_EQ(run("train", "--labels " + folder.path("labels.csv")).code, exit_ok);
  EXPECT_THAT(run("evaluate", "--html x.html --labels " + folder.path("labels.csv")).out,
              HasSubstr("no --html page"));
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
