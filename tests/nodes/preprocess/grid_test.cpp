// crop, pad and tile.
#include "graph/build.hpp"
#include "nodes/imaging/geometry.hpp"
#include "nodes/types/boxes.hpp"
#include "tests/nodes/masks.hpp"

namespace radflow {
namespace {

using Rows = std::vector<std::vector<int>>;

Frame sample() {
  Frame frame = frame_of<std::int16_t>({{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}});
  frame.geometry = oblique();
  return frame;
}

TEST(Crop, KeepsWhatSurroundsTheMask) {
  const Frame frame = sample();
  const Mask mask = mask_of({{0, 0, 0, 0}, {0, 0, 2, 0}, {0, 0, 0, 1}}, frame.geometry);
  const auto pixels = [&](const std::string& yaml) { return made<Frame>(yaml, frame, mask).pixels; };
  EXPECT_EQ(largest_difference(pixels("crop: {to: mask}"), (cv::Mat_<short>(2, 2) << 7, 8, 11, 12)), 0);
  EXPECT_EQ(largest_difference(pixels("crop: {to: mask, label: 2}"), (cv::Mat_<short>(1, 1) << 7)), 0);
  EXPECT_EQ(pixels("crop: {to: mask, margin: 1}").size(), cv::Size(3, 3)) << "what lies outside is cut off";
  EXPECT_EQ(why("crop: {to: mask, label: 9}", frame, mask), "nothing_to_crop");
  EXPECT_EQ(why("crop: {to: mask}", frame), "nothing_to_crop");
  EXPECT_EQ(why("crop: {to: mask}", frame, mask_of({{1}})), "geometry_mismatch");
}

TEST(Crop, KeepsWhatSurroundsBoxes) {
  const Frame frame = sample();
  const Boxes boxes =
      made<Boxes>("boxes: {}", mask_of({{0, 0, 0, 0}, {0, 3, 0, 0}, {0, 0, 0, 1}}, frame.geometry));
  const Outcome both = call_with("crop: {to: box}", {Payload::of(frame), {}, Payload::of(boxes)});
  EXPECT_EQ(both.value.as<Frame>().pixels.size(), cv::Size(3, 2));
  const Outcome one = call_with("crop: {to: box, label: 3}", {Payload::of(frame), {}, Payload::of(boxes)});
  EXPECT_EQ(one.value.as<Frame>().pixels.at<short>(0, 0), 6);
}

TEST(Crop, PixelsKeepTheirPlaceAndAMaskStaysAMask) {
  const Frame frame = sample();
  const Frame part = run("crop: {rectangle: [1, 2, 2, 5]}", frame);
  EXPECT_EQ(largest_difference(part.pixels, (cv::Mat_<short>(1, 2) << 10, 11)), 0);
  EXPECT_THAT(*patient_position(part.geometry, 0, 0),
              testing::Pointwise(testing::DoubleNear(1e-12), *patient_position(frame.geometry, 1, 2)));
  EXPECT_EQ(apply(part.geometry.to_source, 0, 0), (std::array<double, 2>{1, 2}));
  EXPECT_EQ(rows_of(made<Mask>("crop: {rectangle: [1, 0, 1, 2]}", mask_of({{1, 2}, {3, 4}}))),
            (Rows{{2}, {4}}));
  EXPECT_EQ(reason("crop: {rectangle: [9, 0, 1, 1]}", frame), "nothing_to_crop");
  Frame padded = frame;
  padded.valid = (cv::Mat_<std::uint8_t>(3, 4) << 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255);
  EXPECT_EQ(run("crop: {rectangle: [0, 0, 2, 1]}", padded).valid.at<std::uint8_t>(0, 0), 0);
}

TEST(Crop, SaysWhatItNeeds) {
  EXPECT_THROW(make_node("crop: {}"), ConfigError);
  EXPECT_THROW(make_node("crop: {to: mask, rectangle: [0, 0, 1, 1]}"), ConfigError);
  EXPECT_THROW(make_node("crop: {rectangle: [0, 0, 0, 1]}"), ConfigError);
  const std::string graph =
      "sources: [phantom]\nnodes:\n  - decode\n  - threshold: {min: 1}\n"
      "  - crop: {to: mask, from: decode}\nsinks: [stdout]\n";
  const auto wrong = refusals(load_plan_text(graph, "g.yaml"), Purpose::Run);
  ASSERT_EQ(wrong.size(), 1U);
  EXPECT_THAT(wrong[0].message, testing::HasSubstr("needs a mask"));
}

TEST(Pad, PutsPaddingAroundWhatIsToSmall) {
  const Frame result = run("pad: {width: 7, height: 2, fill: -5}", sample());
  EXPECT_EQ(result.pixels.size(), cv::Size(7, 3));
  EXPECT_EQ(result.pixels.at<short>(0, 0), -5);
  EXPECT_EQ(result.pixels.at<short>(0, 1), 1) << "of three one to the left";
  EXPECT_EQ(cv::countNonZero(result.valid), 12);
  EXPECT_EQ(result.valid.at<std::uint8_t>(2, 4), 255);
  EXPECT_THAT(*patient_position(result.geometry, 1, 0),
              testing::Pointwise(testing::DoubleNear(1e-12), *sample().geometry.position));
  EXPECT_TRUE(run("pad: {width: 2}", sample()).valid.empty()) << "nothing to do";
  EXPECT_EQ(rows_of(made<Mask>("pad: {margin: 1, fill: 9}", mask_of({{7}}))),
            (Rows{{0, 0, 0}, {0, 7, 0}, {0, 0, 0}}));
  EXPECT_THROW(make_node("pad: {}"), ConfigError);
}

TEST(Tile, CutsRowByRowAndPadsTheLast) {
  const Frame frame = sample();
  const Mask mask = mask_of({{0, 0, 0, 5}, {0, 0, 0, 0}, {6, 0, 0, 0}}, frame.geometry);
  const Outcome outcome =
      call_with("tile: {width: 3, height: 2, fill: -1}", {Payload::of(frame), Payload::of(mask)});
  ASSERT_EQ(outcome.pieces.size(), 4U);
  const auto tile = [&](std::size_t i) { return outcome.pieces[i].value->as<Frame>(); };
  const auto labels = [&](std::size_t i) { return rows_of(outcome.pieces[i].others.at(0).as<Mask>()); };
  EXPECT_EQ(largest_difference(tile(0).pixels, (cv::Mat_<short>(2, 3) << 1, 2, 3, 5, 6, 7)), 0);
  EXPECT_TRUE(tile(0).valid.empty());
  EXPECT_EQ(largest_difference(tile(3).pixels, (cv::Mat_<short>(2, 3) << 12, -1, -1, -1, -1, -1)), 0);
  EXPECT_EQ(cv::countNonZero(tile(3).valid), 1);
  EXPECT_EQ(labels(1), (Rows{{5, 0, 0}, {0, 0, 0}}));
  EXPECT_EQ(labels(2), (Rows{{6, 0, 0}, {0, 0, 0}}));
  EXPECT_EQ(outcome.pieces[2].identity.index, 2U);
  EXPECT_EQ(outcome.pieces[2].identity.count, 4U);
  EXPECT_EQ(apply(tile(3).geometry.to_source, 0, 0), (std::array<double, 2>{3, 2}));
}

TEST(Tile, OverlapsAndRefusesTooMany) {
  const Outcome outcome = call_with("tile: {width: 2, height: 3, overlap: 1}", {Payload::of(sample())});
  ASSERT_EQ(outcome.pieces.size(), 3U);
  EXPECT_EQ(outcome.pieces[1].value->as<Frame>().pixels.at<short>(0, 0), 2);
  EXPECT_FALSE(outcome.pieces[1].others.at(0));
  EXPECT_EQ(reason("tile: {width: 1, height: 1}", {.pixels = cv::Mat::zeros(300, 300, CV_8U)}),
            "too_many_tiles");
  EXPECT_THROW(make_node("tile: {width: 2, height: 3, overlap: 2}"), ConfigError);
}

}  // namespace
}  // namespace radflow
