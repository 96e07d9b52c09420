// The short way of 8 bit against the long way in doubles: the same pixels as CV_64F take it.
#include "nodes/features/eight_neighbours.hpp"

#include "nodes/features/local_binary_pattern.hpp"
#include "tests/nodes/frames.hpp"

namespace radflow {
namespace {

void expect_same(const cv::Mat& pixels, const std::string& what) {
  cv::Mat doubles;
  pixels.convertTo(doubles, CV_64F);
  for (const auto method : {LocalBinaryPattern::Method::Default, LocalBinaryPattern::Method::Uniform}) {
    const LocalBinaryPattern patterns{8, 1, method};
    EXPECT_EQ(largest_difference(patterns(pixels), patterns(doubles)), 0) << what;
  }
}

TEST(EightNeighbours, NoiseOfAnyNumberOfLevels) {
  for (int levels : {2, 3, 5, 16, 256})
    for (const cv::Size size : {cv::Size{1, 1}, {3, 7}, {200, 150}, {2100, 3}, {3, 2100}}) {
      cv::Mat noise(size, CV_8U);
      cv::RNG random{static_cast<std::uint64_t>(levels * 1000 + size.width)};
      random.fill(noise, cv::RNG::UNIFORM, 0, levels);
      expect_same(noise * (255 / (levels - 1)),
                  std::to_string(levels) + " levels, width " + std::to_string(size.width));
    }
}

// Where all is equal, rounding decides, and it depends on the value and on the position.
TEST(EightNeighbours, FlatImagesOfEveryValue) {
  for (int value = 0; value < 256; ++value)
    expect_same(cv::Mat(70, 140, CV_8U, cv::Scalar(value)), "value " + std::to_string(value));
}

TEST(EightNeighbours, RampsWhereTheNeighboursOnEachSideCancel) {
  cv::Mat ramp(120, 120, CV_8U), diagonal(120, 120, CV_8U);
  for (int row = 0; row < 120; ++row)
    for (int column = 0; column < 120; ++column) {
      ramp.at<std::uint8_t>(row, column) = static_cast<std::uint8_t>(row + column);
      diagonal.at<std::uint8_t>(row, column) = static_cast<std::uint8_t>(128 + row - column);
    }
  expect_same(ramp, "ramp");
  expect_same(diagonal, "diagonal");  // D = 0 and E = 1 - 1 everywhere
}

TEST(EightNeighbours, APatternByHand) {
  const cv::Mat pixels = (cv::Mat_<std::uint8_t>(3, 3) << 0, 0, 10, 0, 5, 0, 0, 0, 9);
  EXPECT_EQ(eight_neighbour_patterns(pixels).at<std::uint8_t>(1, 1), 0b00000010);
}

}  // namespace
}  // namespace radflow
