// gaussian_blur, unsharp of integers, and median_blur.
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "tests/nodes/frames.hpp"

namespace radflow {
namespace {

TEST(GaussianBlur, ASpeckBecomesTheKernel) {
  Frame frame{.pixels = cv::Mat(21, 21, CV_64F, cv::Scalar{0})};
  frame.pixels.at<double>(10, 10) = 1;
  const cv::Mat blurred = run("gaussian_blur: {sigma: 1.5}", frame).pixels;
  double sum = 0;
  for (int i = -6; i <= 6; ++i) sum += std::exp(-i * i / 4.5);
  const auto weight = [&](int i) { return std::exp(-i * i / 4.5) / sum; };
  EXPECT_NEAR(blurred.at<double>(10, 10), weight(0) * weight(0), 1e-15);
  EXPECT_NEAR(blurred.at<double>(7, 12), weight(3) * weight(2), 1e-15);
  EXPECT_EQ(blurred.at<double>(10, 17), 0);  // cut off at 4 sigma
}

TEST(GaussianBlur, AConstantStaysConstantInEveryDepthAtEveryBorder) {
  for (const char* border : {"reflect", "symmetric", "edge"})
    for (int depth : {CV_8U, CV_16U, CV_16S, CV_32S, CV_32F, CV_64F}) {
      const Frame frame{.pixels = cv::Mat(9, 5, depth, cv::Scalar{100})};
      const Frame result = run("gaussian_blur: {sigma: 3, border: " + std::string{border} + "}", frame);
      ASSERT_EQ(result.pixels.type(), frame.pixels.type());
      EXPECT_LE(largest_difference(result.pixels, frame.pixels), 1e-4) << border << ", depth " << depth;
    }
}

TEST(GaussianBlur, BordersAreWhatTheirNamesSay) {
  // Sigma 0.3 has radius 1: the first pixel sees itself, the second and what comes before.
  const double a = std::exp(-0.5 / 0.09), sum = 1 + 2 * a;
  const Frame frame = frame_of<double>({{10, 20, 40}});
  const auto first = [&](const std::string& border) {
    return run("gaussian_blur: {sigma: 0.3, border: " + border + "}", frame).pixels.at<double>(0, 0);
  };
  EXPECT_NEAR(first("reflect"), (10 + a * (20 + 20)) / sum, 1e-12);
  EXPECT_NEAR(first("symmetric"), (10 + a * (10 + 20)) / sum, 1e-12);
  EXPECT_NEAR(first("edge"), (10 + a * (10 + 20)) / sum, 1e-12);
}

TEST(GaussianBlur, IntegersAreWhatDoublesRoundTo) {
  for (const std::string yaml : {"gaussian_blur: {}", "gaussian_blur: {sigma: 2}", "unsharp: {}"})
    for (const int type : {CV_8U, CV_8UC3, CV_16U, CV_16S, CV_32S}) {
      Frame frame{.pixels = cv::Mat(199, 211, type)};
      if (type == CV_8UC3) frame.photometric = Photometric::Rgb;
      const bool bytes = CV_MAT_DEPTH(type) == CV_8U;
      cv::RNG{2}.fill(frame.pixels, cv::RNG::UNIFORM, bytes || type == CV_16U ? 0 : -32768,
                      bytes            ? 256
                      : type == CV_16U ? 65536
                                       : 32768);
      Frame exact = frame;
      frame.pixels.convertTo(exact.pixels, CV_64F);
      cv::Mat expected;
      run(yaml, exact).pixels.convertTo(expected, CV_MAT_DEPTH(type));
      EXPECT_EQ(largest_difference(run(yaml, frame).pixels, expected), 0) << yaml << ", type " << type;
    }
}

TEST(GaussianBlur, PaddingDoesNotBleedIntoTheImage) {
  Frame frame{.pixels = cv::Mat(20, 20, CV_32F, cv::Scalar{50})};
  frame.valid = cv::Mat(20, 20, CV_8U, cv::Scalar{255});
  const cv::Rect padding{0, 0, 6, 20};
  frame.pixels(padding) = -2000.0F;
  frame.valid(padding) = 0;
  const Frame result = run("gaussian_blur: {sigma: 2}", frame);
  EXPECT_LE(largest_difference(result.pixels, frame.pixels), 1e-3);
}

TEST(GaussianBlur, KeepsColour) {
  const Frame frame{.pixels = cv::Mat(8, 8, CV_8UC3, cv::Scalar{1, 20, 200}),
                    .photometric = Photometric::Rgb};
  EXPECT_EQ(largest_difference(run("gaussian_blur: {}", frame).pixels, frame.pixels), 0);
}

TEST(MedianBlur, RemovesASpeckAndKeepsAnEdge) {
  Frame frame = frame_of<std::uint8_t>({{0, 0, 9, 9}, {0, 200, 9, 9}, {0, 0, 9, 9}});
  EXPECT_EQ(largest_difference(run("median_blur: {}", frame).pixels,
                               (cv::Mat_<std::uint8_t>(3, 4) << 0, 0, 9, 9, 0, 0, 9, 9, 0, 0, 9, 9)),
            0);
}

TEST(MedianBlur, EveryDepthAndRadiusGivesTheSameMedians) {
  Frame frame{.pixels = cv::Mat(30, 31, CV_8U)};
  cv::RNG{4}.fill(frame.pixels, cv::RNG::UNIFORM, 0, 128);
  cv::Mat circle(frame.pixels.size(), CV_8U, cv::Scalar{0});
  cv::circle(circle, {15, 16}, 13, 255, -1);
  circle.at<std::uint8_t>(14, 20) = 0;
  for (const cv::Mat& valid : {cv::Mat{}, circle})
    for (int radius : {1, 2, 5}) {
      frame.valid = valid;
      const std::string yaml = "median_blur: {radius: " + std::to_string(radius) + "}";
      const cv::Mat expected = run(yaml, frame).pixels;
      for (int depth : {CV_8S, CV_16U, CV_16S, CV_32S, CV_32F, CV_64F}) {  // OpenCV knows not all of them
        Frame other = frame;
        frame.pixels.convertTo(other.pixels, depth);
        cv::Mat result;
        run(yaml, other).pixels.convertTo(result, CV_8U);
        EXPECT_EQ(largest_difference(result, expected), 0) << yaml << ", depth " << depth;
      }
    }
}

// As if it were padding, by OpenCV's medians and by others.
TEST(MedianBlur, LeavesNaNOutAndAsItIs) {
  Frame padded{.pixels = cv::Mat(30, 31, CV_32F), .valid = cv::Mat(30, 31, CV_8U, cv::Scalar{255})};
  cv::RNG{4}.fill(padded.pixels, cv::RNG::UNIFORM, 0, 1);
  padded.pixels.at<float>(20, 3) = std::numeric_limits<float>::infinity();
  Frame odd = padded;
  odd.pixels = padded.pixels.clone();
  odd.valid.release();
  for (const cv::Point at : {cv::Point{0, 0}, {15, 15}, {16, 15}, {16, 16}, {30, 7}}) {
    odd.pixels.at<float>(at) = std::numeric_limits<float>::quiet_NaN();
    padded.valid.at<std::uint8_t>(at) = 0;
  }
  for (const int depth : {CV_32F, CV_64F})
    for (const int radius : {1, 2, 5}) {
      Frame as_nan = odd, as_padding = padded;
      odd.pixels.convertTo(as_nan.pixels, depth);
      padded.pixels.convertTo(as_padding.pixels, depth);
      const std::string yaml = "median_blur: {radius: " + std::to_string(radius) + "}";
      cv::Mat result, expected;
      run(yaml, as_nan).pixels.convertTo(result, CV_64F);
      run(yaml, as_padding).pixels.convertTo(expected, CV_64F);
      for (int row = 0; row < result.rows; ++row)
        for (int column = 0; column < result.cols; ++column)
          if (padded.valid.at<std::uint8_t>(row, column))
            ASSERT_EQ(result.at<double>(row, column), expected.at<double>(row, column))
                << row << ", " << column;
          else
            ASSERT_TRUE(std::isnan(result.at<double>(row, column))) << row << ", " << column;
    }
}

TEST(MedianBlur, LeavesPaddingOutAndAsItIs) {
  Frame frame = frame_of<std::int16_t>({{-2000, -2000, 5, 7, 9}});
  frame.valid = (cv::Mat_<std::uint8_t>(1, 5) << 0, 0, 255, 255, 255);
  EXPECT_EQ(largest_difference(run("median_blur: {}", frame).pixels,
                               (cv::Mat_<std::int16_t>(1, 5) << -2000, -2000, 5, 7, 9)),
            0);
  EXPECT_EQ(reason("median_blur: {}", {.pixels = cv::Mat(2, 2, CV_8UC3, cv::Scalar{0})}),
            "colour_not_supported");
}

}  // namespace
}  // namespace radflow
