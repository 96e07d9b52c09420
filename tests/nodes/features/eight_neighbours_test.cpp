// The kernels of 8 bit and of floats against the plain way in doubles: the same pixels as CV_64F take it.
#include "nodes/features/eight_neighbours.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>
#include <vector>

#include "nodes/features/local_binary_pattern.hpp"
#include "nodes/imaging/simd/eight_neighbours.hpp"
#include "tests/nodes/every_target.hpp"
#include "tests/nodes/frames.hpp"

namespace radflow {
namespace {

void expect_same(const cv::Mat& pixels, const std::string& what) {
  cv::Mat doubles;
  pixels.convertTo(doubles, CV_64F);
  for (const auto method : {LocalBinaryPattern::Method::Default, LocalBinaryPattern::Method::Uniform}) {
    const LocalBinaryPattern patterns{8, 1, method};
    const cv::Mat expected = patterns(doubles);
    on_every_target([&] { EXPECT_EQ(largest_difference(patterns(pixels), expected), 0) << what; });
  }
}

TEST(EightNeighbours, NoiseOfAnyNumberOfLevels) {
  for (int levels : {2, 3, 5, 16, 256})
    for (const cv::Size size : {cv::Size{1, 1},
                                {1, 9},
                                {9, 1},
                                {3, 7},
                                {28, 28},
                                {65, 64},
                                {200, 150},
                                {512, 9},
                                {513, 9},
                                {2100, 3},
                                {3, 2100},
                                {1100, 1100}}) {
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

// Ties that are not flat come out by row, by column and by the sign of a difference; levels are few, so ties are many.
TEST(EightNeighbours, TiesBeyondTheFirst512RowsAndColumns) {
  for (const cv::Size size : {cv::Size{4200, 40}, {40, 4200}, {1300, 1030}}) {
    cv::Mat noise(size, CV_8U);
    cv::RNG{5}.fill(noise, cv::RNG::UNIFORM, 0, 4);
    expect_same(noise + 100, std::to_string(size.width));
  }
}

// Floats: of any value, of few values (ties), flat, and what is not finite.
TEST(EightNeighbours, FloatsAreAsInDouble) {
  for (const cv::Size size : {cv::Size{1, 1},
                              {1, 9},
                              {9, 1},
                              {15, 4},
                              {16, 4},
                              {17, 5},
                              {28, 28},
                              {65, 64},
                              {203, 150},
                              {1100, 40},
                              {40, 1100}}) {
    cv::Mat noise(size, CV_32F), few(size, CV_8U);
    cv::RNG{static_cast<std::uint64_t>(size.width)}.fill(noise, cv::RNG::UNIFORM, -1000, 3000);
    expect_same(noise, "any");
    cv::RNG{3}.fill(few, cv::RNG::UNIFORM, 0, 4);
    few.convertTo(few, CV_32F, 0.1, -7.3);
    expect_same(few, "few");
    expect_same(cv::Mat(size, CV_32F, cv::Scalar{0.1}), "flat");
    noise.at<float>(0, 0) = std::numeric_limits<float>::quiet_NaN();
    noise.at<float>(size.height / 2, size.width / 2) = std::numeric_limits<float>::infinity();
    noise.at<float>(size.height - 1, size.width - 1) = -std::numeric_limits<float>::infinity();
    expect_same(noise, "not finite");
  }
}

// Rows in which floats are sure, of which some vectors are not, and that are left to doubles; of every size of number.
TEST(EightNeighbours, FloatsThatAreSureHereAndNotThere) {
  for (const float scale : {1e-44F, 1e-38F, 1e-20F, 1.0F, 1e20F, 3e36F, 3e38F}) {
    cv::Mat noise(90, 333, CV_32F), few(40, 60, CV_8U);
    cv::RNG{12}.fill(noise, cv::RNG::UNIFORM, -1, 1);
    cv::RNG{13}.fill(few, cv::RNG::UNIFORM, 0, 3);
    few.convertTo(noise(cv::Rect{100, 20, 60, 40}), CV_32F, 0.25);
    noise(cv::Rect{0, 50, 333, 12}).setTo(0);
    noise(cv::Rect{0, 56, 20, 3}).setTo(-0.0F);
    noise(cv::Rect{0, 70, 333, 10}).setTo(0.3F);
    expect_same(noise * scale, "scale " + std::to_string(scale));
  }
}

// Floats that are integers from 0 to 255 are bytes, until one of them is not, wherever it is.
TEST(EightNeighbours, FloatsThatAreBytesAndThoseThatAreNot) {
  for (const cv::Size size : {cv::Size{1, 1}, {5, 3}, {17, 5}, {130, 64}, {1100, 40}}) {
    cv::Mat few(size, CV_8U);
    cv::RNG{9}.fill(few, cv::RNG::UNIFORM, 0, 4);
    few = few * 85;  // 0 and 255 too
    few.convertTo(few, CV_32F);
    expect_same(few, "bytes");
    constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();
    constexpr float infinity = std::numeric_limits<float>::infinity();
    for (const float other : {-0.0F, -1e-30F, -1.0F, 0.5F, 254.99998F, 255.00002F, 256.0F, 511.0F, 8388863.0F,
                              1e30F, infinity, -infinity, not_a_number})
      for (const cv::Point at : {cv::Point{0, 0}, cv::Point{size.width / 2, size.height / 2},
                                 cv::Point{size.width - 1, size.height - 1}}) {
        cv::Mat changed = few.clone();
        changed.at<float>(at) = other;
        expect_same(changed, std::to_string(other));
      }
  }
}

// Of differences D and b of integers, b + D * 70711 / 29289 is nearest to 0 where b is its rounded negative: each D with both
// b beside it, and with 0 for the tie of D = 0.
TEST(EightNeighbours, FloatsThatAreIntegersNearTies) {
  constexpr int most = 1 << 14;
  std::vector<std::array<int, 4>> blocks;  // the centre, what is beside it and below it, and the diagonal
  for (int centre : {-most, 0, 17, most})
    for (int d = -2 * most; d <= 2 * most; ++d)
      for (int away : {-1, 0, 1}) {
        const int b = -static_cast<int>(std::lround(d * 70711.0 / 29289.0)) + away;
        const std::array block{centre, centre + b / 2, centre + b - b / 2, centre + d};
        if (std::ranges::all_of(block, [](int value) { return std::abs(value) <= most; }))
          blocks.push_back(block);
      }
  const int across = 300, down = static_cast<int>(blocks.size()) / across + 1;
  for (int turn = 0; turn < 4; ++turn) {
    cv::Mat pixels(2 * down, 2 * across, CV_32F, cv::Scalar{0});
    for (int i = 0; i < static_cast<int>(blocks.size()); ++i)
      for (int k = 0; k < 4; ++k)
        pixels.at<float>(i / across * 2 + k / 2, i % across * 2 + k % 2) = static_cast<float>(blocks[i][k]);
    if (turn & 1) cv::flip(pixels, pixels, 0);
    if (turn & 2) cv::flip(pixels, pixels, 1);
    expect_same(pixels, "turn " + std::to_string(turn));
  }
}

TEST(EightNeighbours, FloatsThatAreIntegersOfAnySize) {
  for (const int most : {1, 2, 4, 300, 4095, 1 << 14, (1 << 14) + 1})
    for (const cv::Size size : {cv::Size{1, 1}, {5, 3}, {17, 5}, {203, 150}, {1100, 40}, {40, 1100}}) {
      cv::Mat noise(size, CV_32S);
      cv::RNG{static_cast<std::uint64_t>(most)}.fill(noise, cv::RNG::UNIFORM, -most, most + 1);
      noise.convertTo(noise, CV_32F);
      noise.rowRange(size.height / 2, size.height).setTo(most);
      noise.rowRange(size.height - 1, size.height).setTo(-most);
      noise.at<float>(size.height / 3, size.width / 2) = -0.0F;
      expect_same(noise, "up to " + std::to_string(most));
      noise.at<float>(size.height / 3, size.width / 2) = 0.5F;
      expect_same(noise, "a half");
    }
}

// Where all pixels are equal, the interpolated one is the same in doubles, whatever the fractions of row and column.
TEST(EightNeighbours, DoublesLeaveFlatIntegersAsTheyAre) {
  std::set<double> fractions;
  for (int position = 0; position < 1 << 16; ++position)
    fractions.insert({(position + 0.70711) - position, (position - 0.70711) - (position - 1.0)});
  int different = 0;
  for (const double row : fractions)
    for (const double column : fractions)
      for (int value = 1; value <= 1 << 14; ++value) {
        const double along = (1 - column) * value + column * value;
        different += (1 - row) * along + row * along == value ? 0 : 1;
      }
  EXPECT_EQ(different, 0);
}

// Of a float as well: the two products add up to within half of a last digit of it, and a tie goes to the float, which is even.
TEST(EightNeighbours, DoublesLeaveFlatFloatsAsTheyAre) {
  std::vector<float> values{std::numeric_limits<float>::denorm_min(), std::numeric_limits<float>::max()};
  cv::RNG random{21};
  for (int i = 0; i < 20000; ++i)
    values.push_back(std::ldexp(random.uniform(-1.0F, 1.0F), random.uniform(-130, 128)));
  int different = 0;
  for (int position = 0; position < 1 << 20; position = position < 40 ? position + 1 : position * 2 - 7)
    for (const double share : {(position + 0.70711) - position, (position - 0.70711) - (position - 1.0)})
      for (const double value : values) different += (1 - share) * value + share * value == value ? 0 : 1;
  EXPECT_EQ(different, 0);
}

// Flat squares of any floats, with noise in some columns: rows that are flat, uneven here and there, and left to doubles.
TEST(EightNeighbours, FloatsThatAreFlatInParts) {
  for (const int edge : {2, 3, 7, 40}) {
    cv::Mat pixels(203, 331, CV_32F), few(203, 60, CV_8U);
    cv::RNG random{static_cast<std::uint64_t>(edge)};
    for (int row = 0; row < pixels.rows; row += edge)
      for (int column = 0; column < pixels.cols; column += edge)
        pixels(cv::Rect{column, row, edge, edge} & cv::Rect{{}, pixels.size()})
            .setTo(random.uniform(-1000.0F, 1000.0F));
    expect_same(pixels, "squares of " + std::to_string(edge));
    random.fill(few, cv::RNG::UNIFORM, 0, 3);
    few.convertTo(pixels.colRange(100, 160), CV_32F, 0.1);
    expect_same(pixels, "squares and few values");
    expect_same(pixels.colRange(100, 160), "few values");
  }
}

TEST(EightNeighbours, APartOfALargerPicture) {
  cv::Mat larger(90, 170, CV_8U);
  cv::RNG{6}.fill(larger, cv::RNG::UNIFORM, 0, 5);
  expect_same(larger(cv::Rect{3, 5, 150, 70}), "part");
}

// The kernel's constant: floor(cross * 19195 / 65536) is floor(cross * 0.29289) for every cross difference.
TEST(EightNeighbours, TheShareOfTheCrossDifferenceIsExact) {
  for (int cross = -510; cross <= 510; ++cross)
    EXPECT_EQ((cross * 19195) >> 16, static_cast<int>(std::floor(cross * 29289 / 100000.0))) << cross;
}

TEST(EightNeighbours, APatternByHand) {
  const cv::Mat pixels = (cv::Mat_<std::uint8_t>(3, 3) << 0, 0, 10, 0, 5, 0, 0, 0, 9);
  EXPECT_EQ(eight_neighbour_patterns(pixels).at<std::uint8_t>(1, 1), 0b00000010);
}

}  // namespace
}  // namespace radflow
