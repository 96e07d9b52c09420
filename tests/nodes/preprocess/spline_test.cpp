// `interpolation: bspline` of resize and rotate, and resize by `spacing` and `factor`. Numbers are those of scikit-image 0.26
// and SciPy 1.17 for pattern(6, 8).
#include <cmath>
#include <limits>

#include "nodes/imaging/geometry.hpp"
#include "tests/nodes/pattern.hpp"

namespace radflow {
namespace {

// skimage.transform.resize(image, (5, 11), order=3, mode='reflect', anti_aliasing=True, preserve_range=True).
TEST(BSpline, ResizeEqualsScikitImageOfOrder3) {
  const cv::Mat expected =
      (cv::Mat_<double>(5, 11) << 0.485226832, 2.761780261, 26.988378727, 42.766879002, 5.257516709,
       32.456094133, 90.377552313, 82.605805402, 21.915365972, 25.420092744, 51.593700023, 56.511443102,
       64.122833341, 54.548874463, 18.671577162, 8.43337902, 8.984299335, 7.811646885, 17.440760315,
       54.539509311, 49.887147569, 31.890831203, 44.616677777, 52.440213927, 61.605391084, 46.113023093,
       14.619656589, 14.014550998, 52.599907249, 89.203272108, 71.792417739, 55.775074335, 57.597346858,
       33.730489649, 54.074580991, 91.805893909, 75.600926831, 3.826190828, 14.500366408, 57.063462377,
       47.760244026, 53.319693521, 77.379500631, 88.356120933, 84.156308916, 42.018530232, 0.0, 38.898502212,
       82.436173828, 83.562091566, 65.403448925, 69.523753554, 95.253815583, 72.966414109, 47.563714973);
  const Frame result = run("resize: {width: 11, height: 5, interpolation: bspline}", pattern(6, 8));
  EXPECT_LE(largest_difference(result.pixels, expected), 1e-6);
}

// scipy.ndimage.affine_transform(image, [[cos, sin], [-sin, cos]], offset, order=3, mode='constant', cval=-7) about the
// centre, clipped to the range of the image.
TEST(BSpline, RotateEqualsSciPyOfOrder3) {
  const cv::Mat expected =
      (cv::Mat_<double>(6, 8) << -7.0, -7.0, -7.0, 93.939528094, 46.747443725, 68.151594173, 23.536167782,
       -7.0, -7.0, -7.0, 5.79708907, 16.05585489, 16.113048006, 43.849336834, 51.699510733, -7.0, 15.26226357,
       53.844533429, 9.642229402, 5.438708568, 46.093375753, 96.0, 83.417436931, 82.855617532, 51.42744415,
       39.867775539, 25.860245239, 17.175594597, 23.891807088, 55.927677225, 40.382370028, 76.795143542, -7.0,
       52.441518366, 96.0, 52.021538076, 8.893628388, 65.641755234, -7.0, -7.0, -7.0, 18.917626993,
       61.953967618, 43.80707092, 79.242632524, -7.0, -7.0, -7.0);
  const Frame result = run("rotate: {angle: 30, fill: -7, interpolation: bspline}", pattern(6, 8));
  EXPECT_LE(largest_difference(result.pixels, expected), 1e-6);
  EXPECT_EQ(largest_difference(result.valid, expected != -7), 0);
  EXPECT_TRUE(
      run("rotate: {angle: 30, interpolation: bspline, outside: value}", pattern(6, 8)).valid.empty());
}

TEST(BSpline, AQuarterTurnIsExactInEveryDepth) {
  for (int depth : {CV_8U, CV_8S, CV_16U, CV_16S, CV_32S, CV_32F, CV_64F}) {
    Frame frame = pattern(5, 5);
    frame.pixels.convertTo(frame.pixels, depth);
    cv::Mat expected;
    cv::rotate(frame.pixels, expected, cv::ROTATE_90_COUNTERCLOCKWISE);
    for (const char* kind : {"nearest", "bspline"}) {
      const Frame turned = run("rotate: {angle: 90, interpolation: " + std::string{kind} + "}", frame);
      ASSERT_EQ(turned.pixels.depth(), depth);
      EXPECT_LE(largest_difference(turned.pixels, expected), 1e-5) << kind << ", depth " << depth;
      EXPECT_TRUE(turned.valid.empty()) << kind;
    }
  }
}

// A spline depends on every pixel: what does not count must not reach the others by it.
TEST(BSpline, PaddingAndWhatIsNotFiniteReachNoOtherPixel) {
  const auto with = [](double padding, double odd) {
    Frame frame = pattern(12, 12);
    frame.valid = cv::Mat(12, 12, CV_8U, cv::Scalar{255});
    frame.valid.colRange(0, 2) = 0;
    frame.pixels.colRange(0, 2) = padding;
    frame.pixels.at<double>(9, 9) = odd;
    return frame;
  };
  for (const char* yaml :
       {"resize: {factor: 2, interpolation: bspline}", "rotate: {angle: 10, interpolation: bspline}"}) {
    const Frame a = run(yaml, with(-1e9, std::numeric_limits<double>::infinity()));
    const Frame b = run(yaml, with(77, std::numeric_limits<double>::quiet_NaN()));
    EXPECT_EQ(largest_difference(a.valid, b.valid), 0);
    EXPECT_GT(cv::countNonZero(a.valid), 0);
    const cv::Mat finite = cv::abs(a.pixels) <= 1e300;
    EXPECT_EQ(cv::norm(a.pixels, b.pixels, cv::NORM_INF, finite & a.valid), 0) << yaml;
    EXPECT_GT(cv::countNonZero(finite & a.valid), static_cast<int>(a.pixels.total()) / 2) << yaml;
  }
}

TEST(RotateNearest, TurnsCodes) {
  Frame codes = pattern(5, 5);
  codes.levels = 97;
  EXPECT_EQ(reason("rotate: {angle: 30, interpolation: bspline}", codes), "codes_not_supported");
  const Frame turned = run("rotate: {angle: 30, interpolation: nearest}", codes);
  EXPECT_EQ(turned.levels, 97);
  EXPECT_EQ(turned.pixels.at<double>(2, 2), codes.pixels.at<double>(2, 2));
}

// skimage.transform.rescale(image, .5, order=1, mode='reflect', anti_aliasing=True, preserve_range=True).
TEST(Resize, ByAFactorEqualsScikitImagesRescale) {
  const cv::Mat expected =
      (cv::Mat_<double>(3, 4) << 33.037755456, 23.356224527, 44.22432037, 42.600182489, 54.225405739,
       29.859020802, 51.095779133, 60.43028803, 49.335632441, 47.654102225, 58.130548006, 68.623450088);
  EXPECT_LE(largest_difference(run("resize: {factor: 0.5}", pattern(6, 8)).pixels, expected), 1e-6);
  const cv::Mat least = run("resize: {factor: 0.01}", pattern(6, 8)).pixels;
  EXPECT_EQ(least.size(), (cv::Size{1, 1})) << "at least one pixel is left";
}

// Pixels of 0.8 x 0.5 mm (rows, columns) become pixels of exactly 1 x 1 mm; the patient stays where it was.
TEST(Resize, ToPixelsOfASizeInMm) {
  Frame frame = pattern(11, 21);
  frame.geometry = oblique();
  const Frame result = run("resize: {spacing: [1, 1]}", frame);
  EXPECT_EQ(result.pixels.size(), (cv::Size{11, 9})) << "10.5 and 8.8 mm";
  ASSERT_TRUE(result.geometry.spacing);
  EXPECT_DOUBLE_EQ(result.geometry.spacing->row, 1);
  EXPECT_DOUBLE_EQ(result.geometry.spacing->column, 1);
  // The corner of the first pixel stays.
  const auto before = patient_position(frame.geometry, -0.5, -0.5),
             after = patient_position(result.geometry, -0.5, -0.5);
  for (int axis = 0; axis < 3; ++axis) EXPECT_NEAR((*before)[axis], (*after)[axis], 1e-9);
  EXPECT_EQ(reason("resize: {spacing: [1, 1]}", pattern(3, 3)), "spacing_unknown");
}

// The size of a file's pixels may be anything.
TEST(Resize, RefusesALengthThatMakesNoSense) {
  for (const char* kind : {"nearest", "linear", "cubic", "area", "bspline"}) {
    const std::string node = "resize: {spacing: [1, 1], interpolation: " + std::string{kind} + "}";
    const auto refused = [&](double row, double column) {
      Frame frame = pattern(11, 21);
      frame.geometry.spacing = {.row = row, .column = column};
      return reason(node, frame);
    };
    for (const double tiny : {1e-6, 1e-300, 5e-324, 0.02}) {
      EXPECT_EQ(refused(tiny, 1), "too_small") << kind << ", " << tiny;
      EXPECT_EQ(refused(1, tiny), "too_small") << kind << ", " << tiny;
    }
    for (const double huge : {1e8, 1e300}) {
      EXPECT_EQ(refused(huge, 1), "too_large") << kind << ", " << huge;
      EXPECT_EQ(refused(1, huge), "too_large") << kind << ", " << huge;
    }
    EXPECT_EQ(refused(0.05, 1), "") << "0.55 mm are a pixel";
  }
}

// Along x the pixel at column i holds i: resampled to another spacing it holds its place in old pixels.
TEST(Resize, ASlopeStaysASlopeByEveryKernel) {
  for (const char* kind : {"linear", "cubic", "bspline"}) {
    Frame frame{.pixels = cv::Mat(1, 40, CV_64F)};
    for (int i = 0; i < 40; ++i) frame.pixels.at<double>(0, i) = i;
    frame.geometry.spacing = {.row = 1, .column = 0.7};
    const Frame result = run("resize: {spacing: [0.4, 1], interpolation: " + std::string{kind} + "}", frame);
    ASSERT_EQ(result.pixels.size(), (cv::Size{70, 1}));
    for (int i = 25; i < 45; ++i)
      EXPECT_NEAR(result.pixels.at<double>(0, i), ((i + 0.5) * 0.4 - 0.35) / 0.7, 1e-6)
          << kind << " at " << i;
  }
}

TEST(Resize, NeedsOneOfSizeSpacingAndFactor) {
  const auto wrong = [](const std::string& yaml) {
    try {
      make_node(yaml);
    } catch (const std::exception& error) {
      return std::string{error.what()};
    }
    return std::string{};
  };
  EXPECT_THAT(wrong("resize: {}"),
              testing::HasSubstr("needs one of the parameters 'width', 'spacing' and 'factor'"));
  EXPECT_THAT(wrong("resize: {width: 3}"), testing::HasSubstr("`width` and `height` together"));
  EXPECT_THAT(wrong("resize: {width: 3, height: 3, factor: 2}"), testing::HasSubstr("takes one of `width`"));
  EXPECT_EQ(wrong("resize: {factor: 2}"), "");
}

}  // namespace
}  // namespace radflow
