#include "nodes/imaging/masked.hpp"

#include <cmath>

#include "nodes/imaging/geometry.hpp"
#include "nodes/types/features.hpp"
#include "tests/nodes/masks.hpp"

namespace radflow {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

Frame slice() {
  Frame frame = frame_of<std::uint8_t>({{10, 20, 30}, {40, 50, 60}});
  frame.geometry = oblique();
  return frame;
}

TEST(SameGrid, WithinAThousandthOfAMillimetre) {
  const Frame frame = slice();
  Mask mask = mask_of({{1, 0, 0}, {0, 0, 1}}, frame.geometry);
  EXPECT_FALSE(require_same_grid(frame, mask, "test"));
  (*mask.geometry.position)[2] += 0.9e-3;
  EXPECT_FALSE(require_same_grid(frame, mask, "test"));
  (*mask.geometry.position)[2] += 0.2e-3;
  EXPECT_TRUE(require_same_grid(frame, mask, "test"));
}

TEST(SameGrid, SpacingAndDirectionCountToTheFarCorner) {
  const Frame frame = slice();
  Mask mask = mask_of({{1, 0, 0}, {0, 0, 1}}, frame.geometry);
  mask.geometry.spacing->column += 0.6e-3;  // 1.2e-3 mm at the third column
  EXPECT_TRUE(require_same_grid(frame, mask, "test"));
  mask.geometry.spacing->column -= 0.2e-3;
  EXPECT_FALSE(require_same_grid(frame, mask, "test"));
  for (int i = 0; i < 3; ++i) (*mask.geometry.orientation)[i] *= -1;
  EXPECT_TRUE(require_same_grid(frame, mask, "test"));
}

TEST(SameGrid, WithoutSpacingBySizeAndTheWayBackToTheSource) {
  const Frame frame = frame_of<std::uint8_t>({{1, 2, 3}});
  EXPECT_FALSE(require_same_grid(frame, mask_of({{0, 1, 1}}), "test"));
  const auto wrong = require_same_grid(frame, mask_of({{0, 1}}), "test");
  ASSERT_TRUE(wrong);
  EXPECT_THAT(wrong->detail, HasSubstr("test got an image of 3x1 pixels"));
  EXPECT_THAT(wrong->detail, HasSubstr("a mask of 2x1 pixels"));
  Mask mask = mask_of({{0, 1, 1}});
  mask.geometry = remapped(mask.geometry, {-1, 0, 2, 0, 1, 0});
  EXPECT_TRUE(require_same_grid(frame, mask, "test")) << "the mask was flipped, the frame was not";
}

TEST(SameGrid, WithoutAPositionTheWayBackCountsInMillimetres) {
  Frame frame = slice();
  frame.geometry.position.reset();
  Mask mask = mask_of({{1, 0, 0}, {0, 0, 1}}, frame.geometry);
  mask.geometry.to_source[2] = 1.1e-3;  // 0.88e-3 mm at most
  EXPECT_FALSE(require_same_grid(frame, mask, "test"));
  mask.geometry.to_source[2] = 1.3e-3;
  EXPECT_TRUE(require_same_grid(frame, mask, "test"));
}

TEST(Selected, IsWhatTheMaskLabelsAndIsNoPadding) {
  Frame frame = slice();
  EXPECT_TRUE(selected(frame, nullptr).empty());
  const Mask mask = mask_of({{1, 2, 0}, {0, 2, 1}});
  EXPECT_EQ(
      largest_difference(selected(frame, &mask), (cv::Mat_<std::uint8_t>(2, 3) << 255, 255, 0, 0, 255, 255)),
      0);
  frame.valid = (cv::Mat_<std::uint8_t>(2, 3) << 255, 0, 255, 255, 255, 255);
  EXPECT_EQ(
      largest_difference(selected(frame, &mask, 2), (cv::Mat_<std::uint8_t>(2, 3) << 0, 0, 0, 0, 255, 0)), 0);
  EXPECT_EQ(largest_difference(selected(frame, nullptr, 2), frame.valid), 0);
}

TEST(SourceSpacing, IsFoundBehindResizeAndRotate) {
  Frame frame{.pixels = cv::Mat(20, 30, CV_8U, cv::Scalar{0})};
  EXPECT_FALSE(source_spacing(frame.geometry));
  frame.geometry = oblique();
  const auto expect_source = [](const Geometry& geometry, double row, double column) {
    const auto spacing = source_spacing(geometry);
    ASSERT_TRUE(spacing);
    EXPECT_NEAR(spacing->row, row, 1e-9);
    EXPECT_NEAR(spacing->column, column, 1e-9);
  };
  const Frame small = run("resize: {width: 7, height: 16}", frame);
  expect_source(small.geometry, 0.8, 0.5);
  expect_source(run("rotate: {angle: 90}", small).geometry, 0.8, 0.5);
  expect_source(run("rotate: {angle: 30}", small).geometry, 0.8, 0.5);
  frame.geometry.spacing = {0.7, 0.7};
  expect_source(run("rotate: {angle: 45}", run("resize: {width: 60, height: 40}", frame)).geometry, 0.7, 0.7);
}

TEST(MaskedFeatures, CountWhatTheMaskLabels) {
  const Frame frame = slice();
  const Mask mask = mask_of({{1, 2, 0}, {0, 2, 1}}, frame.geometry);
  const auto histogram = [&](const std::string& more, const Mask& by) {
    return made<Features>("histogram: {bins: 2, range: [0, 40]" + more + "}", frame, by).values;
  };
  EXPECT_THAT(histogram("", mask), ElementsAre(0.25, 0.25)) << "10; 20; 50 and 60 are outside";
  EXPECT_THAT(histogram(", label: 2", mask), ElementsAre(0, 0.5));
  EXPECT_THAT(histogram(", normalized: false", mask), ElementsAre(1, 1));
  EXPECT_THAT(made<Features>("pixels: {fill: -1, label: 1}", frame, mask).values,
              ElementsAre(10, -1, -1, -1, -1, 60));
}

TEST(MaskedFeatures, OfNothingAreMissing) {
  const Frame frame = slice();
  const Mask none = mask_of({{0, 0, 0}, {0, 0, 0}}, frame.geometry);
  const auto missing = Each(testing::Truly([](double value) { return std::isnan(value); }));
  EXPECT_THAT(made<Features>("histogram: {bins: 2}", frame, none).values, missing);
  EXPECT_THAT(made<Features>("pixels: {}", frame, none).values, missing);
  EXPECT_THAT(made<Features>("histogram: {bins: 2, normalized: false}", frame, none).values,
              ElementsAre(0, 0));
}

TEST(MaskedFeatures, RefuseAMaskOfAnotherGrid) {
  for (const char* yaml : {"histogram: {}", "pixels: {}"}) {
    EXPECT_EQ(why(yaml, slice(), mask_of({{1}})), "geometry_mismatch");
    EXPECT_EQ(why(yaml, slice(), mask_of({{1, 0, 0}, {0, 0, 0}}, oblique())), "");
  }
}

}  // namespace
}  // namespace radflow
