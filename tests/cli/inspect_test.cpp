// radflow inspect, as a user runs it.
#include <gmock/gmock.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "cli/command.hpp"
#include "tests/cli/program.hpp"
#include "tests/needs.hpp"
#include "tests/paths.hpp"

namespace radflow::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class Inspect : public testing::Test {
 protected:
  void SetUp() override {
    RADFLOW_NEEDS("decode/dicom");
    if (!std::filesystem::exists(files)) GTEST_SKIP() << "needs the real files at ../shared/data/dicom";
  }
  Ran inspect(const std::string& name, const std::string& more = "") const {
    return run_program("inspect '" + (files / name).string() + "' " + more + " 2>&1");
  }

  std::filesystem::path files = std::filesystem::path{source_folder} / "../shared/data/dicom/files";
};

TEST_F(Inspect, SaysWhatAFileHolds) {
  const Ran ran = inspect("CT_small.dcm");
  EXPECT_EQ(ran.code, exit_ok);
  for (const char* words :
       {"1.2.840.10008.1.2.1", "HU", "0.661468", "patient", "-896", "1167", "MONOCHROME2"})
    EXPECT_THAT(ran.out, HasSubstr(words));
  EXPECT_THAT(ran.out, Not(HasSubstr("CompressedSamples"))) << "the patient's name";
}

TEST_F(Inspect, SaysItAsJson) {
  const auto report = nlohmann::json::parse(inspect("rtdose.dcm", "--json --frame 15").out);
  EXPECT_EQ(report["file"]["frames"], 15);
  EXPECT_EQ(report["file"]["frame"], 15);
  EXPECT_EQ(report["file"]["bits_stored"], 32);
  EXPECT_EQ(report["values"]["units"], "RELATIVE");
  EXPECT_EQ(report["values"]["depth"], "float64");
  EXPECT_EQ(report["geometry"]["row_spacing_mm"], 10);
  EXPECT_EQ(report["identity"]["FrameNumber"], "15");
}

TEST_F(Inspect, SaysHowTheValuesAreSpread) {
  const auto values = nlohmann::json::parse(inspect("CT_small.dcm", "--json").out)["values"];
  // numpy.percentile of pydicom's pixels times slope plus intercept.
  EXPECT_EQ(values["percentiles"]["50"], 2);
  EXPECT_NEAR(values["percentiles"]["95"].get<double>(), 347.85, 1e-9);
  std::int64_t count = 0;
  for (const auto& bin : values["histogram"]["counts"]) count += bin.get<std::int64_t>();
  EXPECT_EQ(count, 128 * 128);
  EXPECT_THAT(inspect("CT_small.dcm").out, HasSubstr("histogram             -896 "));
  EXPECT_THAT(inspect("CT_small.dcm", "--show").out, HasSubstr("=====++**+"));
}

TEST_F(Inspect, SaysLatinTextAndWarningsAsJson) {
  const auto faults = std::filesystem::path{source_folder} / "../shared/data/faults";
  if (!std::filesystem::exists(faults)) GTEST_SKIP() << "needs ../shared/data/faults";
  const auto ask = [&](const std::string& file) {
    const Ran ran = run_program("inspect --json '" + (faults / file).string() + "' 2>&1");
    EXPECT_EQ(ran.code, exit_ok) << ran.out;
    return nlohmann::json::parse(ran.out);
  };
  const std::string explanation =
      ask("08-latin1-explanation/latin1.dcm")["display"]["windows"][0]["explanation"];
  EXPECT_THAT(explanation, HasSubstr("ö"));
  ask("08-latin1-explanation/undeclared.dcm");
  EXPECT_THAT(ask("02-number-of-frames-0/zero.dcm")["file"]["warnings"][0].get<std::string>(),
              HasSubstr("NumberOfFrames"));
}

TEST_F(Inspect, WritesThePictureInTheFirstWindow) {
  const std::string png = testing::TempDir() + "inspect-" + std::to_string(getpid()) + ".png";
  EXPECT_EQ(inspect("693_J2KI.dcm", "--png '" + png + "'").code, exit_ok);  // window 40, 100 HU
  const cv::Mat shown = cv::imread(png, cv::IMREAD_UNCHANGED);
  ASSERT_EQ(shown.size(), cv::Size(512, 512));
  EXPECT_EQ(shown.type(), CV_8UC1);
  EXPECT_EQ(shown.at<std::uint8_t>(0, 0), 0) << "air";

  EXPECT_EQ(inspect("CT_small.dcm", "--png '" + png + "'").code, exit_ok);  // no window: all values
  double low = 0, high = 0;
  cv::minMaxLoc(cv::imread(png, cv::IMREAD_UNCHANGED), &low, &high);
  EXPECT_EQ(low, 0);
  EXPECT_EQ(high, 255);

  EXPECT_EQ(inspect("SC_rgb_rle.dcm", "--png '" + png + "'").code, exit_ok);
  EXPECT_EQ(cv::imread(png, cv::IMREAD_UNCHANGED).at<cv::Vec3b>(5, 5), (cv::Vec3b{0, 0, 255}))
      << "red, as BGR";
  std::filesystem::remove(png);
}

TEST_F(Inspect, SaysWhyThereIsNothingToSee) {
  const Ran plan = inspect("rtplan.dcm");
  EXPECT_EQ(plan.code, exit_failed);
  EXPECT_THAT(plan.out, HasSubstr("no_pixel_data"));
  EXPECT_THAT(inspect("rtdose.dcm", "--frame 16").out, HasSubstr("--frame 1 to 15"));
  EXPECT_THAT(inspect("absent.dcm").out, HasSubstr("absent.dcm: cannot be read: there is no such file"));
  EXPECT_EQ(inspect("absent.dcm").code, exit_config);
  EXPECT_EQ(inspect("CT_small.dcm", "--png /nowhere/a.png").code, exit_failed);
}

}  // namespace
}  // namespace radflow::cli
