// gamma, equalize, clahe and match_histogram. References of scikit-image 0.26.0 and of the OpenCV that is linked.
#include <cmath>
#include <filesystem>
#include <limits>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "tests/connectors/temporary_folder.hpp"
#include "tests/nodes/segment/pictures.hpp"

namespace radflow {
namespace {

TEST(Gamma, BendsAShareOfTheRangeAndClipsToIt) {
  const Frame frame = frame_of<float>({{-20, 0, 25, 100, 300, std::nanf("")}});
  const cv::Mat bent = run("gamma: {gamma: 0.5, range: [0, 100]}", frame).pixels;
  EXPECT_LE(largest_difference(bent.colRange(0, 5), (cv::Mat_<float>(1, 5) << 0, 0, 50, 100, 100)), 1e-5);
  EXPECT_TRUE(std::isnan(bent.at<float>(0, 5)));
  EXPECT_EQ(reason("gamma: {gamma: 2}", frame), "range_required");
  const Frame extremes = frame_of<std::int16_t>({{-32768, 32767}});
  EXPECT_EQ(
      largest_difference(run("gamma: {gamma: 3, range: [-32768, 32767]}", extremes).pixels, extremes.pixels),
      0);
}

// exposure.adjust_gamma(a, 0.4) and 2.2.
TEST(Gamma, EqualsScikitImageOnEightBit) {
  const Frame frame = noise<std::uint8_t>(40, 50, 7, 256);
  EXPECT_EQ(checksum<std::uint8_t>(run("gamma: {gamma: 0.4}", frame).pixels), 365974985);
  EXPECT_EQ(checksum<std::uint8_t>(run("gamma: {gamma: 2.2}", frame).pixels), 162337500);
}

TEST(Contrast, PaddingIsNotCountedAndStays) {
  Frame frame = frame_of<std::uint8_t>({{10, 20, 30, 255, 255, 255}});
  frame.valid = (cv::Mat_<std::uint8_t>(1, 6) << 255, 255, 255, 0, 0, 0);
  const cv::Mat expected = (cv::Mat_<std::uint8_t>(1, 6) << 0, 128, 255, 255, 255, 255);
  EXPECT_EQ(largest_difference(run("equalize: {}", frame).pixels, expected), 0);
  for (const char* yaml : {"clahe: {tiles: [2, 1]}", "gamma: {gamma: 2}"})
    EXPECT_EQ(largest_difference(run(yaml, frame).pixels.colRange(3, 6), frame.pixels.colRange(3, 6)), 0)
        << yaml;
}

TEST(Contrast, AConstantFrameStaysFiniteAndPixelsOfOneToo) {
  const Frame one = frame_of<std::uint8_t>({{200}});
  EXPECT_EQ(run("equalize: {}", one).pixels.at<std::uint8_t>(0, 0), 200);
  EXPECT_EQ(run("clahe: {}", one).pixels.size(), cv::Size(1, 1));
  EXPECT_EQ(run("gamma: {gamma: 1}", one).pixels.at<std::uint8_t>(0, 0), 200);
}

TEST(Equalize, EqualsOpenCvOnEightBit) {
  for (const Frame& frame :
       {hill(), noise<std::uint8_t>(40, 50, 7, 256), noise<std::uint8_t>(37, 41, 9, 20)}) {
    cv::Mat expected;
    cv::equalizeHist(frame.pixels, expected);
    EXPECT_EQ(largest_difference(run("equalize: {}", frame).pixels, expected), 0);
  }
}

TEST(Equalize, OfARangeIsThatOfEightBitMeasuredInIt) {
  const Frame eight = hill();
  Frame wide = eight;
  eight.pixels.convertTo(wide.pixels, CV_32F, 4, -1000);
  // 256 bins, whose centres are the values.
  const Frame result = run("equalize: {range: [-1002, 22]}", wide);
  cv::Mat expected;
  cv::equalizeHist(eight.pixels, expected);
  expected.convertTo(expected, CV_32F, 1024.0 / 255, -1002);
  EXPECT_LE(largest_difference(result.pixels, expected), 4) << "one shade, which 8 bit rounds";
}

TEST(Clahe, EqualsOpenCvOnEightBit) {
  for (const auto& [rows, columns] : {std::pair{64, 64}, {40, 50}, {64, 50}, {9, 7}, {1, 1}})
    for (const double limit : {0.5, 2.0, 40.0})
      for (const auto& [across, down] : {std::pair{8, 8}, {3, 2}}) {
        const Frame frame = noise<std::uint8_t>(rows, columns, 7, 100);
        cv::Mat expected;
        cv::createCLAHE(limit, {across, down})->apply(frame.pixels, expected);
        const std::string yaml = "clahe: {clip: " + std::to_string(limit) + ", tiles: [" +
                                 std::to_string(across) + ", " + std::to_string(down) + "]}";
        EXPECT_EQ(largest_difference(run(yaml, frame).pixels, expected), 0)
            << yaml << " " << rows << "x" << columns;
      }
}

TEST(Clahe, OfARangeIsThatOfEightBitMeasuredInIt) {
  const Frame eight = hill();
  Frame wide = eight;
  eight.pixels.convertTo(wide.pixels, CV_16S, 4, -1000);
  const cv::Mat expected = run("clahe: {}", eight).pixels;
  cv::Mat scaled;
  expected.convertTo(scaled, CV_16S, 1024.0 / 255, -1002);
  EXPECT_LE(largest_difference(run("clahe: {range: [-1002, 22]}", wide).pixels, scaled), 4 * 1.5);
  EXPECT_EQ(reason("clahe: {}", wide), "range_required");
}

std::string reference_picture(const cv::Mat& pixels) {
  static const TemporaryFolder folder;  // other tests run beside this one
  const std::string path = folder.path("match_reference.png");
  cv::imwrite(path, pixels);
  return "match_histogram: {reference: " + path + "}";
}

// exposure.match_histograms(x, hill) of x = f.astype(float) and of a.
TEST(MatchHistogram, EqualsScikitImageTo1e6) {
  const std::string yaml = reference_picture(hill().pixels);
  Frame doubles = noise<double>(40, 50, 7, 256);
  const cv::Mat matched = run(yaml, doubles).pixels;
  EXPECT_NEAR(cv::sum(matched)[0], 137640.9569373124, 1e-6 * 2000);
  EXPECT_NEAR(matched.at<double>(3, 4), 10.045454545454545, 1e-6);
  EXPECT_NEAR(matched.at<double>(39, 49), 181.5, 1e-6);
  cv::Mat rounded;
  matched.convertTo(rounded, CV_8U);
  EXPECT_EQ(largest_difference(run(yaml, noise<std::uint8_t>(40, 50, 7, 256)).pixels, rounded), 0);
}

TEST(MatchHistogram, GivesTheValuesOfTheReferenceAndKeepsPadding) {
  const std::string yaml = reference_picture((cv::Mat_<std::uint8_t>(1, 3) << 10, 20, 60));
  Frame frame = frame_of<std::int16_t>({{-5, 900, 7, 30000}});
  frame.valid = (cv::Mat_<std::uint8_t>(1, 4) << 255, 255, 255, 0);
  EXPECT_EQ(largest_difference(run(yaml, frame).pixels, (cv::Mat_<short>(1, 4) << 10, 60, 20, 30000)), 0);
  frame.valid.setTo(0);
  EXPECT_EQ(reason(yaml, frame), "no_valid_pixels");
  EXPECT_EQ(reason(yaml, frame_of<float>({{1, std::nanf("")}})), "not_finite");
}

TEST(MatchHistogram, TheReferenceIsAPictureOfOneChannel) {
  EXPECT_THROW(make_node("match_histogram: {reference: nowhere.png}"), ConfigError);
  EXPECT_THROW(make_node(reference_picture(cv::Mat(2, 2, CV_8UC3, cv::Scalar{1, 2, 3}))), ConfigError);
}

TEST(Normalize, ClipsToTheFramesUnitsFirst) {
  const Frame frame =
      frame_of<float>({{-3000, -1000, -300, 400, 3000, std::numeric_limits<float>::infinity()}});
  const Frame result = run("normalize: {method: minmax, clip: [-1000, 400]}", frame);
  EXPECT_LE(largest_difference(result.pixels, (cv::Mat_<float>(1, 6) << 0, 0, 0.5, 1, 1, 1)), 1e-6);
  EXPECT_EQ(reason("normalize: {clip: [0, 1]}", frame_of<float>({{std::nanf("")}})), "not_finite");
}

}  // namespace
}  // namespace radflow
