#include "tests/nodes/frames.hpp"

namespace radflow {
namespace {

Frame twelve_bits() {
  Frame frame = frame_of<std::uint16_t>({{0, 1, 1000, 4095}});
  frame.bits_stored = 12;
  frame.photometric = Photometric::Monochrome1;
  return frame;
}

TEST(Invert, AboutTheStoredBitsMonochrome1BecomesMonochrome2) {
  const Frame result = run("invert: {about: bits_stored}", twelve_bits());
  EXPECT_EQ(largest_difference(result.pixels, (cv::Mat_<std::uint16_t>(1, 4) << 4095, 4094, 3095, 0)), 0);
  EXPECT_EQ(result.photometric, Photometric::Monochrome2);
  EXPECT_EQ(result.units, "stored");
  const Frame back = run("invert: {about: bits_stored}", result);
  EXPECT_EQ(largest_difference(back.pixels, twelve_bits().pixels), 0);
  EXPECT_EQ(back.photometric, Photometric::Monochrome1);
  Frame with_sign = frame_of<std::int16_t>({{-2048, 0, 2047}});
  with_sign.bits_stored = 12;
  EXPECT_EQ(largest_difference(run("invert: {about: bits_stored}", with_sign).pixels,
                               (cv::Mat_<std::int16_t>(1, 3) << 2047, -1, -2048)),
            0);
}

TEST(Invert, AboutARangeOrZero) {
  Frame hu = frame_of<float>({{-1000, 0, 400}});
  hu.units = "HU";
  const Frame result = run("invert: {about: range, range: [-1000, 400]}", hu);
  EXPECT_EQ(largest_difference(result.pixels, (cv::Mat_<float>(1, 3) << 400, -600, -1000)), 0);
  EXPECT_EQ(result.units, "inverted HU");
  EXPECT_EQ(run("invert: {about: range, range: [-1000, 400]}", result).units, "HU");
  EXPECT_EQ(
      largest_difference(run("invert: {about: zero}", hu).pixels, (cv::Mat_<float>(1, 3) << 1000, 0, -400)),
      0);
}

TEST(Invert, OnlyTheOneThatIsAskedFor) {
  Frame plain = twelve_bits();
  plain.photometric = Photometric::Monochrome2;
  const char* yaml = "invert: {about: bits_stored, only: monochrome1}";
  EXPECT_EQ(largest_difference(run(yaml, plain).pixels, plain.pixels), 0);
  EXPECT_EQ(run(yaml, plain).photometric, Photometric::Monochrome2);
  EXPECT_EQ(run(yaml, twelve_bits()).pixels.at<std::uint16_t>(0), 4095);
  EXPECT_EQ(reason("lbp: {}", twelve_bits()), "monochrome1");
  EXPECT_EQ(reason("lbp: {}", run(yaml, twelve_bits())), "");
}

// The picture stays as it looks: the window turns with the values.
TEST(Invert, IsDisplayedAsBefore) {
  Frame frame = frame_of<std::uint16_t>({{0, 900, 1000, 1001, 1500, 2000, 2047, 4095}});
  frame.bits_stored = 12;
  VoiLut lut{.first = 900, .bits = 8, .entries = {}};
  for (int i = 0; i < 1200; ++i) lut.entries.push_back(i * i % 256);
  frame.voi_luts = {lut};
  for (const auto function :
       {VoiWindow::Function::Linear, VoiWindow::Function::LinearExact, VoiWindow::Function::Sigmoid}) {
    frame.windows = {{.center = 1200, .width = 700, .function = function}};
    const Frame inverted = run("invert: {about: bits_stored}", frame);
    for (const char* window : {"window: {}", "window: {output: u16}", "window: {function: voi_lut}"})
      EXPECT_EQ(largest_difference(run(window, inverted).pixels, run(window, frame).pixels), 0) << window;
  }
}

TEST(Invert, WhatItCannotTurnIsAnError) {
  Frame too_large = twelve_bits();
  too_large.pixels.at<std::uint16_t>(2) = 5000;
  EXPECT_EQ(reason("invert: {about: bits_stored}", too_large), "value_out_of_range");
  too_large.valid = (cv::Mat_<std::uint8_t>(1, 4) << 255, 255, 0, 255);
  EXPECT_EQ(reason("invert: {about: bits_stored}", too_large), "") << "padding may hold anything";
  EXPECT_EQ(reason("invert: {about: zero}", twelve_bits()), "value_out_of_range");
  EXPECT_EQ(reason("invert: {about: bits_stored}", frame_of<float>({{1, 2}})), "needs_range");
  Frame colour{.pixels = cv::Mat::zeros(2, 2, CV_8UC3)};
  EXPECT_EQ(reason("invert: {about: bits_stored}", colour), "colour_not_supported");
  Frame codes = frame_of<std::uint8_t>({{1, 2}});
  codes.levels = 10;
  EXPECT_EQ(reason("invert: {about: bits_stored}", codes), "codes_not_supported");
}

TEST(Invert, AsksWhatItInvertsAbout) {
  EXPECT_THROW(make_node("invert: {}"), ConfigError);
  EXPECT_THROW(make_node("invert: {about: range}"), ConfigError);
  EXPECT_THROW(make_node("invert: {about: zero, range: [0, 1]}"), ConfigError);
  EXPECT_THROW(make_node("invert: {about: range, range: [1, 1]}"), ConfigError);
  EXPECT_THROW(make_node("invert: {about: range, range: [1]}"), ConfigError);
}

}  // namespace
}  // namespace radflow
