// --labels and --group: a CSV file says class, patient and part of each image. Through the program, on pictures
// of a few pixels.
#include "cli/labels.hpp"

#include <gmock/gmock.h>
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
namespace fs = std::filesystem;

class LabelsFile : public testing::Test {
 protected:
  LabelsFile() {
    fs::create_directories(folder_ / "images/p");
    std::ofstream{path("graph.yaml")} << R"(
graph: small
sources: [phantom: ]
nodes: [decode: , pixels: , classify: {model: small.model, train: {trees: 5, threshold: {positive: light}}}]
sinks: [stdout: ]
)";
    std::string csv = "path,label,patient,split\n";
    for (int i = 0; i < 40; ++i) {
      const std::string name = "p/" + std::to_string(i) + ".png";
      const cv::Mat pixels(4, 4, CV_8U, cv::Scalar(i * 5));
      EXPECT_TRUE(cv::imwrite(path("images/" + name), pixels));
      csv += name + (i < 20 ? ",dark,p" : ",light,p") + std::to_string(i / 2) + "," +
             (i % 5 == 4   ? "test"
              : i % 5 == 3 ? "val"
                           : "train") +
             "\n";
    }
    write("all.csv", csv);
  }
  ~LabelsFile() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  void write(const std::string& name, const std::string& text) const { std::ofstream{path(name)} << text; }
  Ran train(const std::string& more) const {
    return run_program("train " + path("graph.yaml") + " --input " + path("images") + " " + more + " 2>&1");
  }
  Manifest manifest() const { return load_model(path("small.model")).manifest; }

  fs::path folder_ = fs::temp_directory_path() / ("radflow_labels_" + std::to_string(getpid()));
};

TEST_F(LabelsFile, SaysClassAndSplitAndTheThresholdIsOfVal) {
  const Ran trained = train("--labels " + path("all.csv"));
  ASSERT_EQ(trained.code, exit_ok) << trained.out;
  EXPECT_THAT(trained.out, HasSubstr("24 samples (dark 12, light 12)"));
  EXPECT_THAT(trained.out, HasSubstr("light from a probability of"));
  EXPECT_EQ(manifest().classes, (std::vector<std::string>{"dark", "light"}));
  EXPECT_THAT(manifest().threshold->from, HasSubstr("8 images of split val of "));
}

TEST_F(LabelsFile, KeepsPatientsTogetherWhereItKnowsThem) {
  std::string csv = "path,label,patient\n";
  for (int i = 0; i < 40; ++i)
    csv +=
        "p/" + std::to_string(i) + ".png," + (i < 20 ? "dark,p" : "light,p") + std::to_string(i / 2) + "\n";
  write("patients.csv", csv);
  ASSERT_EQ(train("--labels " + path("patients.csv")).code, exit_ok);
  EXPECT_EQ(manifest().grouped_by, "patient");
  EXPECT_THAT(manifest().threshold->from, HasSubstr("grouped by patient"));
  // One patient a class: nothing can be held out.
  write("two.csv",
        "path,label,patient\np/1.png,dark,a\np/2.png,dark,a\np/30.png,light,b\np/31.png,light,b\n");
  const Ran two = train("--labels " + path("two.csv"));
  EXPECT_NE(two.code, exit_ok);
  EXPECT_THAT(two.out, HasSubstr("in 2 groups at least, and class 'dark' has them in 1"));
  EXPECT_THAT(two.out, HasSubstr("36 images are not in "));
}

TEST_F(LabelsFile, SaysWhatIsWrongWithIt) {
  const auto said = [&](const std::string& csv) {
    write("wrong.csv", csv);
    const Ran ran = train("--labels " + path("wrong.csv"));
    EXPECT_NE(ran.code, exit_ok) << csv;
    return ran.out;
  };
  EXPECT_THAT(said(""), HasSubstr("its first line names the columns"));
  EXPECT_THAT(said("file,class\n"), HasSubstr("it has file, class"));
  EXPECT_THAT(said("path,label\np/1.png,dark,x\n"), HasSubstr("wrong.csv:2"));
  EXPECT_THAT(said("path,label\n\n\np/0.png,dark\np/1.png,dark,x\n"), HasSubstr("wrong.csv:5"));
  EXPECT_THAT(said("path,label\np/0.png,dark\np/1.png,\"dark\np/2.png,light\n"),
              HasSubstr("wrong.csv:3: the quote that begins here is not closed"));
  EXPECT_THAT(said("path,label\np/1.png,dark\np/1.png,dark\n"), HasSubstr("a second time"));
  EXPECT_THAT(said("path,label\nq/1.png,dark\n"), HasSubstr("a label for none of the 40 images"));
  EXPECT_THAT(train("--labels " + path("all.csv") + " --group ward").out, HasSubstr("has no 'ward'"));
  EXPECT_THAT(train("--labels " + path("no.csv")).out, HasSubstr("cannot be read"));
}

TEST_F(LabelsFile, SpacesAroundALabelMakeNoClass) {
  write("spaces.csv",
        "path, label ,patient\np/1.png, dark ,a\np/2.png,dark,b\np/3.png,dark\t,a \n"
        "p/30.png,light,c\np/31.png,\" light\",d\n");
  const Ran ran =
      train("--labels " + path("spaces.csv") + " --set nodes.classify.train.threshold.rule=youden");
  EXPECT_THAT(ran.out, HasSubstr("5 samples (dark 3, light 2)"));
  EXPECT_EQ(manifest().classes, (std::vector<std::string>{"dark", "light"}));
}

TEST_F(LabelsFile, SaysWhichRowsNameNoImage) {
  std::ifstream all{path("all.csv")};
  const std::string csv{std::istreambuf_iterator<char>{all}, {}};
  write("more.csv", csv + "p/lost.png,dark,x,train\np/gone.png,dark,x,val\np/other.png,dark,x,test\n");
  const Ran ran = train("--labels " + path("more.csv"));
  EXPECT_EQ(ran.code, exit_ok);
  EXPECT_THAT(ran.out, HasSubstr("warning: 2 rows of " + path("more.csv") +
                                 " name no image that came through, such as p/lost.png (line 42), p/gone.png "
                                 "(line 43)"));
  EXPECT_THAT(train("--labels " + path("all.csv")).out, testing::Not(HasSubstr("warning")));
}

TEST_F(LabelsFile, WhatCannotBeReadIsAWarning) {
  for (const char* name : {"b", "a", "d", "c"}) write("images/p/" + std::string{name} + ".png", "no picture");
  const Ran ran = train("--labels " + path("all.csv"));
  EXPECT_EQ(ran.code, exit_dead_letters);
  EXPECT_THAT(ran.out, HasSubstr("warning: 4 records gave no result: "));
  EXPECT_THAT(ran.out, HasSubstr(" (4, such as p/a.png, p/b.png, p/c.png); radflow run"));
}

// CLASS/PATIENT/FILE: the folder that a file lies in is its class unless --group folder says otherwise.
TEST_F(LabelsFile, AFolderIsAGroupOnlyWhenAsked) {
  for (int i = 0; i < 40; ++i)
    for (const std::string& below : {std::string{"nested/"}, std::string{"flat/"}}) {
      const fs::path to = folder_ / below / (i < 20 ? "dark" : "light") /
                          (below == "flat/" ? "" : "patient" + std::to_string(i / 4));
      fs::create_directories(to);
      fs::copy_file(path("images/p/" + std::to_string(i) + ".png"), to / (std::to_string(i) + ".png"));
    }
  const std::string command = "train " + path("graph.yaml") + " --input ";
  const Ran flat = run_program(command + path("flat") + " 2>&1");
  ASSERT_EQ(flat.code, exit_ok) << flat.out;
  EXPECT_THAT(flat.out, HasSubstr("grouped by image; optimistic"));
  EXPECT_EQ(manifest().grouped_by, "image");
  const Ran nested = run_program(command + path("nested") + " --group folder 2>&1");
  ASSERT_EQ(nested.code, exit_ok) << nested.out;
  EXPECT_EQ(manifest().grouped_by, "folder");
  EXPECT_EQ(manifest().classes, (std::vector<std::string>{"dark", "light"}));
  EXPECT_THAT(run_program(command + path("flat") + " --group folder 2>&1").out,
              HasSubstr("a folder below the class folder"));
}

}  // namespace
}  // namespace radflow::cli
