// unsharp, bilateral and edges. References of scikit-image 0.26.0 and of the OpenCV that is linked.
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "tests/nodes/segment/pictures.hpp"

namespace radflow {
namespace {

// u = filters.unsharp_mask(noise(40, 50, 7, 256).astype(float), radius=1.5, amount=2, preserve_range=True)
TEST(Unsharp, EqualsScikitImageTo1e6) {
  const cv::Mat sharp = run("unsharp: {radius: 1.5, amount: 2}", noise<double>(40, 50, 7, 256)).pixels;
  EXPECT_NEAR(sharp.at<double>(0, 0), 149.08579022090743, 1e-6);
  EXPECT_NEAR(sharp.at<double>(3, 4), -160.27791405611998, 1e-6);
  EXPECT_NEAR(sharp.at<double>(39, 49), 387.3611604054321, 1e-6);
  EXPECT_NEAR(cv::norm(sharp), 11111.008981760333, 1e-3);
}

TEST(Unsharp, KeepsConstantsSaturatesAndLeavesPaddingOut) {
  EXPECT_EQ(run("unsharp: {}", frame_of<std::uint16_t>({{700}})).pixels.at<std::uint16_t>(0, 0), 700);
  const Frame step = frame_of<std::uint8_t>({{0, 0, 255, 255}});
  EXPECT_EQ(largest_difference(run("unsharp: {amount: 5}", step).pixels, step.pixels), 0);
  Frame padded = frame_of<float>({{10, 10, 9999, 10}});
  padded.valid = (cv::Mat_<std::uint8_t>(1, 4) << 255, 255, 0, 255);
  EXPECT_LE(largest_difference(run("unsharp: {amount: 5}", padded).pixels, padded.pixels), 1e-4);
}

TEST(Bilateral, IsOpenCvs) {
  const Frame eight = hill();
  cv::Mat expected;
  cv::bilateralFilter(eight.pixels, expected, 7, 40, 2);
  EXPECT_EQ(largest_difference(run("bilateral: {sigma_value: 40}", eight).pixels, expected), 0);
  Frame sixteen = eight;
  eight.pixels.convertTo(sixteen.pixels, CV_16U, 200);
  cv::Mat values;
  sixteen.pixels.convertTo(values, CV_32F);
  cv::bilateralFilter(values, expected, 11, 8000, 2);
  expected.convertTo(expected, CV_16U);
  EXPECT_EQ(largest_difference(run("bilateral: {sigma_value: 8000, radius: 5}", sixteen).pixels, expected),
            0);
}

TEST(Bilateral, TheFormulaIsOpenCvsWithinAThousandthOfSigma) {
  Frame frame = float_hill();
  const Frame by_library = run("bilateral: {sigma_value: 90}", frame);
  frame.valid = cv::Mat(frame.pixels.size(), CV_8U, cv::Scalar{255});
  EXPECT_LE(largest_difference(run("bilateral: {sigma_value: 90}", frame).pixels, by_library.pixels), 0.09);
}

TEST(Bilateral, LeavesPaddingAndWhatIsNotFiniteOut) {
  Frame frame = frame_of<float>({{10, 12, 11, 10}});
  frame.pixels.at<float>(0, 1) = std::nanf("");
  const cv::Mat smooth = run("bilateral: {sigma_value: 50, radius: 1}", frame).pixels;
  EXPECT_EQ(smooth.at<float>(0, 0), 10);
  EXPECT_TRUE(std::isnan(smooth.at<float>(0, 1)));
  frame.pixels.at<float>(0, 1) = 5000;
  frame.valid = (cv::Mat_<std::uint8_t>(1, 4) << 255, 0, 255, 255);
  const cv::Mat padded = run("bilateral: {sigma_value: 1e6, radius: 1}", frame).pixels;
  EXPECT_EQ(padded.at<float>(0, 0), 10);
  EXPECT_EQ(padded.at<float>(0, 1), 5000);
}

TEST(Edges, EqualOpenCvsCannyOnEightBit) {
  std::vector<Frame> frames{hill(), noise<std::uint8_t>(40, 50, 7, 256), noise<std::uint8_t>(1, 9, 7, 256)};
  cv::GaussianBlur(frames[0].pixels, frames[0].pixels, {5, 5}, 1.2);
  for (const Frame& frame : frames)
    for (const bool l2 : {false, true})
      for (const auto& [low, high] : {std::pair{50, 150}, {100, 300}, {0, 0}}) {
        cv::Mat expected;
        cv::Canny(frame.pixels, expected, low, high, 3, l2);
        cv::Mat labels;
        const std::string yaml = "edges: {low: " + std::to_string(low) + ", high: " + std::to_string(high) +
                                 ", norm: " + (l2 ? "l2" : "l1") + "}";
        made<Mask>(yaml, frame).labels.convertTo(labels, CV_8U, 255);
        EXPECT_EQ(largest_difference(labels, expected), 0) << yaml;
      }
}

TEST(Edges, AreTheSameInOtherUnitsAndNoneAtPadding) {
  const Mask eight = made<Mask>("edges: {low: 100, high: 300}", hill());
  EXPECT_EQ(checksum(made<Mask>("edges: {low: 325, high: 975}", float_hill())), checksum(eight));
  Frame step = frame_of<float>({{0, 0, 100, 100}, {0, 0, 100, 100}, {0, 0, 100, 100}});
  EXPECT_GT(cv::countNonZero(made<Mask>("edges: {low: 1, high: 2}", step).labels), 0);
  step.valid = cv::Mat(3, 4, CV_8U, cv::Scalar{255});
  step.valid.colRange(2, 4).setTo(0);
  EXPECT_EQ(cv::countNonZero(made<Mask>("edges: {low: 1, high: 2}", step).labels), 0);
  EXPECT_THROW(make_node("edges: {low: 3, high: 2}"), ConfigError);
}

}  // namespace
}  // namespace radflow
