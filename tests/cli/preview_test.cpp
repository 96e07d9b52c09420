// radflow preview, as a user runs it.
#include <gmock/gmock.h>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "tests/cli/commands.hpp"
#include "tests/needs.hpp"

namespace radflow::cli {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

class Preview : public Commands {
 protected:
  void SetUp() override {
    RADFLOW_NEEDS("segment");
    RADFLOW_NEEDS("features");
    RADFLOW_NEEDS("preprocess");
    Commands::SetUp();
    square_ = (folder_ / "square.png").string();
    cv::Mat picture(32, 32, CV_8UC1, cv::Scalar{20});
    picture(cv::Rect{8, 4, 16, 8}).setTo(200);
    cv::imwrite(square_, picture);
    graph_ = write(R"(
graph: look
sources: [phantom: ]
nodes:
  - decode
  - threshold: {min: 100}
  - boxes
  - histogram: {bins: 4}
    from: decode
  - tile: {width: 8, height: 8}
    from: decode
sinks: [stdout: {from: [boxes, histogram, tile]}]
)");
  }
  std::string read(const std::string& name) const {
    std::ifstream file{folder_ / name, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
  }
  std::string at(const std::string& name) const { return (folder_ / name).string(); }

  std::string square_, graph_;
};

TEST_F(Preview, SaysWhatEveryNodeMakes) {
  const Ran ran = run_program("preview " + graph_ + " " + square_ + " 2>&1");
  EXPECT_EQ(ran.code, exit_ok) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("square.png\n  decode"));
  EXPECT_THAT(ran.out, ContainsRegex("decode +32x32 uint8 stored, 20 to 200\n"));
  EXPECT_THAT(ran.out, ContainsRegex("threshold +32x32, 1 label: 1 12.5 %\n"));  // 128 of 1024
  EXPECT_THAT(ran.out, ContainsRegex("boxes +1 box in 32x32\n"));
  EXPECT_THAT(ran.out, ContainsRegex("histogram +4 features\n"));
  EXPECT_THAT(ran.out, HasSubstr("tile 3/16 "));
  EXPECT_THAT(ran.out, HasSubstr("and 13 more")) << "three of each node by default";
  EXPECT_THAT(ran.out, Not(HasSubstr("encode"))) << "what the sinks are given has no look";
}

TEST_F(Preview, WritesASheetAndAPageThatNeedNothingElse) {
  const Ran ran =
      run_program("preview " + graph_ + " " + square_ + " --png " + at("a.png") + " --html " + at("a.html"));
  EXPECT_EQ(ran.code, exit_ok);
  const cv::Mat sheet = cv::imread(at("a.png"), cv::IMREAD_COLOR);
  ASSERT_FALSE(sheet.empty());
  const std::string page = read("a.html");
  EXPECT_THAT(page, HasSubstr("<b>threshold</b>"));
  EXPECT_THAT(page, HasSubstr("src=\"data:image/png;base64,"));
  EXPECT_THAT(page, HasSubstr("histogram.0"));
  for (const char* outside : {"http:", "https:", "<link", "<script", "url("})
    EXPECT_THAT(page, Not(HasSubstr(outside)));
}

TEST_F(Preview, SaysWhichNodeFailedAndWhy) {
  std::ofstream{at("bad.png")} << "no picture";
  const Ran ran = run_program("preview " + graph_ + " " + at("bad.png") + " " + square_ + " 2>&1");
  EXPECT_EQ(ran.code, exit_dead_letters);
  EXPECT_THAT(ran.out, ContainsRegex("bad.png\n  decode +[a-z_]+: "));
  EXPECT_THAT(ran.out, HasSubstr("square.png\n  decode")) << "the others are shown all the same";
}

TEST_F(Preview, EndsBeforeAModelThatIsNotTrainedYet) {
  const std::string graph = write(
      "graph: g\nsources: [phantom: ]\nnodes: [decode, histogram: {bins: 4}, classify: {model: "
      "absent.model}]\n"
      "sinks: [stdout: ]\n");
  EXPECT_EQ(run_program("preview " + graph + " " + square_ + " 2>&1").code, exit_config);
  const Ran ran = run_program("preview " + graph + " " + square_ + " --until histogram 2>&1");
  EXPECT_EQ(ran.code, exit_ok) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("4 features"));
  EXPECT_THAT(run_program("preview " + graph + " " + square_ + " --until hist 2>&1").out,
              HasSubstr("has no node 'hist'"));
}

TEST_F(Preview, KeepsTheMaskThatTheGraphsFolderHas) {
  std::filesystem::create_directories(folder_ / "in");
  std::filesystem::copy_file(square_, folder_ / "in/a.png");
  cv::imwrite(at("in/a_mask.png"), cv::Mat(32, 32, CV_8UC1, cv::Scalar{1}));
  const std::string graph = write(
      "graph: g\nsources: [files: {path: in, mask: '{stem}_mask.png'}]\n"
      "nodes: [decode, boxes: {from: decode.mask}]\nsinks: [stdout: ]\n");
  const Ran ran = run_program("preview " + graph + " " + at("in/a.png") + " 2>&1");
  EXPECT_EQ(ran.code, exit_ok) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("decode.mask  32x32, 1 label: 1 100.0 %"));
}

TEST_F(Preview, RefusesAFolderThatIsTooLarge) {
  for (int i = 0; i < 41; ++i) std::ofstream{at("many" + std::to_string(i) + ".png")};
  const Ran ran = run_program("preview " + graph_ + " '" + at("many*") + "' 2>&1");
  EXPECT_EQ(ran.code, exit_config);
  EXPECT_THAT(ran.out, HasSubstr("holds 41 files, and a preview shows 40 at most"));
}

TEST_F(Preview, ShowsPicturesInTheTerminal) {
  const std::string command = "preview " + graph_ + " " + square_ + " --show --until decode";
  EXPECT_THAT(run_program(command).out, HasSubstr("  ########################  "))
      << "by characters where there is no terminal";
  setenv("COLORTERM", "truecolor", 1);
  unsetenv("NO_COLOR");
  const Ran ran = run_in_terminal(80, command);
  EXPECT_THAT(ran.out, HasSubstr("\x1b[38;2;200;200;200m\x1b[48;2;200;200;200m▀"));
}

}  // namespace
}  // namespace radflow::cli
