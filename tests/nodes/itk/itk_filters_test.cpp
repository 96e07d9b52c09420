// anisotropic_diffusion and vesselness. Numbers are those of SimpleITK 2.5.7 for pattern(6, 8) in float.
#include <limits>

#include "tests/nodes/pattern.hpp"

namespace radflow {
namespace {

Frame small() {
  Frame frame = pattern(6, 8);
  frame.pixels.convertTo(frame.pixels, CV_32F);
  return frame;
}

// The greatest difference, by the greatest of the expected values.
double relative(const cv::Mat& pixels, const cv::Mat& expected) {
  return largest_difference(pixels, expected) / cv::norm(expected, cv::NORM_INF);
}

// sitk.CurvatureAnisotropicDiffusion(image, 0.0625, 3.0, 1, 5), then (image, 0.1, 1.0, 1, 2).
TEST(AnisotropicDiffusion, EqualsSimpleITK) {
  const cv::Mat expected =
      (cv::Mat_<float>(6, 8) << 15.1084, 24.08618, 27.73974, 25.99332, 52.98447, 54.81891, 43.82032, 43.65887,
       40.97094, 38.73553, 29.49419, 21.19462, 28.98299, 42.42613, 42.27751, 42.84877, 47.80296, 47.55285,
       30.72836, 20.74613, 28.59538, 46.80564, 46.62741, 45.03489, 49.03698, 53.78563, 51.33722, 30.75515,
       41.67842, 62.39014, 67.39413, 70.0266, 53.84697, 53.0055, 50.05864, 40.1317, 53.04903, 62.36781,
       68.31316, 70.45329, 62.67729, 44.93382, 46.1976, 59.27835, 66.68537, 69.63982, 69.76812, 63.35785);
  EXPECT_LE(relative(run("anisotropic_diffusion: {}", small()).pixels, expected), 1e-4);
  const cv::Mat other =
      (cv::Mat_<float>(6, 8) << 5.413636, 16.0563, 30.68982, 15.67971, 77.31651, 76.91077, 19.96513, 44.66359,
       40.9448, 49.30836, 29.17972, 15.29478, 20.08878, 32.27429, 39.61568, 43.28868, 56.83017, 43.31419,
       21.04422, 11.76759, 25.16335, 50.96666, 43.8617, 39.30041, 24.68025, 76.83898, 79.50954, 16.17384,
       40.58462, 76.68658, 80.24925, 80.85439, 54.41434, 54.84472, 58.82121, 13.77821, 54.06487, 60.24789,
       61.90611, 74.26916, 81.53343, 14.01243, 39.38422, 79.23676, 69.17868, 70.79261, 80.43283, 54.39555);
  const char* yaml = "anisotropic_diffusion: {iterations: 2, conductance: 1, time_step: 0.1}";
  EXPECT_LE(relative(run(yaml, small()).pixels, other), 1e-4);
}

// sitk.RecursiveGaussian with normalizeAcrossScale gives the second derivatives, NumPy their eigenvalues and the measure
// (bright vessels of sigma 1 and 2; dark spots of sigma 1.5).
TEST(Vesselness, EqualsWhatSimpleITKsDerivativesGive) {
  const cv::Mat vessels =
      (cv::Mat_<float>(6, 8) << 0, 0, 1.329586, 0, 9.306941, 18.24225, 0, 0, 9.323114, 14.1321, 0, 0, 0, 0, 0,
       0, 13.1099, 11.95264, 0, 0, 0, 5.543626, 0.7938742, 0.8153894, 3.710558, 11.17876, 9.9079, 0, 0,
       2.060901, 10.53586, 15.81725, 2.57986, 7.281161, 7.410663, 0, 0.1292331, 5.431644, 11.00572, 11.40403,
       12.10474, 0, 0, 12.56987, 4.684936, 10.08449, 13.63311, 10.13395);
  const Frame bright = run("vesselness: {sigmas: [1, 2]}", small());
  EXPECT_LE(relative(bright.pixels, vessels), 1e-4);
  EXPECT_EQ(bright.units, "vesselness");
  const cv::Mat spots = (cv::Mat_<float>(6, 8) << 0, 0, 0, 0, 0, 0, 0, 0.3997742, 0, 0, 0, 0.0526581,
                         0.03152074, 0, 0, 0, 0, 0, 0, 0.3874588, 0.5579415, 0, 0, 0, 0, 0, 0, 0.02154321,
                         0.39218, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  const char* yaml = "vesselness: {sigmas: [1.5], looks: dark, shape: spot, gamma: 2, scaled: false}";
  EXPECT_LE(relative(run(yaml, small()).pixels, spots), 1e-4);
}

TEST(Vesselness, IsGreatestOnALineOfTheWidth) {
  Frame frame{.pixels = cv::Mat(32, 32, CV_16S, cv::Scalar{-1000})};
  frame.pixels.colRange(15, 18) = 400;
  const cv::Mat measured = run("vesselness: {}", frame).pixels;
  EXPECT_GT(measured.at<float>(16, 16), 50);
  EXPECT_LT(measured.at<float>(16, 24), 0.01) << "beside the line the frame bends the other way";
  EXPECT_EQ(cv::countNonZero(run("vesselness: {looks: dark}", frame).pixels.col(16)), 0);
}

TEST(ItkNodes, KeepTheDepthAndRoundIntegers) {
  for (int depth : {CV_8U, CV_16U, CV_16S, CV_32S, CV_64F}) {
    Frame frame = small();
    frame.pixels.convertTo(frame.pixels, depth);
    const cv::Mat smooth = run("anisotropic_diffusion: {}", frame).pixels;
    ASSERT_EQ(smooth.depth(), depth);
    cv::Mat expected;
    run("anisotropic_diffusion: {}", small()).pixels.convertTo(expected, depth);
    EXPECT_LE(largest_difference(smooth, expected), 0);
  }
}

// What does not count reaches nothing, whatever stands there.
TEST(ItkNodes, LeavePaddingAndWhatIsNotFiniteOut) {
  const auto with = [](float padding, float odd) {
    Frame frame = pattern(16, 20);
    frame.pixels.convertTo(frame.pixels, CV_32F, 1, 1);
    frame.valid = cv::Mat(16, 20, CV_8U, cv::Scalar{255});
    frame.valid.colRange(0, 4) = 0;
    frame.pixels.colRange(0, 4) = padding;
    frame.pixels.at<float>(8, 12) = odd;
    return frame;
  };
  const float infinity = std::numeric_limits<float>::infinity(),
              nan = std::numeric_limits<float>::quiet_NaN();
  for (const char* yaml : {"anisotropic_diffusion: {}", "vesselness: {}", "bias_field: {shrink: 1}"}) {
    const cv::Mat a = run(yaml, with(-3000, infinity)).pixels, b = run(yaml, with(12, nan)).pixels;
    cv::Mat both = (a == a) & (b == b) & (cv::abs(a) < 1e30);
    EXPECT_EQ(cv::countNonZero(both.colRange(4, 20)),
              16 * 16 - (std::string{yaml}.starts_with("vess") ? 0 : 1))
        << yaml;
    EXPECT_EQ(cv::norm(a.colRange(4, 20), b.colRange(4, 20), cv::NORM_INF, both.colRange(4, 20)), 0) << yaml;
    EXPECT_GT(cv::norm(a.colRange(4, 20), cv::NORM_INF, both.colRange(4, 20)), 1) << yaml;
  }
}

TEST(ItkNodes, SayWhatTheyCannotCompute) {
  Frame huge = small();
  huge.pixels *= 1e37;
  EXPECT_EQ(reason("anisotropic_diffusion: {}", huge), "not_finite");
  EXPECT_EQ(reason("vesselness: {}", pattern(3, 9)), "too_small");
  const Frame flat{.pixels = cv::Mat(9, 9, CV_8U, cv::Scalar{7})};
  EXPECT_EQ(largest_difference(run("anisotropic_diffusion: {}", flat).pixels, flat.pixels), 0);
  EXPECT_LE(cv::norm(run("vesselness: {}", flat).pixels, cv::NORM_INF), 1e-4);
}

}  // namespace
}  // namespace radflow
