// non_local_means. Numbers are those of scikit-image 0.26, denoise_nl_means(image, preserve_range=True, ...).
#include <cmath>
#include <limits>

#include "tests/nodes/pattern.hpp"

namespace radflow {
namespace {

TEST(NonLocalMeans, EqualsScikitImage) {
  const Frame wide = run("non_local_means: {h: 12, sigma: 15}", pattern(7, 9));
  // h=12, sigma=15, patch_size=7, patch_distance=11: both reach far beyond the border.
  const cv::Mat expected =
      (cv::Mat_<double>(7, 9) << 37.84825502, 32.042659303, 37.567482094, 20.928468142, 55.570225895,
       62.085116656, 32.924002534, 42.847328317, 29.358874027, 43.780365122, 66.527104988, 44.459799078,
       20.038750053, 32.552170369, 40.510091982, 59.524059045, 46.418013669, 36.066060916, 63.417183449,
       38.750106765, 26.837280795, 14.46342286, 34.106051546, 51.41639314, 34.50647895, 35.236941393,
       26.951521868, 40.283582993, 76.425357543, 66.438856032, 27.04511708, 48.650112231, 75.026369818,
       73.217924906, 60.745719626, 35.578523541, 49.158661996, 54.513688055, 55.138259749, 20.459131176,
       57.459575454, 40.987513189, 46.552386439, 53.824075901, 23.207914753, 71.13594774, 23.622234779,
       38.848934551, 69.122169389, 65.872840912, 71.424649427, 73.697452147, 47.759239524, 23.834583566,
       29.352096258, 54.653437507, 30.34338047, 15.555365121, 22.450770087, 31.802025203, 47.154292744,
       39.276799458, 21.474787032);
  EXPECT_LE(largest_difference(wide.pixels, expected), 1e-6);
  const Frame narrow = run("non_local_means: {h: 20, patch_radius: 1, distance: 2}", pattern(7, 9));
  // h=20, sigma=0, patch_size=3, patch_distance=2.
  const cv::Mat few =
      (cv::Mat_<double>(7, 9) << 27.230807805, 26.39677568, 30.745376818, 20.305806659, 48.674960009,
       49.184619163, 29.138089338, 40.36328926, 35.501544051, 39.193597436, 51.648076625, 31.058471071,
       23.921983959, 24.580445163, 31.882803501, 49.634471446, 43.386357953, 43.281351068, 61.094930413,
       33.365038017, 29.479694935, 22.584204687, 35.280618867, 44.65298235, 39.900196523, 39.818687986,
       41.478892008, 33.198016758, 66.603689335, 57.341301561, 26.331319175, 49.416080085, 72.254571579,
       65.293897683, 67.590510733, 46.978917203, 41.288426952, 51.586650953, 52.831379992, 22.073551823,
       43.910092274, 35.925394818, 52.205156814, 60.654055875, 40.03961777, 68.323466957, 20.691989029,
       47.597816318, 70.763793141, 69.700455863, 73.992661789, 70.15546643, 47.361690636, 39.05416438,
       35.015960142, 59.228491841, 35.469344635, 17.873624302, 26.848532085, 32.915923507, 54.946349581,
       43.541262343, 38.264679676);
  EXPECT_LE(largest_difference(narrow.pixels, few), 1e-6);
}

TEST(NonLocalMeans, EveryDepthGivesTheSameRoundedPicture) {
  const Frame exact = run("non_local_means: {h: 12, sigma: 15}", pattern(7, 9));
  for (int depth : {CV_8U, CV_8S, CV_16U, CV_16S, CV_32S, CV_32F}) {
    Frame frame = pattern(7, 9);
    frame.pixels.convertTo(frame.pixels, depth);
    const Frame smooth = run("non_local_means: {h: 12, sigma: 15}", frame);
    ASSERT_EQ(smooth.pixels.depth(), depth);
    cv::Mat expected;
    exact.pixels.convertTo(expected, depth);
    EXPECT_LE(largest_difference(smooth.pixels, expected), depth == CV_32F ? 1e-5 : 0);
  }
}

TEST(NonLocalMeans, TakesNoiseAwayAndKeepsAnEdge) {
  Frame frame{.pixels = cv::Mat(40, 40, CV_32F, cv::Scalar{100})};
  frame.pixels.colRange(20, 40) = 300;
  const cv::Mat clean = frame.pixels.clone();
  cv::Mat noise(40, 40, CV_32F);
  cv::RNG{5}.fill(noise, cv::RNG::NORMAL, 0, 10);
  frame.pixels += noise;
  const cv::Mat smooth = run("non_local_means: {h: 8, sigma: 10}", frame).pixels;
  EXPECT_LT(cv::norm(smooth, clean), cv::norm(frame.pixels, clean) / 4);
}

// What does not count has no weight, whatever stands there, and stays.
TEST(NonLocalMeans, PaddingAndWhatIsNotFiniteStayAndReachNothingElse) {
  const auto with = [](double padding, double odd) {
    Frame frame = pattern(9, 12);
    frame.valid = cv::Mat(9, 12, CV_8U, cv::Scalar{255});
    frame.valid.colRange(0, 3) = 0;
    frame.pixels.colRange(0, 3) = padding;
    frame.pixels.at<double>(4, 8) = odd;
    return frame;
  };
  const Frame low = with(-1e300, std::numeric_limits<double>::infinity());
  const Frame high = with(50, std::numeric_limits<double>::quiet_NaN());
  cv::Mat a = run("non_local_means: {h: 20}", low).pixels, b = run("non_local_means: {h: 20}", high).pixels;
  EXPECT_EQ(largest_difference(a.colRange(0, 3), low.pixels.colRange(0, 3)), 0);
  EXPECT_TRUE(std::isinf(a.at<double>(4, 8)) && std::isnan(b.at<double>(4, 8)));
  a.at<double>(4, 8) = b.at<double>(4, 8) = 0;
  EXPECT_EQ(largest_difference(a.colRange(3, 12), b.colRange(3, 12)), 0);
  EXPECT_TRUE(cv::checkRange(a.colRange(3, 12)));
}

TEST(NonLocalMeans, AConstantAndASinglePixelStay) {
  for (const cv::Size& size : {cv::Size{1, 1}, cv::Size{5, 1}, cv::Size{6, 8}}) {
    const Frame frame{.pixels = cv::Mat(size, CV_16S, cv::Scalar{-32768})};
    EXPECT_EQ(largest_difference(run("non_local_means: {h: 1}", frame).pixels, frame.pixels), 0);
  }
}

}  // namespace
}  // namespace radflow
