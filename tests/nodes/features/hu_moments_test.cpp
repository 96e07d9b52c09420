#include <cmath>

#include "tests/nodes/features/by_name.hpp"

namespace radflow {
namespace {

void expect_near(const std::vector<double>& values, const std::vector<double>& expected) {
  ASSERT_EQ(values.size(), expected.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    EXPECT_NEAR(values[i], expected[i], 1e-9 * std::abs(expected[i])) << i;
}

// By scikit-image 0.26.0, `a` as in patterned(): moments_hu(moments_normalized(moments_central(a))), and of (a > 20). Its
// first axis runs down the rows, so the seventh is that of the mirrored picture and has the other sign here.
TEST(HuMoments, AreScikitImages) {
  expect_near(made<Features>("hu_moments: {}", patterned()).values,
              {0.010820440945796492, 4.78173578833867e-06, 2.3975486602120387e-09, 1.1779569590687494e-09,
               -1.6422027931532367e-18, -9.802306437715361e-13, 1.1054381145203644e-18});
  const Frame frame = patterned();
  Mask above{cv::Mat::zeros(frame.pixels.size(), CV_16U)};
  above.labels.setTo(1, frame.pixels > 20);
  expect_near(made<Features>("hu_moments: {of: mask}", frame, above).values,
              {0.47598324675814707, 0.011299027036787401, 0.0005962131526271978, 0.0009801357909652295,
               -4.32920867907614e-07, -4.029761494605193e-05, 6.115258514472396e-07});
}

TEST(HuMoments, StayWhereAFrameIsTurnedAndTheLastChangesItsSignInAMirror) {
  Frame turned = patterned(), mirrored = patterned();
  cv::rotate(patterned().pixels, turned.pixels, cv::ROTATE_90_CLOCKWISE);
  cv::flip(patterned().pixels, mirrored.pixels, 1);
  auto values = made<Features>("hu_moments: {}", patterned()).values;
  expect_near(made<Features>("hu_moments: {}", turned).values, values);
  values[6] = -values[6];
  expect_near(made<Features>("hu_moments: {}", mirrored).values, values);
}

TEST(HuMoments, WithoutWeightAreMissing) {
  for (const double value :
       made<Features>("hu_moments: {}", Frame{.pixels = cv::Mat::zeros(4, 4, CV_8U)}).values)
    EXPECT_TRUE(std::isnan(value));
  EXPECT_EQ(reason("hu_moments: {}", frame_of<float>({{NAN, 1}})), "not_finite");
}

}  // namespace
}  // namespace radflow
