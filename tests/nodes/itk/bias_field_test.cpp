// bias_field. Numbers are those of SimpleITK 2.5.7: sitk.Shrink of frame and mask, N4BiasFieldCorrectionImageFilter on them, and
// the frame divided by the exponential of GetLogBiasFieldAsImage(frame).
#include <cmath>

#include "tests/nodes/masks.hpp"
#include "tests/nodes/pattern.hpp"

namespace radflow {
namespace {

// A disc of 200 in 100, with some texture, under a field that rises to the right and downwards. Values are whole numbers, so
// that Python has the same to the last bit: N4 magnifies differences, in SimpleITK 1e-7 of the values became 2e-4.
Frame shaded() {
  const Frame texture = pattern(40, 48);
  cv::Mat_<float> pixels(40, 48);
  for (int r = 0; r < 40; ++r)
    for (int c = 0; c < 48; ++c) {
      const bool disc = (r - 20) * (r - 20) + (c - 24) * (c - 24) < 150;
      const double field = std::exp(0.4 * std::sin(r / 25.0) + 0.3 * c / 48);
      pixels(r, c) =
          static_cast<float>(std::round(((disc ? 200 : 100) + texture.pixels.at<double>(r, c) / 20) * field));
    }
  return Frame{.pixels = pixels};
}

Mask ellipse() {
  cv::Mat_<std::uint16_t> labels(40, 48);
  for (int r = 0; r < 40; ++r)
    for (int c = 0; c < 48; ++c)
      labels(r, c) = (r - 20) * (r - 20) / 300.0 + (c - 24) * (c - 24) / 400.0 < 1 ? 3 : 0;
  return Mask{labels};
}

// Every 13th row and 15th column.
cv::Mat some_of(const cv::Mat& pixels) {
  cv::Mat_<float> some(4, 4);
  for (int r = 0; r < 4; ++r)
    for (int c = 0; c < 4; ++c) some(r, c) = pixels.at<float>(r * 13, c * 15);
  return some;
}

TEST(BiasField, EqualsSimpleITKOnTheShrunkFrame) {
  const cv::Mat expected = (cv::Mat_<float>(4, 4) << 179.457845, 180.36449, 176.062583, 186.146234,
                            189.085659, 366.9411, 362.617436, 189.134773, 186.011218, 372.842799, 375.795701,
                            192.275063, 193.493899, 189.421008, 192.256554, 191.372542);
  EXPECT_LE(largest_difference(some_of(run("bias_field: {}", shaded()).pixels), expected), 1e-4 * 400);
}

// Shrink 2, two levels of 20, control points [5, 4]: 48 mm and 40 mm by spans of 40 mm are two and one, and three more.
TEST(BiasField, EqualsSimpleITKWithinAMask) {
  const cv::Mat expected = (cv::Mat_<float>(4, 4) << 141.600638, 170.102229, 167.979608, 162.755478,
                            172.826957, 365.219173, 361.948115, 178.927526, 180.147444, 364.424458,
                            371.974973, 184.377126, 174.9994, 175.657069, 182.09239, 181.617284);
  Frame frame = shaded();
  frame.geometry.spacing = {.row = 1, .column = 1};
  Mask mask = ellipse();
  mask.geometry = frame.geometry;
  const Frame even =
      made<Frame>("bias_field: {shrink: 2, iterations: [20, 20], spline_distance: 40}", frame, mask);
  EXPECT_LE(largest_difference(some_of(even.pixels), expected), 1e-4 * 400);
}

TEST(BiasField, MakesWhatIsOneTissueOneValue) {
  const Frame frame = shaded();
  const Frame even = run("bias_field: {}", frame);
  const auto spread = [](const cv::Mat& pixels) {
    cv::Scalar mean, deviation;
    cv::meanStdDev(pixels.rowRange(0, 6), mean, deviation);
    return deviation[0] / mean[0];
  };
  EXPECT_LT(spread(even.pixels), spread(frame.pixels) / 2);
}

TEST(BiasField, RefusesWhatHasNoLogarithmUnlessAMaskLeavesItOut) {
  Frame frame = shaded();
  frame.pixels.at<float>(0, 0) = 0;
  EXPECT_EQ(reason("bias_field: {}", frame), "not_positive");
  EXPECT_EQ(why("bias_field: {}", frame, ellipse()), "");
  Frame padded = frame;
  padded.valid = cv::Mat(40, 48, CV_8U, cv::Scalar{255});
  padded.valid.at<std::uint8_t>(0, 0) = 0;
  EXPECT_EQ(run("bias_field: {}", padded).pixels.at<float>(0, 0), 0) << "padding stays";
}

TEST(BiasField, SaysWhatItCannotCompute) {
  EXPECT_EQ(reason("bias_field: {spline_distance: 40}", shaded()), "spacing_unknown");
  Frame small = pattern(15, 40);
  small.pixels += 1;
  EXPECT_EQ(reason("bias_field: {}", small), "too_small");
  EXPECT_EQ(reason("bias_field: {shrink: 3}", small), "");
  const Frame flat{.pixels = cv::Mat(40, 48, CV_16U, cv::Scalar{700})};
  EXPECT_EQ(largest_difference(run("bias_field: {}", flat).pixels, flat.pixels), 0);
  EXPECT_EQ(why("bias_field: {}", shaded(), Mask{cv::Mat::zeros(40, 48, CV_16U)}), "no_valid_pixels");
}

// The size of a file's pixels may be anything.
TEST(BiasField, RefusesALengthThatTakesTooManySplines) {
  const std::string node = "bias_field: {iterations: [1], spline_distance: 48}";
  for (const double odd : {61.0, 1e5, 1e300}) {
    Frame frame = shaded();
    frame.geometry.spacing = {.row = 1, .column = odd};
    EXPECT_EQ(reason(node, frame), odd == 61 ? "" : "too_many_control_points") << odd;
    frame.geometry.spacing = {.row = odd, .column = 1};
    EXPECT_EQ(reason(node, frame), odd == 61 ? "" : "too_many_control_points") << odd;
  }
}

}  // namespace
}  // namespace radflow
