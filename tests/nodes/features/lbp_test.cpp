#include <fmt/format.h>

#include <cmath>

#include "nodes/features/local_binary_pattern.hpp"
#include "tests/nodes/frames.hpp"
#include "tests/nodes/skimage.hpp"

namespace radflow {
namespace {

int differing(const cv::Mat& a, const cv::Mat& b) {
  cv::Mat left, right;
  a.convertTo(left, CV_64F);
  b.convertTo(right, CV_64F);
  return cv::countNonZero(left != right);
}

TEST(Lbp, BitsGoCounterClockwiseFromTheRight) {
  // 4 points: right is bit 0, top 1, left 2, bottom 3.
  const Frame result = run("lbp: {points: 4}", frame_of<std::uint8_t>({{0, 9, 0}, {1, 5, 5}, {0, 4, 0}}));
  EXPECT_EQ(result.pixels.at<std::uint8_t>(1, 1), 0b0011);
  EXPECT_EQ(result.units, "lbp");
  EXPECT_EQ(result.levels, 16);
}

TEST(Lbp, OutsideTheFrameIsZero) {
  EXPECT_EQ(run("lbp: {points: 4}", frame_of<std::uint8_t>({{7}})).pixels.at<std::uint8_t>(0, 0), 0);
  EXPECT_EQ(run("lbp: {points: 4}", frame_of<std::uint8_t>({{0}})).pixels.at<std::uint8_t>(0, 0), 15);
}

TEST(Lbp, DiagonalNeighboursAreInterpolated) {
  // At (1, 1) the upper right neighbour is 0.5 * 10 + 0.086 * 5 = 5.4 of corner and centre, the lower right
  // one 4.9.
  const Frame result = run("lbp: {}", frame_of<std::uint8_t>({{0, 0, 10}, {0, 5, 0}, {0, 0, 9}}));
  EXPECT_EQ(result.pixels.at<std::uint8_t>(1, 1), 0b00000010);
}

TEST(Lbp, CodesOfPatterns) {
  using Method = LocalBinaryPattern::Method;
  const LocalBinaryPattern ror{8, 1, Method::Ror}, uniform{8, 1, Method::Uniform},
      nri{8, 1, Method::NriUniform};
  EXPECT_EQ(ror.code(0b10110000), 0b00001011U);
  EXPECT_EQ(uniform.code(0b00111000), 3U);
  EXPECT_EQ(uniform.code(0b01011000), 9U);
  EXPECT_EQ(nri.code(0), 0U);
  EXPECT_EQ(nri.code(0b11111111), 57U);
  EXPECT_EQ(nri.code(0b01010000), 58U);
  EXPECT_EQ(nri.code(0b00000001), 1U);
  EXPECT_EQ(nri.code(0b10000000), 2U);
  EXPECT_EQ(uniform.levels(), 10);
  EXPECT_EQ(nri.levels(), 59);
}

TEST(Lbp, VarIsTheVarianceOfTheNeighbours) {
  const Frame result =
      run("lbp: {points: 4, method: var}", frame_of<double>({{0, 4, 0}, {2, 9, 6}, {0, 8, 0}}));
  EXPECT_DOUBLE_EQ(result.pixels.at<double>(1, 1), 5);  // of 4, 2, 6, 8
  EXPECT_TRUE(
      std::isnan(run("lbp: {points: 4, method: var}", frame_of<double>({{0}})).pixels.at<double>(0, 0)));
}

TEST(Lbp, ACodeMadeOfPaddingIsPadding) {
  Frame frame{.pixels = cv::Mat(7, 7, CV_8U, cv::Scalar{3})};
  frame.valid = cv::Mat(7, 7, CV_8U, cv::Scalar{255});
  frame.valid.at<std::uint8_t>(3, 3) = 0;
  const Frame result = run("lbp: {}", frame);
  EXPECT_EQ(cv::countNonZero(result.valid), 49 - 9);
  EXPECT_EQ(result.valid.at<std::uint8_t>(0, 0), 255);
  EXPECT_EQ(result.valid.at<std::uint8_t>(2, 4), 0);
}

TEST(Lbp, RefusesWhatItWouldReadWrongly) {
  Frame inverted = frame_of<std::uint8_t>({{1, 2}});
  inverted.photometric = Photometric::Monochrome1;
  EXPECT_EQ(reason("lbp: {}", inverted), "monochrome1");
  EXPECT_EQ(reason("lbp: {photometric: as_stored}", inverted), "");
  EXPECT_EQ(reason("lbp: {}", {.pixels = cv::Mat(2, 2, CV_8UC3, cv::Scalar{0})}), "colour_not_supported");
  EXPECT_THROW(make_node("lbp: {points: 25}"), ConfigError);
}

TEST(Lbp, EqualsScikitImageOnEightBits) {
  RADFLOW_NEEDS_SKIMAGE();
  int arrays = 0;
  for (const char* method : {"default", "ror", "uniform", "nri_uniform"})
    for (const auto& [points, radius] : {std::pair{8, 1}, {16, 2}, {24, 3}}) {
      const std::string yaml =
          fmt::format("lbp: {{points: {}, radius: {}, method: {}}}", points, radius, method);
      for (const auto& [image, xray, expected] :
           skimage_references(fmt::format("lbp_{}_{}_{}", method, points, radius))) {
        EXPECT_EQ(differing(run(yaml, xray).pixels, expected), 0) << image << ", " << yaml;
        ++arrays;
      }
    }
  EXPECT_EQ(arrays, 6 * 9);
}

TEST(Lbp, VarEqualsScikitImage) {
  RADFLOW_NEEDS_SKIMAGE();
  int arrays = 0;
  for (const auto& [points, radius] : {std::pair{8, 1}, {16, 2}, {24, 3}})
    for (const auto& [image, xray, expected] :
         skimage_references(fmt::format("lbp_var_{}_{}", points, radius))) {
      const std::string yaml = fmt::format("lbp: {{points: {}, radius: {}, method: var}}", points, radius);
      cv::Mat result = run(yaml, xray).pixels.clone();
      result.setTo(-1, result != result);  // NaN is written as -1
      EXPECT_LE(largest_difference(result, expected), 1e-9) << image << ", " << yaml;
      ++arrays;
    }
  EXPECT_EQ(arrays, 6 * 3);
}

// Pixels that have no neighbour within 1e-9 of their value, neighbours interpolated as by LBP with 8 points,
// radius 1.
cv::Mat decided(const cv::Mat& pixels) {
  cv::Mat result(pixels.size(), CV_8U, cv::Scalar{255});
  const double d = 0.70711;
  const double rows[] = {0, -d, -1, -d, 0, d, 1, d}, columns[] = {1, d, 0, -d, -1, -d, 0, d};
  const auto at = [&](int r, int c) {
    return r < 0 || c < 0 || r >= pixels.rows || c >= pixels.cols ? 0.0 : pixels.at<double>(r, c);
  };
  for (int r = 0; r < pixels.rows; ++r)
    for (int c = 0; c < pixels.cols; ++c)
      for (int i = 0; i < 8; ++i) {
        const double y = r + rows[i], x = c + columns[i];
        const int top = static_cast<int>(std::floor(y)), left = static_cast<int>(std::floor(x));
        const double dy = y - top, dx = x - left;
        const double value = (1 - dy) * ((1 - dx) * at(top, left) + dx * at(top, left + 1)) +
                             dy * ((1 - dx) * at(top + 1, left) + dx * at(top + 1, left + 1));
        if (std::abs(value - at(r, c)) < 1e-9) result.at<std::uint8_t>(r, c) = 0;
      }
  return result;
}

// The article's chain: to float, resize, rotate, flip, LBP.
TEST(Lbp, EqualsScikitImageOnRotatedFloatsWhereNoNeighbourIsAsBrightAsItsCentre) {
  RADFLOW_NEEDS_SKIMAGE();
  const auto references = skimage_references("seed_lbp");
  ASSERT_EQ(references.size(), 6U);
  int pixels = 0, compared = 0, matching = 0, others_matching = 0;
  for (const auto& [image, xray, expected] : references) {
    const Frame turned =
        run("rotate: {angle: 45}", run("resize: {width: 256, height: 256}", run("to_float: {}", xray)));
    const Frame flipped = run("flip: {direction: horizontal}", turned);
    cv::Mat codes;
    run("lbp: {points: 8, radius: 1}", flipped).pixels.convertTo(codes, CV_64F);
    const cv::Mat here = decided(flipped.pixels), equal = codes == expected;
    pixels += static_cast<int>(here.total());
    compared += cv::countNonZero(here);
    matching += cv::countNonZero(here & equal);
    others_matching += cv::countNonZero(~here & equal);
  }
  std::cout << fmt::format(
      "{} of {} pixels have no neighbour within 1e-9 of their value, {} of them match; of the other {} match "
      "{}\n",
      compared, pixels, matching, pixels - compared, others_matching);
  EXPECT_EQ(matching, compared);
  EXPECT_GT(compared, pixels / 3);
}

}  // namespace
}  // namespace radflow
