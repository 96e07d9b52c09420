// What becomes of pixels that are not finite does not depend on the precision.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "tests/nodes/pattern.hpp"

namespace radflow {
namespace {

enum class Kind { Finite, NotANumber, Above, Below };

Kind kind_of(double value) {
  if (std::isnan(value)) return Kind::NotANumber;
  if (std::isfinite(value)) return Kind::Finite;
  return value > 0 ? Kind::Above : Kind::Below;
}

Frame odd_frame() {
  Frame frame = pattern(24, 37);
  frame.pixels.convertTo(frame.pixels, CV_32F);
  using limits = std::numeric_limits<float>;
  frame.pixels.at<float>(3, 4) = limits::infinity();
  frame.pixels.at<float>(12, 30) = -limits::infinity();
  frame.pixels.at<float>(20, 8) = limits::quiet_NaN();
  frame.pixels.at<float>(0, 36) = limits::infinity();
  return frame;
}

TEST(NotFinite, IsTheSameInSinglePrecision) {
  for (const std::string node :
       {"resize: {width: 37, height: 12", "resize: {width: 50, height: 31", "resize: {width: 18, height: 12",
        "resize: {width: 29, height: 19", "resize: {width: 50, height: 31, interpolation: cubic",
        "gaussian_blur: {sigma: 1", "gaussian_blur: {sigma: 2.5", "rotate: {angle: 45", "rotate: {angle: 180",
        "rotate: {angle: 7, outside: value"}) {
    SCOPED_TRACE(node);
    const cv::Mat single = run(node + "}", odd_frame()).pixels;
    const cv::Mat twice = run(node + ", precision: float64}", odd_frame()).pixels;
    ASSERT_EQ(single.size(), twice.size());
    ASSERT_EQ(single.depth(), CV_32F);
    int different = 0, odd = 0;
    for (int row = 0; row < single.rows; ++row)
      for (int column = 0; column < single.cols; ++column) {
        const double exact =
            twice.depth() == CV_64F ? twice.at<double>(row, column) : twice.at<float>(row, column);
        different += kind_of(single.at<float>(row, column)) != kind_of(exact);
        odd += kind_of(exact) != Kind::Finite;
      }
    EXPECT_EQ(different, 0);
    EXPECT_GT(odd, 0);
  }
}

}  // namespace
}  // namespace radflow
