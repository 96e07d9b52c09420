// Where train may write its model is found out before the first image.
#include <sys/stat.h>

#include <fmt/format.h>

#include <filesystem>
#include <opencv2/imgcodecs.hpp>

#include "cli/command.hpp"
#include "tests/cli/program.hpp"
#include "tests/connectors/temporary_folder.hpp"

namespace radflow::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

class TrainOutput : public testing::Test {
 protected:
  TrainOutput() {
    folder.write("graph.yaml", R"(
sources: [phantom: {count: 20, width: 16, height: 16}]
nodes: [decode: , pixels: , classify: {model: small.model, train: {trees: 3}}]
sinks: [stdout: ]
)");
  }
  Ran train(const std::string& output, const std::string& before = "") const {
    return run_shell(before + " $radflow train " + folder.path("graph.yaml") + " --output '" + output +
                     "' 2>&1");
  }
  void expect_refused(const Ran& ran, const std::string& path, const std::string& why) const {
    EXPECT_EQ(ran.code, exit_config) << ran.out;
    EXPECT_THAT(ran.out, AllOf(HasSubstr("error: --output: the model '" + path), HasSubstr(why)));
    EXPECT_THAT(ran.out, Not(HasSubstr("train  ["))) << "images were read";
  }

  const TemporaryFolder folder;
};

TEST_F(TrainOutput, WhatIsNoFileIsLeftAlone) {
  const std::string path = folder.path("pipe");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  expect_refused(train(path), path, "is no regular file");
  EXPECT_TRUE(fs::is_fifo(path));
  fs::create_directory(folder.path("folder"));
  expect_refused(train(folder.path("folder")), folder.path("folder"), "is a folder");
  EXPECT_TRUE(fs::is_directory(folder.path("folder")));
}

TEST_F(TrainOutput, TheFolderHasToBeThere) {
  const std::string path = folder.path("no/such.model");
  expect_refused(train(path), path, "there is no folder '" + folder.path("no"));
  EXPECT_FALSE(fs::exists(folder.path("no")));
  expect_refused(train(folder.path("graph.yaml/small.model")), folder.path("graph.yaml/small.model"),
                 "is no folder");
}

TEST_F(TrainOutput, TheFolderHasToBeWritable) {
  const TemporaryFolder closed;
  fs::permissions(folder.path(), fs::perms::others_read | fs::perms::others_exec, fs::perm_options::add);
  const std::string nobody = getuid() == 0 ? "setpriv --reuid 65534 --clear-groups --regid 65534" : "";
  fs::permissions(closed.path(), fs::perms{0555});
  if (!nobody.empty() && run_shell(nobody + " $radflow --version").code != 0)
    GTEST_SKIP() << "needs setpriv, and a program that others may run";
  expect_refused(train(closed.path("small.model"), nobody), closed.path("small.model"), "Permission denied");
}

TEST_F(TrainOutput, ALinkStaysAndNothingElse) {
  folder.write("models/real.model", "old");
  fs::create_symlink("models/real.model", folder.path("link"));
  const Ran ran = train(folder.path("link"));
  EXPECT_EQ(ran.code, exit_ok) << ran.out;
  EXPECT_TRUE(fs::is_symlink(folder.path("link")));
  EXPECT_GT(fs::file_size(folder.path("models/real.model")), 100u);
  EXPECT_EQ(std::distance(fs::directory_iterator{folder.path("models")}, {}), 1) << "a .part stayed";
  EXPECT_EQ(std::distance(fs::directory_iterator{folder.path()}, {}), 3);
}

// Each image is in both classes: where one copy is held out the other says the wrong class.
TEST_F(TrainOutput, SaysThatTheModelKnowsNoBetterThanThePrior) {
  for (const char* name : {"cyst", "none"}) {
    fs::create_directories(folder.path("images/" + std::string{name}));
    for (int i = 0; i < 12; ++i) {
      cv::Mat pixels(1, 2, CV_8U, cv::Scalar(i * 20));
      pixels.at<uchar>(0, 1) = static_cast<uchar>(i * i);
      cv::imwrite(folder.path(fmt::format("images/{}/{}.png", name, i)), pixels);
    }
  }
  folder.write("svm.yaml", R"(
sources: [files: {path: images}]
nodes: [decode: , pixels: , classify: {model: svm.model, train: {algorithm: svm, C: 100, standardize: {}}}]
sinks: [stdout: ]
)");
  const Ran ran = run_shell("cd " + folder.path() + " && $radflow train svm.yaml 2>&1");
  EXPECT_EQ(ran.code, exit_ok) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("warning: the scores of svm do not grow with the probability of none: the "
                                 "model knows no better than the prior"));
}

}  // namespace
}  // namespace radflow::cli
