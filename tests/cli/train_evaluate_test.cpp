// train, evaluate, run and evaluate again on real X-rays, through the program: whichever way the predictions
// go, accuracy and AUC are the same to the last digit.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/command.hpp"
#include "tests/cli/program.hpp"
#include "tests/paths.hpp"

namespace radflow::cli {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

const std::string data = std::string{source_folder} + "/../shared/data/pneumoniamnist";

std::string read_text(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream{path, std::ios::binary}.rdbuf();
  return text.str();
}

class TrainEvaluate : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(data)) GTEST_SKIP() << "needs ../shared/data/pneumoniamnist";
    fs::create_directories(folder_);
    write("graph.yaml", R"(
graph: small
sources: [phantom: ]
nodes: [decode: , resize: {width: 7, height: 7}, pixels: , classify: {model: small.model, train: {trees: 30}}]
sinks: [stdout: ]
)");
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream{folder_ / name} << text;
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  Ran train(const std::string& more = "") const {
    return run_program("train " + path("graph.yaml") + " --input '" + data + "/val' " + more + " 2>&1");
  }
  // Both classes, some hundred files.
  Ran evaluate(const std::string& more) const {
    return run_program("evaluate " + path("graph.yaml") + " --input '" + data + "/test/*/*1.png' " + more +
                       " 2>&1");
  }

  fs::path folder_ = fs::temp_directory_path() / ("radflow_train_" + std::to_string(getpid()));
};

TEST_F(TrainEvaluate, AStreamGivesTheDigitsOfAFolder) {
  const Ran trained = train();
  ASSERT_EQ(trained.code, exit_ok) << trained.out;
  EXPECT_THAT(trained.out,
              HasSubstr("random_forest of 49 features, 524 samples (normal 135, pneumonia 389)"));

  const Ran evaluated = evaluate("--json " + path("folder.json"));
  ASSERT_EQ(evaluated.code, exit_ok) << evaluated.out;
  EXPECT_THAT(evaluated.out, HasSubstr("accuracy"));

  ASSERT_EQ(run_program("run " + path("graph.yaml") + " --input '" + data + "/test/*/*1.png' --output " +
                        path("results.ndjson") + " 2>/dev/null")
                .code,
            exit_ok);
  const Ran again = run_program("evaluate --results " + path("results.ndjson") + " --json " +
                                path("stream.json") + " 2>&1");
  ASSERT_EQ(again.code, exit_ok) << again.out;
  EXPECT_EQ(read_text(path("stream.json")), read_text(path("folder.json")));

  const auto json = nlohmann::json::parse(read_text(path("folder.json")));
  EXPECT_GT(json["cases"], 50);
  EXPECT_GT(json["auc"], 0.85);  // it has learned something
}

TEST_F(TrainEvaluate, TheSameFolderGivesTheSameModel) {
  ASSERT_EQ(train("--output " + path("a.model")).code, exit_ok);
  ASSERT_EQ(train("--output " + path("b.model")).code, exit_ok);
  EXPECT_TRUE(read_text(path("a.model")) == read_text(path("b.model")));
  ASSERT_EQ(train("--output " + path("c.model") + " --set nodes.classify.train.seed=2").code, exit_ok);
  EXPECT_FALSE(read_text(path("a.model")) == read_text(path("c.model")));
}

TEST_F(TrainEvaluate, AModelMadeForOtherFeaturesIsRefused) {
  ASSERT_EQ(train().code, exit_ok);
  const Ran refused = evaluate("--set nodes.resize.width=8");
  EXPECT_EQ(refused.code, exit_config);
  EXPECT_THAT(refused.out, AllOf(HasSubstr("graph.yaml:"), HasSubstr("resize"), HasSubstr("width: 7"),
                                 HasSubstr("width: 8"), HasSubstr("radflow train")));
}

TEST_F(TrainEvaluate, WhatIsMissingIsSaid) {
  EXPECT_THAT(evaluate("").out, HasSubstr("small.model"));  // not trained yet
  EXPECT_EQ(evaluate("").code, exit_config);
  const Ran nothing = run_program("evaluate 2>&1");
  EXPECT_EQ(nothing.code, exit_config);
  EXPECT_THAT(nothing.out, HasSubstr("--results"));
  const Ran unlabelled =
      run_program("train " + path("graph.yaml") + " --input '" + data + "/val/normal' 2>&1");
  EXPECT_EQ(unlabelled.code, exit_failed);
  EXPECT_THAT(unlabelled.out, HasSubstr("has no label"));
  const Ran absent = run_program("train " + path("graph.yaml") + " --input /nowhere 2>&1");
  EXPECT_EQ(absent.code, exit_config);
  EXPECT_THAT(absent.out, HasSubstr("/nowhere"));
}

}  // namespace
}  // namespace radflow::cli
