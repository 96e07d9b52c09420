#include <limits>

#include "tests/nodes/segment/pictures.hpp"

namespace radflow {
namespace {

using Rows = std::vector<std::vector<int>>;

std::string morphology(const std::string& operation, int radius, const std::string& shape = "disk") {
  return "morphology: {operation: " + operation + ", radius: " + std::to_string(radius) +
         ", shape: " + shape + "}";
}

TEST(Morphology, OfAMaskGrowsAndShrinksLabels) {
  const Mask mask =
      mask_of({{0, 0, 0, 0, 0}, {0, 2, 2, 2, 0}, {0, 2, 2, 2, 0}, {0, 2, 2, 2, 9}, {0, 0, 0, 0, 0}});
  EXPECT_EQ(rows_of(made<Mask>(morphology("erode", 1), mask)),
            (Rows{{0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}, {0, 0, 2, 0, 0}, {0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}}));
  EXPECT_EQ(rows_of(made<Mask>(morphology("open", 1, "square"), mask)),
            (Rows{{0, 0, 0, 0, 0}, {0, 2, 2, 2, 0}, {0, 2, 2, 2, 0}, {0, 2, 2, 2, 0}, {0, 0, 0, 0, 0}}));
  EXPECT_EQ(rows_of(made<Mask>(morphology("dilate", 1), mask_of({{0, 0, 0}, {0, 7, 9}}))),
            (Rows{{0, 7, 9}, {7, 9, 9}}));
  EXPECT_EQ(rows_of(made<Mask>(morphology("close", 1), mask_of({{0, 0}}))), (Rows{{0, 0}}));
}

TEST(Morphology, IsTheSameInEveryDepthAndAtTheExtremes) {
  for (const int depth : {CV_8U, CV_8S, CV_16U, CV_16S, CV_32S, CV_32F, CV_64F}) {
    Frame frame = frame_of<std::uint8_t>({{5, 9, 1, 1, 7}});
    frame.pixels.convertTo(frame.pixels, depth);
    const Frame result = run(morphology("dilate", 1), frame);
    ASSERT_EQ(result.pixels.depth(), depth);
    EXPECT_EQ(cv::sum(result.pixels)[0], 9 + 9 + 9 + 7 + 7);
  }
  const Frame odd = frame_of<std::int16_t>({{-32768, 0, 32767}});
  EXPECT_EQ(largest_difference(run(morphology("erode", 1), odd).pixels,
                               (cv::Mat_<short>(1, 3) << -32768, -32768, 0)),
            0);
}

TEST(Morphology, PaddingTakesNoPartAndStays) {
  Frame frame = frame_of<std::uint8_t>({{5, 200, 3, 0, 7}});
  frame.valid = (cv::Mat_<std::uint8_t>(1, 5) << 255, 0, 255, 0, 255);
  EXPECT_EQ(largest_difference(run(morphology("dilate", 2), frame).pixels,
                               (cv::Mat_<std::uint8_t>(1, 5) << 5, 200, 7, 0, 7)),
            0);
  EXPECT_EQ(largest_difference(run(morphology("erode", 2), frame).pixels,
                               (cv::Mat_<std::uint8_t>(1, 5) << 3, 200, 3, 0, 3)),
            0);
}

cv::Mat not_a_number(const cv::Mat& pixels) { return (pixels == pixels) == 0; }

// As if it were padding, in each channel by itself.
TEST(Morphology, NaNTakesNoPartAndStays) {
  const double nan = std::numeric_limits<double>::quiet_NaN(),
               above = std::numeric_limits<double>::infinity();
  for (const int depth : {CV_32F, CV_64F})
    for (const char* operation : {"erode", "dilate", "open", "close"}) {
      const auto node = morphology(operation, 1, "square");
      Frame odd{.pixels =
                    (cv::Mat_<double>(2, 7) << 4, nan, 2, 8, 1, above, above, 5, 3, 9, 7, nan, above, nan)};
      odd.pixels.convertTo(odd.pixels, depth);
      Frame padded = odd;
      padded.pixels = odd.pixels.clone();
      padded.pixels.setTo(6, not_a_number(odd.pixels));
      padded.valid = (cv::Mat_<std::uint8_t>(2, 7) << 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0) * 255;
      const cv::Mat result = run(node, odd).pixels, expected = run(node, padded).pixels;
      EXPECT_EQ(cv::countNonZero(result == expected), 11) << operation << result << expected;
      EXPECT_EQ(cv::countNonZero(not_a_number(result)), 3) << operation << result;
      cv::Mat colour;
      cv::merge(std::vector<cv::Mat>{odd.pixels, padded.pixels, padded.pixels}, colour);
      const Frame both = run(node, {.pixels = colour, .photometric = Photometric::Rgb});
      std::vector<cv::Mat> channels;
      cv::split(both.pixels, channels);
      EXPECT_EQ(cv::countNonZero(channels[0] == result), 11) << operation << ", one channel of three";
    }
}

// morphology.erosion, dilation, opening, closing(a, morphology.disk(r)) and opening(a, np.ones((2*r+1, 2*r+1))).
TEST(Morphology, EqualsScikitImages) {
  static constexpr std::int64_t expected[3][5] = {{86787599, 425489882, 156247734, 358942482, 103944079},
                                                  {37755211, 473860359, 87412845, 420738798, 51213846},
                                                  {17401316, 494801503, 50408763, 466203762, 29320478}};
  const Frame frame = noise<std::uint8_t>(40, 50, 7, 256);
  for (int radius = 1; radius <= 3; ++radius) {
    int at = 0;
    for (const char* operation : {"erode", "dilate", "open", "close"})
      EXPECT_EQ(checksum<std::uint8_t>(run(morphology(operation, radius), frame).pixels),
                expected[radius - 1][at++])
          << operation << " " << radius;
    EXPECT_EQ(checksum<std::uint8_t>(run(morphology("open", radius, "square"), frame).pixels),
              expected[radius - 1][4]);
  }
}

}  // namespace
}  // namespace radflow
