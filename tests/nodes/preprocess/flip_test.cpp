#include "nodes/imaging/geometry.hpp"
#include "tests/nodes/frames.hpp"

namespace radflow {
namespace {

Frame sample() {
  Frame frame = frame_of<std::uint16_t>({{1, 2, 3}, {4, 5, 6}});
  frame.valid = (cv::Mat_<std::uint8_t>(2, 3) << 0, 255, 255, 255, 255, 255);
  frame.geometry = oblique();
  return frame;
}

TEST(Flip, HorizontalSwapsLeftAndRight) {
  const Frame result = run("flip: {}", sample());
  EXPECT_EQ(largest_difference(result.pixels, (cv::Mat_<std::uint16_t>(2, 3) << 3, 2, 1, 6, 5, 4)), 0);
  EXPECT_EQ(largest_difference(result.valid, (cv::Mat_<std::uint8_t>(2, 3) << 255, 255, 0, 255, 255, 255)),
            0);
}

TEST(Flip, VerticalSwapsTopAndBottom) {
  const Frame result = run("flip: {direction: vertical}", sample());
  EXPECT_EQ(largest_difference(result.pixels, (cv::Mat_<std::uint16_t>(2, 3) << 4, 5, 6, 1, 2, 3)), 0);
}

TEST(Flip, TwiceIsTheSameFrame) {
  for (const char* yaml : {"flip: {direction: horizontal}", "flip: {direction: vertical}"}) {
    const Frame twice = run(yaml, run(yaml, sample()));
    EXPECT_EQ(largest_difference(twice.pixels, sample().pixels), 0);
    EXPECT_EQ(largest_difference(twice.valid, sample().valid), 0);
    EXPECT_EQ(twice.geometry.orientation, oblique().orientation);
    EXPECT_THAT(*twice.geometry.position,
                testing::Pointwise(testing::DoubleNear(1e-12), *oblique().position));
    EXPECT_EQ(twice.geometry.to_source, oblique().to_source);
  }
}

TEST(Flip, APixelKeepsItsPlaceInThePatient) {
  const Frame result = run("flip: {}", sample());
  EXPECT_THAT(*patient_position(result.geometry, 0, 1),
              testing::Pointwise(testing::DoubleNear(1e-12), *patient_position(oblique(), 2, 1)));
}

TEST(Flip, KeepsColour) {
  Frame frame{.pixels = cv::Mat(1, 2, CV_8UC3, cv::Scalar{1, 2, 3}), .photometric = Photometric::Rgb};
  frame.pixels.at<cv::Vec3b>(0, 1) = {7, 8, 9};
  EXPECT_EQ(run("flip: {}", frame).pixels.at<cv::Vec3b>(0, 0), (cv::Vec3b{7, 8, 9}));
}

}  // namespace
}  // namespace radflow
