// train and evaluate warn of images that come twice: in one folder, under two labels, or in training and
// evaluation. Through the program, on pictures of a few pixels.
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <opencv2/imgcodecs.hpp>

#include "cli/command.hpp"
#include "nodes/classify/model.hpp"
#include "tests/cli/program.hpp"

namespace radflow::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

class SameImages : public testing::Test {
 protected:
  SameImages() {
    fs::create_directories(folder_);
    std::ofstream{path("graph.yaml")} << R"(
graph: small
sources: [phantom: ]
nodes: [decode: , pixels: , classify: {model: small.model, train: {trees: 5}}]
sinks: [stdout: ]
)";
    for (int i = 0; i < 8; ++i) {
      picture("train/dark", i, i);
      picture("train/light", i, 100 + i);
      picture("test/dark", i, 20 + i);
      picture("test/light", i, 120 + i);
    }
  }
  ~SameImages() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  void picture(const std::string& to, int number, int brightness) const {
    fs::create_directories(folder_ / to);
    const cv::Mat pixels(4, 4, CV_8U, cv::Scalar(brightness));
    ASSERT_TRUE(cv::imwrite(path(to + "/" + std::to_string(number) + ".png"), pixels));
  }
  Ran train() const {
    return run_program("train " + path("graph.yaml") + " --input " + path("train") + " 2>&1");
  }
  Ran evaluate(const std::string& what) const { return run_program("evaluate " + what + " 2>&1"); }
  std::string on_test() const { return path("graph.yaml") + " --input " + path("test"); }

  fs::path folder_ = fs::temp_directory_path() / ("radflow_same_" + std::to_string(getpid()));
};

TEST_F(SameImages, NothingIsSaidOfImagesThatAreThereOnce) {
  const Ran trained = train();
  ASSERT_EQ(trained.code, exit_ok) << trained.out;
  EXPECT_THAT(trained.out, Not(HasSubstr("warning")));
  EXPECT_EQ(load_model(path("small.model")).manifest.images.size(), 16u);
  const Ran evaluated = evaluate(on_test());
  ASSERT_EQ(evaluated.code, exit_ok) << evaluated.out;
  EXPECT_THAT(evaluated.out, Not(HasSubstr("warning")));
}

TEST_F(SameImages, OfTheTrainingAreSaidInAnEvaluation) {
  picture("test/dark", 8, 3);
  picture("test/light", 8, 104);
  ASSERT_EQ(train().code, exit_ok);
  const std::string said = "warning: 2 of 18 images were in the training of small.model, such as ";
  EXPECT_THAT(evaluate(on_test()).out, HasSubstr(said + "dark/8.png"));
  // Whatever digest the graph's results carry.
  std::ofstream{path("graph.yaml"), std::ios::app} << "input_digest: sha256\n";
  EXPECT_THAT(evaluate(on_test()).out, HasSubstr(said));
}

TEST_F(SameImages, OfTheTrainingAreSaidOfResultsThatWereKept) {
  picture("test/dark", 8, 3);
  ASSERT_EQ(train().code, exit_ok);
  ASSERT_EQ(run_program("run " + on_test() + " --output " + path("results.ndjson") + " 2>&1").code, exit_ok);
  const std::string results = "--results " + path("results.ndjson");
  EXPECT_THAT(evaluate(results).out, Not(HasSubstr("warning")));
  EXPECT_THAT(evaluate(results + " --model " + path("small.model")).out,
              HasSubstr("warning: 1 of 17 images was in the training of small.model"));
  picture("train/dark", 9, 9);
  ASSERT_EQ(train().code, exit_ok);
  const Ran other = evaluate(results + " --model " + path("small.model"));
  EXPECT_EQ(other.code, exit_failed);
  EXPECT_THAT(other.out, HasSubstr("the results are of small.model (sha256:"));
}

TEST_F(SameImages, TwiceAndUnderTwoLabelsAreSaid) {
  picture("train/dark", 8, 3);
  picture("train/light", 8, 5);
  const Ran trained = train();
  ASSERT_EQ(trained.code, exit_ok) << trained.out;
  EXPECT_THAT(trained.out,
              HasSubstr("warning: 1 image stands under two labels, such as dark/5.png (dark) and light/8.png "
                        "(light): one of them is wrong"));
  EXPECT_THAT(trained.out, HasSubstr("warning: 2 images are there more than once, 4 times together"));
  EXPECT_EQ(load_model(path("small.model")).manifest.images.size(), 16u);
  picture("test/light", 8, 20);
  const Ran evaluated = evaluate(on_test());
  EXPECT_THAT(evaluated.out, HasSubstr("1 image stands under two labels"));
}

TEST_F(SameImages, AModelOfBeforeDoesNotKnow) {
  ASSERT_EQ(train().code, exit_ok);
  Model model = load_model(path("small.model"));
  model.manifest.images.clear();
  std::ofstream{path("small.model"), std::ios::binary} << write_model(model.manifest, *model.classifier);
  const Ran evaluated = evaluate(on_test());
  EXPECT_EQ(evaluated.code, exit_ok);
  EXPECT_THAT(evaluated.out, HasSubstr("warning: small.model does not say which images it was trained on"));
}

}  // namespace
}  // namespace radflow::cli
