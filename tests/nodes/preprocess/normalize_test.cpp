#include <cmath>

#include "tests/nodes/frames.hpp"
#include "tests/nodes/imaging/kernel_frames.hpp"

namespace radflow {
namespace {

TEST(Normalize, ZscoreHasMeanZeroAndDeviationOne) {
  const Frame result =
      run("normalize: {}", frame_of<double>({{2, 4, 4, 4, 5, 5, 7, 9}}));  // mean 5, deviation 2
  EXPECT_EQ(largest_difference(result.pixels, (cv::Mat_<double>(1, 8) << -1.5, -.5, -.5, -.5, 0, 0, 1, 2)),
            0);
  EXPECT_EQ(result.units, "zscore");
}

TEST(Normalize, AFloorKeepsLittleContrastSmall) {
  const Frame result =
      run("normalize: {floor: 2}", frame_of<double>({{2, 4, 4, 4, 5, 5, 7, 9}}));  // mean 5, deviation 2
  EXPECT_EQ(
      largest_difference(result.pixels, (cv::Mat_<double>(1, 8) << -.75, -.25, -.25, -.25, 0, 0, .5, 1)), 0);
  EXPECT_THROW(make_node("normalize: {method: minmax, floor: 2}"), ConfigError);
}

TEST(Normalize, MinmaxReachesZeroAndOne) {
  const Frame result = run("normalize: {method: minmax}", frame_of<std::int16_t>({{-100, 0, 300}}));
  EXPECT_EQ(largest_difference(result.pixels, (cv::Mat_<float>(1, 3) << 0, 0.25, 1)), 0);
  EXPECT_EQ(result.units, "minmax");
}

TEST(Normalize, ClipsToPercentilesBetweenRanks) {
  // numpy.percentile([0, 1, 2, 3, 100], [12.5, 75]) is 0.5 and 3.
  const Frame result =
      run("normalize: {method: minmax, percentiles: [12.5, 75]}", frame_of<double>({{100, 0, 3, 1, 2}}));
  EXPECT_LE(largest_difference(result.pixels, (cv::Mat_<double>(1, 5) << 1, 0, 1, 0.2, 0.6)), 1e-15);
}

// Frames that floats hold are measured as floats; in CV_64F they are measured in double.
TEST(Normalize, OfFloatsAndIntegersIsThatOfDoubles) {
  for (const cv::Size& size : kernel_sizes())
    for (const bool padded : {false, true})
      for (const int depth : {CV_8U, CV_16U, CV_16S, CV_32F})
        for (const char* yaml : {"normalize: {method: zscore}", "normalize: {method: minmax}",
                                 "normalize: {method: zscore, percentiles: [1, 99]}",
                                 "normalize: {method: minmax, clip: [10.3, 200.7]}"}) {
          Frame frame = noise_frame(size, depth, padded);
          frame.pixels *= depth == CV_8U ? 1 : 127;
          const Frame expected = in_depth(run(yaml, in_depth(frame, CV_64F)), CV_32F);
          EXPECT_EQ(largest_difference(run(yaml, frame).pixels, expected.pixels), 0)
              << yaml << " of " << size << " depth " << depth;
        }
}

TEST(Normalize, LeavesPaddingOut) {
  Frame frame = frame_of<float>({{-3000, 10, 20, 30}});
  frame.valid = (cv::Mat_<std::uint8_t>(1, 4) << 0, 255, 255, 255);
  EXPECT_EQ(largest_difference(run("normalize: {method: minmax}", frame).pixels,
                               (cv::Mat_<float>(1, 4) << 0, 0, 0.5, 1)),
            0);
  const Frame result = run("normalize: {percentiles: [0, 100]}", frame);
  EXPECT_FLOAT_EQ(result.pixels.at<float>(0, 3), std::sqrt(1.5F));
  frame.valid.setTo(0);
  EXPECT_EQ(reason("normalize: {}", frame), "no_valid_pixels");
}

TEST(Normalize, AFrameOfOneValueBecomesZero) {
  for (const char* yaml :
       {"normalize: {}", "normalize: {method: minmax}", "normalize: {percentiles: [1, 99]}"})
    EXPECT_EQ(cv::countNonZero(run(yaml, {.pixels = cv::Mat(9, 9, CV_32F, cv::Scalar{0.1})}).pixels), 0);
}

TEST(Normalize, ScaleAndShiftOfTheInputMakeNoDifference) {
  cv::Mat noise(40, 50, CV_64F);
  cv::RNG{11}.fill(noise, cv::RNG::NORMAL, 0, 1);
  for (const char* yaml : {"normalize: {percentiles: [2, 98]}", "normalize: {method: minmax}"})
    EXPECT_LE(largest_difference(run(yaml, {.pixels = noise}).pixels,
                                 run(yaml, {.pixels = cv::Mat{noise * 30 + 500}}).pixels),
              1e-10);
}

TEST(Normalize, RefusesWhatHasNoStatistics) {
  EXPECT_EQ(reason("normalize: {}", frame_of<float>({{1, std::nanf("")}})), "not_finite");
  EXPECT_EQ(reason("normalize: {}", {.pixels = cv::Mat(2, 2, CV_8UC3, cv::Scalar{0})}),
            "colour_not_supported");
  EXPECT_THROW(make_node("normalize: {percentiles: [99, 1]}"), ConfigError);
  EXPECT_THROW(make_node("normalize: {percentiles: [5]}"), ConfigError);
}

}  // namespace
}  // namespace radflow
