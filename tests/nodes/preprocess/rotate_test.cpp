#include <opencv2/imgproc.hpp>

#include "nodes/imaging/geometry.hpp"
#include "tests/nodes/frames.hpp"
#include "tests/nodes/skimage.hpp"

namespace radflow {
namespace {

using testing::DoubleNear;
using testing::Pointwise;

TEST(Rotate, NinetyDegreesIsCounterClockwise) {
  const Frame result = run("rotate: {angle: 90}", frame_of<double>({{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}));
  EXPECT_EQ(largest_difference(result.pixels, (cv::Mat_<double>(3, 3) << 3, 6, 9, 2, 5, 8, 1, 4, 7)), 0);
  EXPECT_TRUE(result.valid.empty());
}

TEST(Rotate, FourQuartersAreIdentity) {
  cv::Mat noise(32, 32, CV_32F);
  cv::RNG{5}.fill(noise, cv::RNG::UNIFORM, -1000, 1000);
  Frame frame{.pixels = noise};
  frame.geometry = oblique();
  frame.geometry.spacing = {0.7, 0.7};
  Frame turned = frame;
  for (int i = 0; i < 4; ++i) turned = run("rotate: {angle: 90}", turned);
  EXPECT_EQ(largest_difference(turned.pixels, noise), 0);
  EXPECT_TRUE(turned.valid.empty());
  EXPECT_THAT(*turned.geometry.position, Pointwise(DoubleNear(1e-12), *frame.geometry.position));
  EXPECT_THAT(*turned.geometry.orientation, Pointwise(DoubleNear(1e-12), *frame.geometry.orientation));
  EXPECT_THAT(turned.geometry.to_source, Pointwise(DoubleNear(1e-12), frame.geometry.to_source));
}

TEST(Rotate, ThereAndBackIsTheCentreAgain) {
  Frame frame{.pixels = cv::Mat(41, 41, CV_64F)};
  for (int row = 0; row < 41; ++row)
    for (int column = 0; column < 41; ++column) frame.pixels.at<double>(row, column) = 3 * row - column;
  const Frame back = run("rotate: {angle: -30}", run("rotate: {angle: 30}", frame));
  const cv::Rect centre{13, 13, 15, 15};  // of a linear ramp bilinear interpolation loses nothing
  EXPECT_LE(largest_difference(back.pixels(centre), frame.pixels(centre)), 1e-10);
}

TEST(Rotate, WhatComesFromOutsideIsFillAndPadding) {
  Frame frame{.pixels = cv::Mat(21, 21, CV_16S, cv::Scalar{50})};
  const Frame result = run("rotate: {angle: 45, fill: -1000}", frame);
  EXPECT_EQ(result.pixels.at<std::int16_t>(0, 0), -1000);
  EXPECT_EQ(result.valid.at<std::uint8_t>(0, 0), 0);
  EXPECT_EQ(result.pixels.at<std::int16_t>(10, 10), 50);
  cv::Mat inside;
  result.pixels.copyTo(inside, result.valid);
  double low = 0, high = 0;
  cv::minMaxIdx(result.pixels, &low, &high, nullptr, nullptr, result.valid);
  EXPECT_EQ(low, 50);  // nothing that is called image has fill in it
  EXPECT_EQ(high, 50);
}

TEST(Rotate, WhatComesFromOutsideCountsIfToldSo) {
  Frame frame{.pixels = cv::Mat(21, 21, CV_16S, cv::Scalar{50})};
  const Frame padded = run("rotate: {angle: 45}", frame),
              naive = run("rotate: {angle: 45, outside: value}", frame);
  EXPECT_TRUE(naive.valid.empty());
  EXPECT_EQ(largest_difference(naive.pixels, padded.pixels), 0);
  const Frame said = run("rotate: {angle: 45, outside: padding}", frame);
  EXPECT_EQ(largest_difference(said.valid, padded.valid), 0);
  // The frame's own padding stays padding.
  frame.valid = cv::Mat(21, 21, CV_8U, cv::Scalar{255});
  frame.valid.at<std::uint8_t>(10, 10) = 0;
  const Frame own = run("rotate: {angle: 45, outside: value}", frame);
  EXPECT_EQ(own.valid.at<std::uint8_t>(10, 10), 0);
  EXPECT_EQ(own.valid.at<std::uint8_t>(0, 0), 255);
}

// config/article.yaml: of the 65,536 codes that scikit-image's user counts, the corners' are left out.
TEST(Rotate, TheArticlesChainCountsFewerCodesThanScikitImagesUnlessTold) {
  const Frame square{.pixels = cv::Mat(256, 256, CV_64F, cv::Scalar{0.5})};
  const auto counted = [&](const std::string& rotate) {
    const Frame codes =
        run("lbp: {points: 8, radius: 1}", run("flip: {direction: horizontal}", run(rotate, square)));
    return codes.valid.empty() ? codes.pixels.total()
                               : static_cast<std::size_t>(cv::countNonZero(codes.valid));
  };
  EXPECT_EQ(counted("rotate: {angle: 45}"), 53'532U);
  EXPECT_EQ(counted("rotate: {angle: 45, outside: value}"), 65'536U);
}

TEST(Rotate, PaddingTurnsWithTheFrame) {
  Frame frame = frame_of<double>({{1, 2, 3}, {4, 5, 6}, {7, 8, 9}});
  frame.valid = cv::Mat(3, 3, CV_8U, cv::Scalar{255});
  frame.valid.at<std::uint8_t>(0, 0) = 0;
  const Frame result = run("rotate: {angle: 90}", frame);
  EXPECT_EQ(result.valid.at<std::uint8_t>(2, 0), 0);
  EXPECT_EQ(cv::countNonZero(result.valid), 8);
}

// Pixels of 0.5 x 0.8 mm: a disc in mm stays where the geometry says, and rows and columns stay at right
// angles.
TEST(Rotate, ALandmarkStaysAtItsPlaceThoughPixelsAreNotSquare) {
  Frame frame{.pixels = cv::Mat(60, 60, CV_64F, cv::Scalar{0})};
  frame.pixels(cv::Rect{36, 22, 3, 3}) = 1.0;
  frame.geometry = oblique();
  const Frame result = run("rotate: {angle: 33}", frame);
  const cv::Moments moments = cv::moments(result.pixels);
  EXPECT_THAT(*patient_position(result.geometry, moments.m10 / moments.m00, moments.m01 / moments.m00),
              Pointwise(DoubleNear(0.03), *patient_position(frame.geometry, 37, 23)));
  EXPECT_NEAR(result.geometry.spacing->row, 0.8, 1e-12);
  EXPECT_NEAR(result.geometry.spacing->column, 0.5, 1e-12);
  const auto& o = *result.geometry.orientation;
  EXPECT_NEAR(o[0] * o[3] + o[1] * o[4] + o[2] * o[5], 0, 1e-12);
}

TEST(Rotate, EqualsScikitImageTo1e6) {
  RADFLOW_NEEDS_SKIMAGE();
  const auto references = skimage_references("resize256_rotate45");
  ASSERT_EQ(references.size(), 6U);
  double largest = 0;
  for (const auto& [image, xray, expected] : references) {
    const Frame resized = run("resize: {width: 256, height: 256}", run("to_float: {}", xray));
    largest = std::max(largest, largest_difference(run("rotate: {angle: 45}", resized).pixels, expected));
  }
  std::cout << "largest difference of a rotated pixel: " << largest << "\n";
  EXPECT_LE(largest, 1e-6);
}

}  // namespace
}  // namespace radflow
