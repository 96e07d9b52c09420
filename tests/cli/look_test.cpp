// What pictures look like on a contact sheet and in a terminal.
#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <opencv2/core.hpp>

#include "cli/blocks.hpp"
#include "cli/contact_sheet.hpp"
#include "cli/value_summary.hpp"
#include "nodes/types/boxes.hpp"
#include "nodes/types/features.hpp"
#include "nodes/types/mask.hpp"
#include "nodes/types/volume.hpp"

namespace radflow::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

Frame frame_of(cv::Mat pixels) {
  Frame frame;
  frame.pixels = std::move(pixels);
  return frame;
}

TEST(ValueSummary, InterpolatesAsNumpyAndLeavesOutWhatDoesNotCount) {
  cv::Mat values(1, 13, CV_32F);
  for (int i = 0; i < 10; ++i) values.at<float>(0, i) = static_cast<float>(i);
  values.at<float>(0, 10) = std::numeric_limits<float>::quiet_NaN();
  values.at<float>(0, 11) = std::numeric_limits<float>::infinity();
  values.at<float>(0, 12) = -1000;
  Frame frame = frame_of(values);
  frame.valid = cv::Mat(1, 13, CV_8U, cv::Scalar{255});
  frame.valid.at<std::uint8_t>(0, 12) = 0;
  const ValueSummary summary = summarise(frame);
  const auto near = [](double value) { return testing::DoubleNear(value, 1e-12); };
  // numpy.percentile(range(10), [1, 5, 25, 50, 75, 95, 99])
  EXPECT_THAT(summary.percentiles,
              ElementsAre(Pair(1, near(0.09)), Pair(5, near(0.45)), Pair(25, near(2.25)), Pair(50, near(4.5)),
                          Pair(75, near(6.75)), Pair(95, near(8.55)), Pair(99, near(8.91))));
  EXPECT_EQ(summary.low, 0);
  EXPECT_EQ(summary.high, 9);
  EXPECT_EQ(summary.counted, 10);
  EXPECT_EQ(summary.padding, 1);
  EXPECT_EQ(summary.not_finite, 2);
  EXPECT_EQ(summary.histogram.front(), 1);
  EXPECT_EQ(summary.histogram.back(), 1) << "the last bin holds the greatest value";
}

TEST(ValueSummary, CountsColourByPixelsAndSurvivesWhatHasNoValue) {
  EXPECT_EQ(summarise(frame_of(cv::Mat(2, 3, CV_8UC3, cv::Scalar{1, 2, 3}))).counted, 6);
  const ValueSummary none = summarise(frame_of(cv::Mat(1, 1, CV_32F, cv::Scalar{std::nan("")})));
  EXPECT_EQ(none.not_finite, 1);
  EXPECT_TRUE(none.percentiles.empty());
  EXPECT_EQ(sparkline({0, 1, 1000}), " ▁█");
}

TEST(Blocks, DrawTwoPixelsInACharacter) {
  cv::Mat picture(2, 1, CV_8UC3);
  picture.at<cv::Vec3b>(0, 0) = {0, 0, 255};
  picture.at<cv::Vec3b>(1, 0) = {255, 255, 255};
  EXPECT_EQ(blocks(picture, 1, 1, BlockColour::True), "\x1b[38;2;255;0;0m\x1b[48;2;255;255;255m▀\x1b[0m\n");
  EXPECT_EQ(blocks(picture, 1, 1, BlockColour::Palette), "\x1b[38;5;196m\x1b[48;5;231m▀\x1b[0m\n");
  EXPECT_EQ(blocks(cv::Mat(2, 2, CV_8UC3, cv::Scalar::all(255)), 2, 1, BlockColour::None), "@@\n");
  EXPECT_EQ(blocks(cv::Mat(2, 2, CV_8UC3, cv::Scalar::all(0)), 2, 1, BlockColour::None), "  \n");
  EXPECT_EQ(blocks(cv::Mat{}, 10, 10, BlockColour::None), "");
}

TEST(ContactSheet, HoldsEachPictureInTheMiddleOfItsTile) {
  Tile red{"red", {cv::Mat(10, 20, CV_8UC3, cv::Scalar{0, 0, 255}), "20x10"}, false};
  const cv::Mat sheet = drawn({"sheet", {{"one", {red, red}}, {"other", {red}}}}, 2, 100);
  EXPECT_EQ(sheet.cols, 3 * 16 + 2 * 100);
  int reds = 0;
  for (int row = 0; row < sheet.rows; ++row)
    for (int column = 0; column < sheet.cols; ++column)
      reds += sheet.at<cv::Vec3b>(row, column) == cv::Vec3b{0, 0, 255};
  EXPECT_EQ(reds, 3 * 100 * 50) << "five times as large, none beyond the edge";
}

TEST(Look, StretchesPixelsThatAreNotSquare) {
  Frame frame = frame_of(cv::Mat(4, 4, CV_8UC1, cv::Scalar{7}));
  frame.geometry.spacing = Spacing{.row = 3, .column = 1};
  EXPECT_EQ(show(Payload::of(frame), nullptr).picture.size(), cv::Size(4, 12));
  frame.geometry.spacing = Spacing{.row = 1, .column = 1e9};
  EXPECT_EQ(show(Payload::of(frame), nullptr).picture.size(), cv::Size(40, 4))
      << "a wrong header costs little";
}

TEST(Look, KeepsShadesAndMarksPadding) {
  Frame frame = frame_of(cv::Mat(1, 2, CV_8UC1, cv::Scalar{100}));
  frame.valid = cv::Mat(1, 2, CV_8U, cv::Scalar{255});
  frame.valid.at<std::uint8_t>(0, 1) = 0;
  const Shown shown = show(Payload::of(frame), nullptr);
  EXPECT_EQ(shown.picture.at<cv::Vec3b>(0, 0), cv::Vec3b(100, 100, 100));
  EXPECT_NE(shown.picture.at<cv::Vec3b>(0, 1), cv::Vec3b(100, 100, 100));
  EXPECT_THAT(shown.words, HasSubstr("50 % padding"));
}

TEST(Look, DrawsMasksAndBoxesOnTheirFrame) {
  const Frame frame = frame_of(cv::Mat(5, 5, CV_8UC1, cv::Scalar{100}));
  cv::Mat labels(5, 5, CV_16U, cv::Scalar{0});
  labels(cv::Rect{1, 1, 3, 3}).setTo(1);
  const Shown mask = show(Payload::of(Mask{labels, {}, {}}), &frame);
  const cv::Vec3b grey{100, 100, 100}, colour{0, 159, 230};
  EXPECT_EQ(mask.picture.at<cv::Vec3b>(0, 0), grey);
  EXPECT_EQ(mask.picture.at<cv::Vec3b>(1, 1), colour) << "the outline";
  EXPECT_NE(mask.picture.at<cv::Vec3b>(2, 2), colour);
  EXPECT_NE(mask.picture.at<cv::Vec3b>(2, 2), grey) << "the middle is tinted";

  const Boxes boxes{{Box{1, "", 1, 1, 3, 3}}, 5, 5, {}};
  const Shown drawn_boxes = show(Payload::of(boxes), &frame);
  EXPECT_EQ(drawn_boxes.picture.at<cv::Vec3b>(3, 3), colour);
  EXPECT_EQ(drawn_boxes.picture.at<cv::Vec3b>(2, 2), grey);
  EXPECT_EQ(drawn_boxes.picture.at<cv::Vec3b>(4, 4), grey);
}

TEST(Look, DrawsNumbersWithoutAValueToo) {
  const std::vector<std::pair<std::string, double>> numbers{{"a", 1}, {"b", -1}, {"c", std::nan("")}};
  for (std::size_t times : {1, 50}) {
    std::vector<std::pair<std::string, double>> many;
    for (std::size_t i = 0; i < times; ++i) many.insert(many.end(), numbers.begin(), numbers.end());
    EXPECT_EQ(bars(many, {100, 100}).size(), cv::Size(100, 100));
    const std::string html = page({"t", {{"s", {{"n", {{}, "", many}, false}}}}});
    EXPECT_THAT(html, HasSubstr("<td>none</td>"));
  }
}

TEST(Look, AVolumeIsItsMiddleSlice) {
  Volume volume;
  const int size[] = {3, 2, 4};
  volume.voxels = cv::Mat(3, size, CV_8U, cv::Scalar{0});
  volume.voxels.at<std::uint8_t>(1, 0, 0) = 200;
  volume.geometry.spacing = {5, 1, 1};
  const Shown shown = show(Payload::of(volume), nullptr);
  EXPECT_EQ(shown.picture.size(), cv::Size(4, 2));
  EXPECT_THAT(shown.words,
              HasSubstr("slice 2 of 3 x 2 x 4 voxels, 5 x 1 x 1 mm: 4x2 uint8 stored, 0 to 200"));
}

}  // namespace
}  // namespace radflow::cli
