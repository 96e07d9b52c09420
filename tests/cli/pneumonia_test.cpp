// config/pneumonia.yaml with the model that comes with it, as a user runs it from a fresh clone.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include <opencv2/imgcodecs.hpp>

#include "cli/command.hpp"
#include "tests/cli/program.hpp"
#include "tests/paths.hpp"

namespace radflow::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const std::string graph = std::string{source_folder} + "/config/pneumonia.yaml";
const std::string data = std::string{source_folder} + "/../shared/data/pneumoniamnist/test";

class Pneumonia : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_ / "in"); }
  void TearDown() override { fs::remove_all(folder_); }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  fs::path folder_ = fs::temp_directory_path() / ("radflow_pneumonia_" + std::to_string(getpid()));
};

TEST_F(Pneumonia, RunsWithTheModelThatComesWithIt) {
  cv::Mat noise(28, 28, CV_8U);
  for (int i = 0; i < 3; ++i) {
    cv::RNG{static_cast<std::uint64_t>(i) + 1}.fill(noise, cv::RNG::UNIFORM, 0, 256);
    cv::imwrite(path("in/" + std::to_string(i) + ".png"), noise);
  }
  cv::imwrite(path("in/flat.png"), cv::Mat(28, 28, CV_8U, cv::Scalar{90}));
  const Ran ran =
      run_program("run " + graph + " --input " + path("in") + " --output " + path("out.ndjson") + " 2>&1");
  ASSERT_EQ(ran.code, exit_ok) << ran.out;
  std::ifstream results{path("out.ndjson")};
  int count = 0;
  for (std::string line; std::getline(results, line); ++count) {
    const json result = json::parse(line);
    EXPECT_TRUE(result["label"] == "normal" || result["label"] == "pneumonia") << line;
    EXPECT_EQ(result["model"], "pneumonia.model");
  }
  EXPECT_EQ(count, 4);
}

// The numbers of examples/pneumonia/README.md. The sums of filters may differ in their last bits between versions of
// OpenCV: of 624 images one may fall on the other side of the threshold.
TEST_F(Pneumonia, IsAsGoodAsItsReadmeSays) {
  if (!fs::exists(data)) GTEST_SKIP() << "needs ../shared/data/pneumoniamnist";
  const Ran ran =
      run_program("evaluate " + graph + " --input " + data + " --json " + path("e.json") + " 2>&1");
  ASSERT_EQ(ran.code, exit_ok) << ran.out;
  const json found = json::parse(std::ifstream{path("e.json")});
  EXPECT_EQ(found["cases"], 624);
  EXPECT_NEAR(found["auc"], 0.9750, 0.0002);
  EXPECT_NEAR(found["accuracy"], 0.9263, 0.0017);
}

}  // namespace
}  // namespace radflow::cli
