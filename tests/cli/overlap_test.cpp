// radflow overlap of masks: over which of them its means are, and when distances are in mm.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>

#include "cli/command.hpp"
#include "tests/cli/program.hpp"
#include "tests/connectors/temporary_folder.hpp"
#include "tests/nodes/decode/dicom/builder.hpp"

namespace radflow::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class OverlapOfMasks : public testing::Test {
 protected:
  OverlapOfMasks() {
    for (const char* name : {"found", "right"}) std::filesystem::create_directories(at(name));
  }
  std::string at(const std::string& name) const { return folder_.path(name); }
  Ran run(const std::string& more = "") const {
    return run_program("overlap " + at("found") + " " + at("right") + " " + more + " 2>&1");
  }
  // Of 2 x 2 pixels, the first of which is labelled; without a spacing it has none.
  void dicom(const std::string& name, const std::string& spacing = "") const {
    DicomBuilder mask{2, 2};
    if (!spacing.empty()) mask.text(DCM_Modality, "CT").text(DCM_PixelSpacing, spacing);
    std::ofstream{at(name), std::ios::binary} << mask.pixels({1, 0, 0, 0}).bytes();
  }

  const TemporaryFolder folder_;
};

TEST_F(OverlapOfMasks, SaysOverWhichMasksTheMeansAre) {
  const cv::Mat empty = cv::Mat::zeros(8, 8, CV_8U);
  cv::Mat mask = empty.clone();
  mask(cv::Rect{2, 2, 4, 4}).setTo(1);
  for (const auto& [name, of] : {std::pair{"right/whole.png", mask},
                                 {"found/whole.png", mask},
                                 {"right/missed.png", mask},
                                 {"found/missed.png", empty},
                                 {"right/none.png", empty},
                                 {"found/none.png", empty},
                                 {"right/absent.png", mask},
                                 {"found/alone.png", mask}})
    cv::imwrite(at(name), of);
  const json said = json::parse(run("--json").out);
  EXPECT_EQ(said["mean"]["dice"], 0.5);
  EXPECT_EQ(said["mean_of"], (json{{"dice", 2}, {"iou", 2}, {"hausdorff95", 1}}));
  EXPECT_EQ(said["missing"], json{"absent"});
  EXPECT_EQ(said["without_reference"], json{"alone"});
  EXPECT_THAT(run().out,
              testing::AllOf(testing::ContainsRegex("masks in the mean +2 +2 +1\n"),
                             HasSubstr("HD95 needs both not empty\n"),
                             HasSubstr("1 reference without a mask, such as absent: in no mean\n"),
                             HasSubstr("1 mask without a reference, such as alone: in no mean\n")));
  EXPECT_EQ(run("--label 0").code, exit_config) << "0 is what is not labelled";
}

// A mean of millimetres and pixels is a length of nothing.
TEST_F(OverlapOfMasks, DistancesHaveOneUnit) {
  dicom("right/a.dcm", "0.5\\0.5");
  dicom("found/a.dcm");
  EXPECT_EQ(json::parse(run("--json").out)["unit"], "mm") << "the reference says it";
  dicom("right/b.dcm");
  dicom("found/b.dcm");
  const Ran mixed = run();
  EXPECT_EQ(mixed.code, exit_failed);
  EXPECT_THAT(mixed.out, HasSubstr("the pixels of a have a size in mm and those of b have none"));
  EXPECT_EQ(run("--spacing 0.5").code, exit_ok);
  dicom("right/b.dcm", "0.5\\0.5");
  dicom("found/b.dcm", "0.7\\0.5");
  const Ran other = run();
  EXPECT_EQ(other.code, exit_failed);
  EXPECT_THAT(other.out,
              HasSubstr("b: the pixels of the mask are 0.7 x 0.5 mm and those of the reference 0.5 x"));
}

}  // namespace
}  // namespace radflow::cli
