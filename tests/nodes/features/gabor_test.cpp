#include <cmath>

#include "tests/nodes/features/by_name.hpp"

namespace radflow {
namespace {

// By scikit-image 0.26.0 and SciPy 1.17.1, `a` as in patterned():
//   k = gabor_kernel(1 / wavelength, theta=np.pi * angle / 3, sigma_x=sigma, sigma_y=sigma / aspect, n_stds=3)
//   m = np.hypot(ndi.convolve(a, k.real, mode="reflect"), ndi.convolve(a, k.imag, mode="reflect"))
//   m.mean(), m[:5, :6].mean()
TEST(Gabor, IsScikitImages) {
  const auto fine = by_name("gabor: {bank: [[1.2, 3]], angles: 3}", patterned());
  EXPECT_NEAR(fine.at("k0.a0"), 1.4724665947073121, 1e-9);
  EXPECT_NEAR(fine.at("k0.a1"), 1.5349700787527591, 1e-9);
  EXPECT_NEAR(fine.at("k0.a2"), 1.7330009232301167, 1e-9);
  const auto coarse = by_name("gabor: {bank: [[2, 5]], angles: 3, aspect: 0.8, grid: [2, 2]}", patterned());
  EXPECT_EQ(coarse.size(), 12U);
  EXPECT_NEAR(coarse.at("r0.c0.k0.a0"), 1.0494540738760791, 1e-9);
  EXPECT_NEAR(coarse.at("r0.c0.k0.a1"), 1.0624341980436012, 1e-9);
  EXPECT_NEAR(coarse.at("r0.c0.k0.a2"), 0.7863486770350865, 1e-9);
  // Larger than the frame: of 19 to 21, and of 33 to 37 pixels, which OpenCV filters; both in one bank.
  const auto large = by_name("gabor: {bank: [[3.2, 9], [6, 15]], angles: 3}", patterned());
  EXPECT_NEAR(large.at("k0.a0"), 1.3161863455769096, 1e-9);
  EXPECT_NEAR(large.at("k0.a1"), 1.3631023226839787, 1e-9);
  EXPECT_NEAR(large.at("k0.a2"), 1.2990187115002140, 1e-9);
  EXPECT_NEAR(large.at("k1.a0"), 0.6943136793464630, 1e-9);
  EXPECT_NEAR(large.at("k1.a1"), 0.8124445050976074, 1e-9);
  EXPECT_NEAR(large.at("k1.a2"), 0.5539868650407010, 1e-9);
}

TEST(Gabor, AUnitKernelDoesNotSeeAFlatFrame) {
  const Frame flat{.pixels = cv::Mat(20, 20, CV_16S, cv::Scalar{-900})};
  for (const auto& [name, value] : by_name("gabor: {kernel: unit}", flat))
    EXPECT_NEAR(value, 0, 1e-9) << name;
  for (const auto& [name, value] : by_name("gabor: {kernel: unit, log: true}", flat))
    EXPECT_NEAR(value, std::log(0.05), 1e-6) << name;
}

TEST(Gabor, AnswersMostToTheWaveItIsMadeFor) {
  Frame waves{.pixels = cv::Mat(40, 40, CV_32F)};
  for (int r = 0; r < 40; ++r)
    for (int c = 0; c < 40; ++c)
      waves.pixels.at<float>(r, c) = static_cast<float>(std::sin(2 * M_PI * c / 5));
  const auto answers = by_name("gabor: {bank: [[2, 5], [3.2, 9]], angles: 2, kernel: unit}", waves);
  for (const auto& [name, value] : answers)
    if (name != "k0.a0") {
      EXPECT_LT(value, answers.at("k0.a0")) << name;
    }
}

TEST(Gabor, PaddingAndWhatAMaskLeavesOutCountInNoMean) {
  Frame frame{.pixels = cv::Mat(20, 20, CV_32F, cv::Scalar{10})};
  frame.pixels.at<float>(3, 3) = -2000;
  frame.valid = cv::Mat(20, 20, CV_8U, cv::Scalar{255});
  frame.valid.at<std::uint8_t>(3, 3) = 0;
  for (const auto& [name, value] : by_name("gabor: {kernel: unit}", frame))
    EXPECT_NEAR(value, 0, 1e-9) << name;
  const Mask nothing{cv::Mat::zeros(20, 20, CV_16U)};
  for (const auto& [name, value] : by_name("gabor: {}", frame, nothing))
    EXPECT_TRUE(std::isnan(value)) << name;
}

TEST(Gabor, RefusesWhatHasNoAnswer) {
  EXPECT_EQ(reason("gabor: {}", frame_of<float>({{NAN, 1}})), "not_finite");
  EXPECT_EQ(reason("gabor: {}", frame_of<float>({{INFINITY, 1}})), "not_finite");
  EXPECT_EQ(reason("gabor: {}", frame_of<float>({{4}})), "");
}

}  // namespace
}  // namespace radflow
