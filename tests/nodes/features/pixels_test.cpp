#include "nodes/types/features.hpp"
#include "tests/nodes/frames.hpp"

namespace radflow {
namespace {

Features pixels(const std::string& yaml, const Frame& frame) {
  const Outcome outcome = call(yaml, frame);
  EXPECT_EQ(outcome.kind, Outcome::Kind::Value);
  return outcome.value ? outcome.value.as<Features>() : Features{};
}

TEST(Pixels, RowByRowAsTheyAre) {
  const Features result = pixels("pixels: {name: shape}", frame_of<std::int16_t>({{-1, 2, 3}, {4, 5, 1000}}));
  EXPECT_EQ(result.values, (std::vector<double>{-1, 2, 3, 4, 5, 1000}));
  EXPECT_EQ(*result.names,
            (std::vector<std::string>{"shape.0", "shape.1", "shape.2", "shape.3", "shape.4", "shape.5"}));
  EXPECT_EQ(result.units, "stored");
  EXPECT_EQ(result.photometric, "MONOCHROME2");
}

TEST(Pixels, PaddingStandsAsFillAndTheFrameKeepsItsPixels) {
  Frame frame = frame_of<double>({{1, 2}, {3, 4}});
  frame.valid = (cv::Mat_<std::uint8_t>(2, 2) << 255, 0, 255, 255);
  EXPECT_EQ(pixels("pixels: {fill: -7}", frame).values, (std::vector<double>{1, -7, 3, 4}));
  EXPECT_EQ(frame.pixels.at<double>(0, 1), 2);
}

TEST(Pixels, Refuses) {
  Frame inverted = frame_of<std::uint8_t>({{1}});
  inverted.photometric = Photometric::Monochrome1;
  EXPECT_EQ(reason("pixels", inverted), "monochrome1");
  EXPECT_EQ(reason("pixels: {photometric: as_stored}", inverted), "");
  Frame frame;
  frame.pixels = cv::Mat::zeros(2, 2, CV_8UC3);
  EXPECT_EQ(reason("pixels", frame), "colour_not_supported");
  frame.pixels = cv::Mat::zeros(257, 256, CV_8U);
  EXPECT_EQ(reason("pixels", frame), "too_many_pixels");
}

}  // namespace
}  // namespace radflow
