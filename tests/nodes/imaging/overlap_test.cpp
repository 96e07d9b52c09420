// Dice, IoU and Hausdorff by hand, then against NumPy and SciPy 1.17: outlines as mask & ~binary_erosion(mask), distances by
// distance_transform_edt with the spacing as sampling, the greater of both numpy.percentile(distances, 95).
#include "nodes/imaging/overlap.hpp"

#include <gmock/gmock.h>

#include <opencv2/core.hpp>

namespace radflow {
namespace {

TEST(Overlap, ByHand) {
  const cv::Mat one = (cv::Mat_<std::uint8_t>(1, 6) << 1, 1, 0, 0, 0, 0);
  const cv::Mat other = (cv::Mat_<std::uint8_t>(1, 6) << 0, 1, 1, 0, 0, 0);
  const MaskOverlap overlap = overlap_of(one, other, {.row = 9, .column = 2});
  EXPECT_DOUBLE_EQ(*overlap.dice, 0.5);
  EXPECT_DOUBLE_EQ(*overlap.iou, 1.0 / 3);
  EXPECT_DOUBLE_EQ(*overlap.hausdorff, 2);
  EXPECT_DOUBLE_EQ(*overlap.hausdorff95, 1.9) << "95 % of the way from 0 to 2";
  EXPECT_DOUBLE_EQ(*overlap_of(one, one, {1, 1}).hausdorff95, 0);
}

TEST(Overlap, OfEmptyMasks) {
  const cv::Mat none = cv::Mat::zeros(3, 3, CV_8U), some = cv::Mat::ones(3, 3, CV_8U);
  EXPECT_FALSE(overlap_of(none, none, {1, 1}).dice);
  EXPECT_EQ(overlap_of(none, some, {1, 1}).dice, 0);
  EXPECT_FALSE(overlap_of(none, some, {1, 1}).hausdorff95);
}

TEST(Overlap, AsScipyMeasuresIt) {
  cv::Mat a(20, 24, CV_8U), b(20, 24, CV_8U);
  for (int r = 0; r < 20; ++r)
    for (int c = 0; c < 24; ++c) {
      a.at<std::uint8_t>(r, c) = (r - 9) * (r - 9) + (c - 10) * (c - 10) <= 36;
      b.at<std::uint8_t>(r, c) =
          (r - 10) * (r - 10) + (c - 13) * (c - 13) * .7 <= 30 || (r >= 17 && c < 3) ? 255 : 0;
    }
  const MaskOverlap overlap = overlap_of(a, b, {.row = 1.5, .column = 0.8});
  EXPECT_NEAR(*overlap.dice, 0.6497890295358649, 1e-9);
  EXPECT_NEAR(*overlap.iou, 0.48125, 1e-9);
  EXPECT_NEAR(*overlap.hausdorff95, 8.520224662389674, 1e-9);
  EXPECT_NEAR(*overlap.hausdorff, 9.360021367496978, 1e-9);
}

TEST(Boxes, MatchEachOtherOnceTheBestFirst) {
  EXPECT_DOUBLE_EQ(iou_of({0, 0, 2, 2}, {1, 0, 2, 2}), 2.0 / 6);
  EXPECT_EQ(iou_of({0, 0, 2, 2}, {2, 0, 2, 2}), 0) << "they only touch";
  const MatchedBoxes matched =
      match({{0, 0, 10, 10}, {1, 0, 10, 10}, {50, 50, 5, 5}}, {{1, 0, 10, 10}, {90, 90, 5, 5}}, 0.5);
  EXPECT_THAT(matched.ious, testing::ElementsAre(1));
  EXPECT_EQ(matched.missed, 1U);
  EXPECT_EQ(matched.false_positives, 2U) << "the second hit of one reference is none";
  EXPECT_EQ(match({{0, 0, 2, 2}}, {{1, 0, 2, 2}}, 0.5).false_positives, 1U);
  EXPECT_EQ(match({}, {}, 0).missed, 0U);
}

}  // namespace
}  // namespace radflow
