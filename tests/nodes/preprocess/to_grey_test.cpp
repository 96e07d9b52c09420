#include <opencv2/imgproc.hpp>

#include "tests/nodes/frames.hpp"

namespace radflow {
namespace {

template <typename T>
Frame colour(std::vector<cv::Vec<T, 3>> pixels) {
  Frame frame{.pixels = cv::Mat(1, static_cast<int>(pixels.size()), CV_MAKETYPE(cv::DataType<T>::depth, 3),
                                pixels.data())
                            .clone()};
  frame.photometric = Photometric::Rgb;
  return frame;
}

TEST(ToGrey, LumaIsBt601InEveryDepth) {
  const Frame result =
      run("to_grey: {}", colour<std::uint8_t>({{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {9, 9, 9}}));
  EXPECT_EQ(largest_difference(result.pixels, (cv::Mat_<std::uint8_t>(1, 4) << 76, 150, 29, 9)), 0);
  EXPECT_EQ(result.photometric, Photometric::Monochrome2);
  const auto grey_of = [](const Frame& frame) { return run("to_grey: {method: luma}", frame).pixels; };
  EXPECT_EQ(largest_difference(grey_of(colour<std::uint16_t>({{10'000, 20'000, 30'000}})),
                               (cv::Mat_<std::uint16_t>(1, 1) << 18'150)),
            0);
  EXPECT_EQ(largest_difference(grey_of(colour<std::int16_t>({{-1000, 2000, 0}})),
                               (cv::Mat_<std::int16_t>(1, 1) << 875)),
            0);
  EXPECT_NEAR(grey_of(colour<float>({{1, 2, 3}})).at<float>(0), 1.815, 1e-6);
  EXPECT_NEAR(grey_of(colour<double>({{1, 2, 3}})).at<double>(0), 1.815, 1e-12);
}

TEST(ToGrey, LumaIsOpenCvsToTheLastBit) {
  Frame frame = colour<std::uint8_t>({{0, 0, 0}});
  frame.pixels = cv::Mat(64, 64, CV_8UC3);
  cv::RNG{3}.fill(frame.pixels, cv::RNG::UNIFORM, 0, 256);
  cv::Mat expected;
  cv::cvtColor(frame.pixels, expected, cv::COLOR_RGB2GRAY);
  EXPECT_EQ(largest_difference(run("to_grey: {}", frame).pixels, expected), 0);
}

TEST(ToGrey, MeanRoundsToNearestAndChannelIsAsItIs) {
  const Frame frame = colour<std::uint8_t>({{1, 2, 2}, {255, 255, 255}, {0, 0, 1}});
  EXPECT_EQ(largest_difference(run("to_grey: {method: mean}", frame).pixels,
                               (cv::Mat_<std::uint8_t>(1, 3) << 2, 255, 0)),
            0);
  EXPECT_EQ(largest_difference(run("to_grey: {method: channel, channel: blue}", frame).pixels,
                               (cv::Mat_<std::uint8_t>(1, 3) << 2, 255, 1)),
            0);
  const Frame real = colour<double>({{0.1, 0.1, 0.1}});
  EXPECT_DOUBLE_EQ(run("to_grey: {method: mean}", real).pixels.at<double>(0), 0.1);
}

TEST(ToGrey, KeepsGeometryAndPaddingAndPassesGrey) {
  Frame frame = colour<std::uint8_t>({{1, 2, 3}, {4, 5, 6}});
  frame.valid = (cv::Mat_<std::uint8_t>(1, 2) << 255, 0);
  frame.geometry = oblique();
  const Frame result = run("to_grey: {}", frame);
  EXPECT_EQ(largest_difference(result.valid, frame.valid), 0);
  EXPECT_EQ(result.geometry.spacing->row, 0.8);
  Frame grey = frame_of<std::uint16_t>({{1, 4095}});
  grey.photometric = Photometric::Monochrome1;
  const Frame same = run("to_grey: {}", grey);
  EXPECT_EQ(largest_difference(same.pixels, grey.pixels), 0);
  EXPECT_EQ(same.photometric, Photometric::Monochrome1);
}

TEST(ToGrey, ChannelAndItsNameBelongTogether) {
  EXPECT_THROW(make_node("to_grey: {method: channel}"), ConfigError);
  EXPECT_THROW(make_node("to_grey: {channel: red}"), ConfigError);
}

}  // namespace
}  // namespace radflow
