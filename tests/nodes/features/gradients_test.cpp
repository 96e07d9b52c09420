#include "nodes/features/gradients.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <numbers>
#include <opencv2/core.hpp>

namespace radflow {
namespace {

// Of the middle row of three.
cv::Mat rows(int depth_of_numbers) {
  cv::Mat values(3, 2000, CV_64F);
  cv::RNG random{4};
  if (depth_of_numbers == CV_8U) {  // few values: angles on the edges of bins are many
    cv::Mat few(values.size(), CV_8U);
    random.fill(few, cv::RNG::UNIFORM, 0, 7);
    few.convertTo(values, CV_64F);
  } else {
    random.fill(values, cv::RNG::UNIFORM, -1e3, 1e3);
  }
  return values;
}

TEST(Gradients, BinsAreThoseOfTheArcTangentWhereTheyAreSure) {
  for (const int depth : {CV_8U, CV_64F})
    for (const int bins : {1, 4, 9, 180}) {
      const double width = 180.0 / bins;
      const cv::Mat values = rows(depth);
      Gradients gradients{values.cols};
      gradients.read(values, 1, 1 / width);
      int sure = 0;
      for (int i = 0; i < values.cols; ++i) {
        const double down = values.at<double>(2, i) - values.at<double>(0, i);
        const double across =
            i == 0 || i == values.cols - 1 ? 0 : values.at<double>(1, i + 1) - values.at<double>(1, i - 1);
        ASSERT_EQ(gradients.down[i], down);
        ASSERT_EQ(gradients.across[i], across);
        EXPECT_NEAR(gradients.length[i], std::hypot(down, across), 1e-12);
        if (gradients.bin[i] < 0) continue;
        ++sure;
        double angle = std::atan2(down, across) * 180 / std::numbers::pi;
        if (angle < 0) angle += 180;
        if (angle == 180) angle = 0;
        EXPECT_EQ(gradients.bin[i], static_cast<int>(angle / width))
            << down << ", " << across << ", bins " << bins;
      }
      EXPECT_GT(sure, values.cols / 3) << bins;
    }
}

TEST(Gradients, HugeTinyAndNotFiniteOnes) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  cv::Mat values = cv::Mat::zeros(3, 5, CV_64F);
  values.at<double>(2, 0) = 1e300;
  values.at<double>(2, 1) = 1e-300;
  values.at<double>(2, 2) = infinity;
  values.at<double>(1, 4) = std::nan("");
  Gradients gradients{5};
  gradients.read(values, 1, 9 / 180.0);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(gradients.bin[i], -1) << i;
  EXPECT_EQ(gradients.bin[4], 0);  // at the edge, so of no length
  EXPECT_EQ(gradients.length[4], 0);
}

TEST(Gradients, OfBytesAreThoseOfTheSameDoubles) {
  for (const cv::Size size : {cv::Size{1, 3}, {2, 1}, {3, 2}, {70, 5}}) {
    cv::Mat bytes(size, CV_8U), values;
    cv::RNG{7}.fill(bytes, cv::RNG::UNIFORM, 0, 9);
    bytes.convertTo(values, CV_64F);
    for (const int columns : {size.width, std::max(size.width - 5, 1)}) {
      Gradients of_bytes{columns}, expected{columns};
      for (int row = 0; row < size.height; ++row) {
        of_bytes.read(bytes, row, 9 / 180.0);
        expected.read(values, row, 9 / 180.0);
        EXPECT_EQ(of_bytes.length, expected.length);
        EXPECT_EQ(of_bytes.bin, expected.bin);
        for (int i = 0; i < columns; ++i) {
          EXPECT_EQ(of_bytes.difference(i).across, expected.difference(i).across) << row << ' ' << i;
          EXPECT_EQ(of_bytes.difference(i).down, expected.difference(i).down) << row << ' ' << i;
        }
      }
    }
  }
}

}  // namespace
}  // namespace radflow
