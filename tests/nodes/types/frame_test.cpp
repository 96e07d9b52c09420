#include "nodes/types/frame.hpp"

#include "graph/payload.hpp"
#include "nodes/decode/pixel_view.hpp"
#include "nodes/types/features.hpp"

namespace radflow {
namespace {

TEST(Frame, TablesAreSharedByWhatIsMadeOfIt) {
  Frame frame;
  frame.windows = {{.center = 40, .width = 400}, {.center = 300, .width = 1500}};
  frame.voi_luts = {{.first = 0, .bits = 12, .entries = std::vector<double>(4096)}};
  const Frame other = frame.with_pixels(cv::Mat::zeros(2, 2, CV_8U));
  EXPECT_EQ(&other.voi_luts.front(), &frame.voi_luts.front());
  EXPECT_EQ(&other.windows[1], &frame.windows[1]);
}

TEST(Frame, CountsThePixelsThatItKeeps) {
  Frame frame;
  EXPECT_LT(Payload::of(frame).bytes(), 1024U);
  frame.pixels = cv::Mat::zeros(100, 200, CV_32F);
  EXPECT_NEAR(static_cast<double>(Payload::of(frame).bytes()), 80'000, 1000);
  frame.valid = cv::Mat::zeros(100, 200, CV_8U);
  EXPECT_NEAR(static_cast<double>(Payload::of(frame).bytes()), 100'000, 1000);
  // One row of it keeps all of them.
  frame.pixels = frame.pixels.row(3);
  EXPECT_NEAR(static_cast<double>(Payload::of(frame).bytes()), 100'000, 1000);
}

TEST(Frame, DetachedHasPixelsOfItsOwn) {
  const std::string bytes = "abcdef";
  Frame frame;
  frame.pixels = view_pixels(Bytes::of(bytes), 2, 3, CV_8U);
  frame.valid = cv::Mat::zeros(100, 100, CV_8U)(cv::Rect{0, 0, 3, 2});
  frame.units = "HU";
  const Frame own = frame.detached();
  EXPECT_NE(own.pixels.data, frame.pixels.data);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(own.pixels.data), 6), bytes);
  EXPECT_EQ(own.units, "HU");
  EXPECT_LT(Payload::of(own).bytes(), 2000U) << "nor does a part of a larger image keep all of it";
  EXPECT_EQ(own.detached().pixels.data, own.pixels.data) << "what it owns it shares";
}

TEST(Features, CountTheirValues) {
  Features features;
  features.values.resize(1000);
  EXPECT_NEAR(static_cast<double>(Payload::of(features).bytes()), 8'000, 200);
}

}  // namespace
}  // namespace radflow
