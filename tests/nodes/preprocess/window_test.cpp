#include <cmath>

#include "tests/nodes/every_target.hpp"
#include "tests/nodes/frames.hpp"

namespace radflow {
namespace {

// PS3.3 C.11.2.1.2.1: center 2048, width 4096 is an identity from 12 bit, 0..4095 to 0..255.
TEST(Window, LinearIsTheStandardsFirstExample) {
  const Frame frame = frame_of<std::uint16_t>({{0, 1, 2048, 4094, 4095}});
  const Frame result = run("window: {center: 2048, width: 4096, output: f32}", frame);
  const auto at = [&](int i) { return result.pixels.at<float>(0, i); };
  EXPECT_EQ(at(0), 0);
  EXPECT_FLOAT_EQ(at(1), 1 / 4095.0);
  EXPECT_FLOAT_EQ(at(2), 2048 / 4095.0);
  EXPECT_FLOAT_EQ(at(3), 4094 / 4095.0);
  EXPECT_EQ(at(4), 1);
}

// PS3.3: center 127 and width 254 of 8 bit; and width 1, a threshold at center - 0.5.
TEST(Window, LinearOfWidthOneIsAThreshold) {
  const Frame result = run("window: {center: 0, width: 1}", frame_of<float>({{-1, -0.5F, -0.4F, 0}}));
  EXPECT_EQ(largest_difference(result.pixels, (cv::Mat_<std::uint8_t>(1, 4) << 0, 0, 255, 255)), 0);
}

TEST(Window, LinearExactReachesTheEndsAtHalfTheWidth) {
  const Frame result = run("window: {center: 0, width: 100, function: linear_exact, output: f32}",
                           frame_of<float>({{-60, -50, -25, 0, 50, 60}}));
  EXPECT_EQ(largest_difference(result.pixels, (cv::Mat_<float>(1, 6) << 0, 0, 0.25, 0.5, 1, 1)), 0);
}

TEST(Window, SigmoidIsHalfAtTheCentre) {
  const Frame result = run("window: {center: 10, width: 4, function: sigmoid, output: f32}",
                           frame_of<float>({{10, 11, -1000, 1000}}));
  EXPECT_EQ(result.pixels.at<float>(0, 0), 0.5F);
  EXPECT_FLOAT_EQ(result.pixels.at<float>(0, 1), 1 / (1 + std::exp(-1.0)));
  EXPECT_EQ(result.pixels.at<float>(0, 2), 0);
  EXPECT_EQ(result.pixels.at<float>(0, 3), 1);
}

TEST(Window, VoiLutTakesTheEntryOfTheValue) {
  Frame frame = frame_of<std::int16_t>({{-5, 10, 11, 12, 99}});
  frame.voi_luts = {{.first = 10, .bits = 10, .entries = {1023, 512, 0}}};
  const Frame result = run("window: {output: u16}", frame);
  const auto half = static_cast<std::uint16_t>(std::lround(512 / 1023.0 * 65535));
  EXPECT_EQ(largest_difference(result.pixels, (cv::Mat_<std::uint16_t>(1, 5) << 65535, 65535, half, 0, 0)),
            0);
}

TEST(Window, TakesTheFramesFirstWindowWithItsFunction) {
  Frame frame = frame_of<float>({{-50, 50}});
  frame.windows = {{.center = 0, .width = 200, .function = VoiWindow::Function::LinearExact},
                   {.center = 1000, .width = 1}};
  frame.voi_luts = {{.first = 0, .bits = 8, .entries = {7}}};
  const Frame result = run("window: {output: f32}", frame);
  EXPECT_EQ(largest_difference(result.pixels, (cv::Mat_<float>(1, 2) << 0.25, 0.75)), 0);
  EXPECT_EQ(result.units, "display");
  EXPECT_TRUE(result.windows.empty());
  EXPECT_EQ(run("window: {function: voi_lut}", frame).pixels.at<std::uint8_t>(0, 0), 7);
}

TEST(Window, InvertsMonochrome1) {
  Frame frame = frame_of<float>({{-50, 0, 50}});
  const std::string yaml = "window: {center: 0, width: 100, function: linear_exact, output: f32}";
  const Frame plain = run(yaml, frame);
  frame.photometric = Photometric::Monochrome1;
  const Frame result = run(yaml, frame);
  EXPECT_EQ(result.photometric, Photometric::Monochrome2);
  EXPECT_EQ(largest_difference(result.pixels, 1 - plain.pixels), 0);
}

TEST(Window, TablesOfEveryDepthGiveWhatFormulasGive) {
  cv::Mat values(300, 300, CV_64F);
  cv::RNG{3}.fill(values, cv::RNG::UNIFORM, -200, 300);
  for (int depth : {CV_8U, CV_8S, CV_16U, CV_16S}) {
    Frame frame;
    values.convertTo(frame.pixels, depth);
    Frame as_float = frame;
    frame.pixels.convertTo(as_float.pixels, CV_64F);
    const std::string yaml = "window: {center: 30, width: 180}";
    EXPECT_EQ(largest_difference(run(yaml, frame).pixels, run(yaml, as_float).pixels), 0) << depth;
  }
}

// Doubles take the plain way, all others the kernels of simd/ramp.hpp; of a part of a picture too.
TEST(Window, EveryDepthGivesThePlainWaysShadesOnEveryTarget) {
  on_every_target([] {
    for (const cv::Size size : {cv::Size{1, 1}, {1, 9}, {9, 1}, {28, 28}, {37, 5}, {301, 203}})
      for (int depth : {CV_8U, CV_8S, CV_16U, CV_16S, CV_32F}) {
        cv::Mat larger(size.height + 2, size.width + 3, depth);
        cv::RNG{9}.fill(larger, cv::RNG::UNIFORM, -1200, 3000);
        Frame frame{.pixels = larger(cv::Rect{1, 1, size.width, size.height})};
        Frame doubles = frame;
        frame.pixels.convertTo(doubles.pixels, CV_64F);
        for (const Photometric photometric : {Photometric::Monochrome2, Photometric::Monochrome1})
          for (const std::string yaml :
               {"window: {center: 40, width: 400}", "window: {center: 30, width: 2}",
                "window: {center: 0, width: 1}", "window: {center: 40, width: 400, function: linear_exact}",
                "window: {center: 40, width: 400, function: sigmoid}"}) {
            frame.photometric = doubles.photometric = photometric;
            EXPECT_EQ(largest_difference(run(yaml, frame).pixels, run(yaml, doubles).pixels), 0)
                << yaml << size << " depth " << depth;
          }
      }
  });
}

TEST(Window, KeepsPaddingMarkedAndGeometry) {
  Frame frame = frame_of<float>({{1, 2}});
  frame.valid = (cv::Mat_<std::uint8_t>(1, 2) << 0, 255);
  frame.geometry = oblique();
  const Frame result = run("window: {center: 0, width: 10}", frame);
  EXPECT_EQ(largest_difference(result.valid, frame.valid), 0);
  EXPECT_EQ(result.geometry.position, frame.geometry.position);
}

TEST(Window, SaysWhatIsMissing) {
  EXPECT_EQ(reason("window: {}", frame_of<float>({{1}})), "no_window");
  EXPECT_EQ(reason("window: {function: voi_lut}", frame_of<float>({{1}})), "no_window");
  Frame frame = frame_of<float>({{1}});
  frame.windows = {{.center = 0, .width = 0}};
  EXPECT_EQ(reason("window: {}", frame), "bad_window");
  EXPECT_EQ(reason("window: {center: 1, width: 0.5}", frame), "bad_window");
  EXPECT_EQ(reason("window: {}", {.pixels = cv::Mat(2, 2, CV_8UC3, cv::Scalar{0})}), "colour_not_supported");
  EXPECT_THROW(make_node("window: {center: 40}"), ConfigError);
  EXPECT_THROW(make_node("window: {center: 40, width: 9, function: voi_lut}"), ConfigError);
}

}  // namespace
}  // namespace radflow
