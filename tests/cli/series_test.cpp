// radflow inspect FOLDER: which slices belong together, their order, what is missing.
#include "cli/series.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>

#include "tests/cli/commands.hpp"
#include "tests/needs.hpp"
#include "tests/paths.hpp"

namespace radflow::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Axial slices at those places in mm, in that order.
Series at(const std::vector<double>& places) {
  Series series;
  for (const double place : places) {
    Slice slice;
    slice.geometry.orientation = {1, 0, 0, 0, 1, 0};
    slice.geometry.position = {-10, -20, place};
    slice.frame = static_cast<std::int64_t>(place);
    series.slices.push_back(slice);
  }
  arrange(series);
  return series;
}

Series numbered(const std::vector<std::int64_t>& instances) {
  Series series;
  for (const std::int64_t instance : instances) {
    Slice slice;
    slice.file.path = std::to_string(series.slices.size());
    slice.instance = instance;
    series.slices.push_back(slice);
  }
  arrange(series);
  return series;
}

TEST(Series, StandsInTheOrderOfItsPlaces) {
  const Series series = at({6, 0, 3, 9});
  EXPECT_THAT(series.slices, ElementsAre(testing::Field(&Slice::frame, 0), testing::Field(&Slice::frame, 3),
                                         testing::Field(&Slice::frame, 6), testing::Field(&Slice::frame, 9)));
  EXPECT_EQ(series.between, 3);
  EXPECT_THAT(series.remarks, IsEmpty());
}

TEST(Series, SaysWhatIsMissingDoubleAndUneven) {
  EXPECT_THAT(at({0, 3, 6, 12, 15}).remarks, ElementsAre("gap: no slice between 6 and 12 mm, 2 steps"));
  EXPECT_THAT(at({0, 3, 3, 6}).remarks, ElementsAre("1 slice at the place of another"));
  EXPECT_THAT(at({0, 3, 6, 10, 13}).remarks, ElementsAre("uneven: 4 mm behind 6 mm"));
  EXPECT_EQ(at({5}).between, std::nullopt);
  EXPECT_THAT(at({0, 1, 2, 4, 5, 7, 8, 10, 11, 13, 14, 16, 17}).remarks.back(), HasSubstr("and more"));
}

TEST(Series, CountsInstancesWherePlacesAreUnknown) {
  EXPECT_THAT(numbered({4, 1, 2}).remarks, ElementsAre("gap: instance 3 is missing"));
  EXPECT_THAT(numbered({1, 5}).remarks, ElementsAre("gap: instances 2 to 4 are missing"));
  EXPECT_THAT(numbered({1, 2, 2}).remarks, ElementsAre("instance 2 is there twice"));
}

class InspectFolder : public Commands {};

TEST_F(InspectFolder, TablesPicturesByFolderAndSize) {
  for (const char* name : {"a/1.png", "a/2.png", "b/1.png"}) {
    std::filesystem::create_directories((folder_ / name).parent_path());
    cv::imwrite((folder_ / name).string(), cv::Mat(6, 8, CV_8UC1, cv::Scalar{100}));
  }
  cv::imwrite((folder_ / "a/large.png").string(), cv::Mat(12, 16, CV_8UC1, cv::Scalar{100}));
  std::ofstream{folder_ / "a/notes.txt"} << "none";
  const std::string png = (folder_ / "sheet.png").string();
  const Ran ran = run_program("inspect " + folder_.string() + " --json");
  ASSERT_EQ(ran.code, exit_ok);
  const auto json = nlohmann::json::parse(ran.out);
  ASSERT_EQ(json["series"].size(), 3U);
  EXPECT_EQ(json["series"][0]["slices"], 2);
  EXPECT_EQ(json["series"][0]["folder"], "a");
  EXPECT_EQ(json["series"][0]["columns"], 8);
  EXPECT_EQ(json["series"][1]["columns"], 16);
  EXPECT_EQ(json["series"][2]["folder"], "b");
  EXPECT_EQ(json["not_read"]["unknown_format"], 1);
  EXPECT_EQ(run_program("inspect " + folder_.string() + " --png " + png).code, exit_ok);
  EXPECT_FALSE(cv::imread(png).empty());
  EXPECT_THAT(run_program("inspect " + folder_.string()).out, HasSubstr("1 file not read: unknown_format"));
  EXPECT_EQ(run_program("inspect " + folder_.string() + "/absent 2>&1").code, exit_config);
}

TEST_F(InspectFolder, GoesOnPastAFileThatCannotBeRead) {
  for (const char* name : {"1.png", "2.png"})
    cv::imwrite((folder_ / name).string(), cv::Mat(6, 8, CV_8UC1, cv::Scalar{100}));
  std::filesystem::permissions(folder_ / "1.png", std::filesystem::perms::none);
  // Root may read every file: then as somebody else (65534 is nobody).
  const bool root = geteuid() == 0;
  ASSERT_EQ(root ? seteuid(65534) : 0, 0);
  const FolderContents contents = series_of(folder_.string());
  ASSERT_EQ(root ? seteuid(0) : 0, 0);
  ASSERT_EQ(contents.series.size(), 1U);
  EXPECT_EQ(contents.series[0].files, 1);
  EXPECT_EQ(contents.unreadable.at("unreadable"), 1);
}

TEST_F(InspectFolder, SeesTheSeriesOfAPatient) {
  RADFLOW_NEEDS("decode/dicom");
  const auto series = std::filesystem::path{source_folder} / "../shared/data/dicom/series";
  if (!std::filesystem::exists(series)) GTEST_SKIP() << "needs ../shared/data/dicom/series";
  const auto json = nlohmann::json::parse(run_program("inspect '" + series.string() + "' --json").out);
  const auto& ct = json["series"][0];
  EXPECT_EQ(ct["modality"], "CT");
  EXPECT_EQ(ct["slices"], 51);
  EXPECT_NEAR(ct["slice_distance_mm"].get<double>(), 3.27, 1e-9);
  EXPECT_EQ(ct["body_part"], "EXTREMITY");
  EXPECT_THAT(ct["remarks"], IsEmpty());
  EXPECT_EQ(json["series"][1]["modality"], "RTSTRUCT");
  EXPECT_EQ(json["series"][1]["slices"], 0) << "no image";

  // Without a slice in the middle.
  const auto files = list_files((series / "STS_003/MR_T1/dicom/image").string());
  for (std::size_t i = 0; i < files.size(); ++i)
    if (i != 20) std::filesystem::copy_file(files[i].path, folder_ / files[i].relative);
  EXPECT_THAT(run_program("inspect " + folder_.string()).out, HasSubstr("gap: no slice between"));
}

}  // namespace
}  // namespace radflow::cli
