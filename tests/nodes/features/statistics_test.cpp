#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/nodes/features/by_name.hpp"
#include "tests/nodes/features/ibsi.hpp"

namespace radflow {
namespace {

// By NumPy and scipy.stats 1.17.1 of patterned(): mean, std, skew, kurtosis, percentile.
TEST(Statistics, AreThoseOfNumPyAndSciPy) {
  const auto values = by_name("statistics: {}", patterned());
  EXPECT_DOUBLE_EQ(values.at("mean"), 15.375);
  EXPECT_NEAR(values.at("deviation"), 8.801574196320413, 1e-12);
  EXPECT_NEAR(values.at("skewness"), -0.030254859400524633, 1e-12);
  EXPECT_NEAR(values.at("kurtosis"), -1.269931140153391, 1e-12);
  EXPECT_DOUBLE_EQ(values.at("p05"), 1);
  EXPECT_DOUBLE_EQ(values.at("p25"), 8);
  EXPECT_DOUBLE_EQ(values.at("p50"), 15);
  EXPECT_DOUBLE_EQ(values.at("p75"), 24);
  EXPECT_NEAR(values.at("p95"), 28.05, 1e-12);
}

// By NumPy: abs(diff) along both axes, its mean and std; abs(p - p[:, ::-1]).mean().
TEST(Statistics, OfNeighboursAndMirroredPixelsAreThoseOfNumPy) {
  const auto values =
      by_name("statistics: {of: [mean_step_x, deviation_step_x, mean_step_y, deviation_step_y, asymmetry]}",
              patterned());
  EXPECT_NEAR(values.at("mean_step_x"), 14.727272727272727, 1e-12);
  EXPECT_NEAR(values.at("deviation_step_x"), 3.413633337367016, 1e-12);
  EXPECT_NEAR(values.at("mean_step_y"), 14.148148148148149, 1e-12);
  EXPECT_NEAR(values.at("deviation_step_y"), 4.369114697202557, 1e-12);
  EXPECT_NEAR(values.at("asymmetry"), 11.183333333333334, 1e-12);
}

TEST(Statistics, OfNeighboursLeaveOutPairsWithPadding) {
  Frame frame = frame_of<float>({{1, 4, -2000, 9}});
  frame.valid = (cv::Mat_<std::uint8_t>(1, 4) << 255, 255, 0, 255);
  const auto values = by_name("statistics: {of: [mean_step_x, mean_step_y, asymmetry]}", frame);
  EXPECT_EQ(values.at("mean_step_x"), 3);
  EXPECT_TRUE(std::isnan(values.at("mean_step_y"))) << "one row has no neighbours";
  EXPECT_EQ(values.at("asymmetry"), 8) << "of the first and the last pixel, which see each other";
}

TEST(Statistics, OfEqualValues) {
  const Frame flat{.pixels = cv::Mat(5, 5, CV_16S, cv::Scalar{-32768})};
  const auto values = by_name(
      "statistics: {of: [mean, variance, skewness, kurtosis, range, entropy, sharpness, signal_to_noise], "
      "range: [-32768, 32767], bins: 4}",
      flat);
  EXPECT_EQ(values.at("mean"), -32768);
  for (const char* name : {"variance", "skewness", "kurtosis", "range", "entropy", "sharpness"})
    EXPECT_EQ(values.at(name), 0) << name;
  EXPECT_TRUE(std::isnan(values.at("signal_to_noise")));
}

TEST(Statistics, EntropyIsInBits) {
  EXPECT_EQ(by_name("statistics: {of: [entropy]}", frame_of<std::uint8_t>({{0, 1, 2, 3}})).at("entropy"), 2);
  EXPECT_EQ(reason("statistics: {of: [entropy]}", frame_of<float>({{0, 1}})), "range_required");
}

TEST(Statistics, PaddingAndWhatAMaskLeavesOutDoNotCount) {
  Frame frame = frame_of<float>({{1, 3, -2000}, {5, 7, 9}});
  frame.valid = cv::Mat(2, 3, CV_8U, cv::Scalar{255});
  frame.valid.at<std::uint8_t>(0, 2) = 0;
  EXPECT_EQ(by_name("statistics: {of: [mean]}", frame).at("mean"), 5);
  const Mask mask = mask_of({{1, 1, 1}, {0, 2, 2}});
  EXPECT_EQ(by_name("statistics: {of: [mean]}", frame, mask).at("mean"), 5);
  EXPECT_EQ(by_name("statistics: {of: [mean], label: 1}", frame, mask).at("mean"), 2);
  EXPECT_TRUE(std::isnan(by_name("statistics: {of: [mean], label: 3}", frame, mask).at("mean")));
}

TEST(Statistics, ByCell) {
  const auto values =
      by_name("statistics: {of: [mean], grid: [1, 2]}", frame_of<std::uint8_t>({{1, 3, 5, 9}}));
  EXPECT_EQ(values.at("r0.c0.mean"), 2);
  EXPECT_EQ(values.at("r0.c1.mean"), 7);
}

TEST(Statistics, NoiseOfAKnownDeviationIsFound) {
  Frame frame{.pixels = cv::Mat(256, 256, CV_64F)};
  cv::RNG{7}.fill(frame.pixels, cv::RNG::NORMAL, 100, 5);
  EXPECT_NEAR(by_name("statistics: {of: [signal_to_noise]}", frame).at("signal_to_noise"), 20, 0.4);
}

TEST(Statistics, AreIbsisOnItsDigitalPhantom) {
  RADFLOW_NEEDS_IBSI();
  // All slices below each other: statistics do not see where a value stands.
  const auto slices = ibsi_slices();
  Frame frame;
  Mask mask;
  for (const IbsiSlice& slice : slices) {
    frame.pixels.push_back(slice.frame.pixels);
    mask.labels.push_back(slice.mask.labels);
  }
  const auto values = by_name(
      "statistics: {of: [mean, variance, skewness, kurtosis, median, minimum, percentiles, maximum, "
      "interquartile_range, "
      "range, mean_absolute_deviation, median_absolute_deviation, coefficient_of_variation, energy, "
      "root_mean_square], "
      "percentiles: [10, 90]}",
      frame, mask);
  for (const auto& [tag, name] :
       std::map<std::string, std::string>{{"stat_mean", "mean"},
                                          {"stat_var", "variance"},
                                          {"stat_skew", "skewness"},
                                          {"stat_kurt", "kurtosis"},
                                          {"stat_median", "median"},
                                          {"stat_min", "minimum"},
                                          {"stat_p10", "p10"},
                                          {"stat_p90", "p90"},
                                          {"stat_max", "maximum"},
                                          {"stat_iqr", "interquartile_range"},
                                          {"stat_range", "range"},
                                          {"stat_mad", "mean_absolute_deviation"},
                                          {"stat_medad", "median_absolute_deviation"},
                                          {"stat_cov", "coefficient_of_variation"},
                                          {"stat_energy", "energy"},
                                          {"stat_rms", "root_mean_square"}})
    expect_ibsi(values.at(name), tag);
}

}  // namespace
}  // namespace radflow
