#include "tests/nodes/frames.hpp"

namespace radflow {
namespace {

TEST(ToFloat, ScalesUnsignedByTheLargestValueOfTheType) {
  const Frame from8 = run("to_float: {}", frame_of<std::uint8_t>({{0, 51, 255}}));
  EXPECT_EQ(largest_difference(from8.pixels, (cv::Mat_<double>(1, 3) << 0, 51 / 255.0, 1)), 0);
  EXPECT_EQ(from8.units, "full_scale");
  Frame twelve_bit = frame_of<std::uint16_t>({{0, 4095, 65535}});
  twelve_bit.bits_stored = 12;
  const Frame from16 = run("to_float: {}", twelve_bit);
  EXPECT_EQ(from16.pixels.type(), CV_64F);
  EXPECT_LE(largest_difference(from16.pixels, (cv::Mat_<double>(1, 3) << 0, 4095 / 65535.0, 1)), 1e-16);
}

TEST(ToFloat, ScalesSignedToMinusOneToOne) {
  const Frame result = run("to_float: {}", frame_of<std::int16_t>({{-32768, -32767, 0, 32767}}));
  EXPECT_EQ(largest_difference(result.pixels, (cv::Mat_<double>(1, 4) << -1, -1, 0, 1)), 0);
}

TEST(ToFloat, KeepsFloatsAndTheirUnits) {
  Frame frame = frame_of<float>({{-1024, 3071.5F}});
  frame.units = "HU";
  frame.windows = {{.center = 40, .width = 400}};
  const Frame result = run("to_float: {}", frame);
  EXPECT_EQ(result.pixels.type(), CV_64F);
  EXPECT_EQ(largest_difference(result.pixels, (cv::Mat_<double>(1, 2) << -1024, 3071.5)), 0);
  EXPECT_EQ(result.units, "HU");
  EXPECT_EQ(result.windows.size(), 1U);
}

TEST(ToFloat, AScaledFrameHasNoWindowInItsOldUnits) {
  Frame frame = frame_of<std::uint8_t>({{1, 2}});
  frame.windows = {{.center = 40, .width = 400}};
  EXPECT_TRUE(run("to_float: {}", frame).windows.empty());
}

TEST(ToFloat, Depth32GivesFloats) {
  EXPECT_EQ(run("to_float: {depth: 32}", frame_of<std::uint8_t>({{1, 2}})).pixels.type(), CV_32F);
  EXPECT_THROW(make_node("to_float: {depth: 48}"), ConfigError);
}

TEST(ToFloat, PrecisionSaysTheSameByTheNameThatOtherNodesHave) {
  const Frame frame = frame_of<std::uint8_t>({{1, 2}});
  EXPECT_EQ(run("to_float: {precision: float32}", frame).pixels.type(), CV_32F);
  EXPECT_EQ(run("to_float: {precision: float64}", frame).pixels.type(), CV_64F);
  EXPECT_THROW(make_node("to_float: {depth: 32, precision: float64}"), ConfigError);
}

}  // namespace
}  // namespace radflow
