#include <opencv2/imgproc.hpp>

#include "nodes/imaging/geometry.hpp"
#include "tests/nodes/frames.hpp"
#include "tests/nodes/skimage.hpp"

namespace radflow {
namespace {

using testing::DoubleNear;
using testing::Pointwise;

const char* const kinds[] = {"nearest", "linear", "cubic", "area"};

std::string resize(int width, int height, const std::string& kind) {
  return "resize: {width: " + std::to_string(width) + ", height: " + std::to_string(height) +
         ", interpolation: " + kind + "}";
}

// skimage.transform.resize(np.array([[0., 10.]]), (1, 4)): the border mirrors at the centre of the last
// pixel.
TEST(Resize, LinearMirrorsAtTheBorderAsScikitImage) {
  const Frame result = run("resize: {width: 4, height: 1}", frame_of<double>({{0, 10}}));
  EXPECT_LE(largest_difference(result.pixels, (cv::Mat_<double>(1, 4) << 2.5, 2.5, 7.5, 7.5)), 1e-14);
}

// Half the size: Gaussian of sigma 0.5 and radius 2, then the mean of two pixels.
TEST(Resize, SmoothsBeforeItShrinks) {
  const double a = std::exp(-2.0), b = std::exp(-8.0), sum = 1 + 2 * a + 2 * b;
  const Frame result = run("resize: {width: 3, height: 1}", frame_of<double>({{0, 0, 1, 0, 0, 0}}));
  // Smoothed: b a 1 a b 0 (over sum); mirrored parts reach no further than pixel 0, which has b twice.
  const cv::Mat expected = (cv::Mat_<double>(1, 3) << (2 * b + a) / 2 / sum, (1 + a) / 2 / sum, b / 2 / sum);
  EXPECT_LE(largest_difference(result.pixels, expected), 1e-15);
  const Frame plain =
      run("resize: {width: 3, height: 1, anti_aliasing: false}", frame_of<double>({{0, 0, 1, 0, 0, 0}}));
  EXPECT_EQ(largest_difference(plain.pixels, (cv::Mat_<double>(1, 3) << 0, 0.5, 0)), 0);
}

TEST(Resize, NearestTakesThePixelUnderTheCentre) {
  const Frame result = run(resize(5, 1, "nearest"), frame_of<std::uint8_t>({{10, 20}}));
  EXPECT_EQ(largest_difference(result.pixels, (cv::Mat_<std::uint8_t>(1, 5) << 10, 10, 20, 20, 20)), 0);
}

TEST(Resize, AreaIsTheMeanOfWhatAPixelCovers) {
  const Frame result = run(resize(2, 1, "area"), frame_of<double>({{1, 2, 6}}));
  // 1.5 pixels each: (1 + 2 / 2) / 1.5 and (2 / 2 + 6) / 1.5.
  EXPECT_LE(largest_difference(result.pixels, (cv::Mat_<double>(1, 2) << 4 / 3.0, 14 / 3.0)), 1e-15);
}

TEST(Resize, CubicIsExactForAParabolaAndKeepsTheRange) {
  // Away from the border Keys' kernel reproduces x^2.
  std::vector<double> line;
  for (int x = 0; x < 8; ++x) line.push_back(x * x);
  const Frame result = run(resize(16, 1, "cubic"), frame_of<double>({line}));
  for (int i = 4; i < 12; ++i) {
    const double x = (i + 0.5) / 2 - 0.5;
    EXPECT_NEAR(result.pixels.at<double>(0, i), x * x, 1e-12);
  }
  const Frame step = run(resize(12, 1, "cubic"), frame_of<double>({{0, 0, 0, 9, 9, 9}}));
  double low = 0, high = 0;
  cv::minMaxIdx(step.pixels, &low, &high);
  EXPECT_EQ(low, 0);
  EXPECT_EQ(high, 9);
}

TEST(Resize, AConstantStaysConstantInEveryDepth) {
  for (const char* kind : kinds)
    for (int depth : {CV_8U, CV_16U, CV_16S, CV_32S, CV_32F, CV_64F})
      for (const auto& [width, height] : {std::pair{5, 11}, {33, 3}, {64, 70}, {1, 1}}) {
        const Frame frame{.pixels = cv::Mat(17, 23, CV_MAKETYPE(depth, 1), cv::Scalar{100})};
        const Frame result = run(resize(width, height, kind), frame);
        ASSERT_EQ(result.pixels.type(), frame.pixels.type());
        EXPECT_LE(
            largest_difference(result.pixels, cv::Mat(height, width, frame.pixels.type(), cv::Scalar{100})),
            1e-12)
            << kind << ", depth " << depth << ", " << width << "x" << height;
      }
}

TEST(Resize, SpacingTimesSizeStaysAndSoDoesTheCentreInThePatient) {
  Frame frame{.pixels = cv::Mat(20, 30, CV_8U, cv::Scalar{0})};
  frame.geometry = oblique();
  for (const auto& [width, height] : {std::pair{7, 90}, {64, 64}, {30, 5}}) {
    const Geometry geometry = run(resize(width, height, "linear"), frame).geometry;
    EXPECT_NEAR(geometry.spacing->column * width, 0.5 * 30, 1e-12);
    EXPECT_NEAR(geometry.spacing->row * height, 0.8 * 20, 1e-12);
    EXPECT_THAT(*patient_position(geometry, width / 2.0 - 0.5, height / 2.0 - 0.5),
                Pointwise(DoubleNear(1e-12), *patient_position(oblique(), 14.5, 9.5)));
  }
}

TEST(Resize, TheOriginMovesByHalfTheDifferenceOfThePixelSizes) {
  Frame frame{.pixels = cv::Mat(4, 4, CV_8U, cv::Scalar{0})};
  frame.geometry.spacing = {1, 1};
  frame.geometry.position = {0, 0, 0};
  frame.geometry.orientation = {1, 0, 0, 0, 1, 0};
  EXPECT_EQ(run("resize: {width: 2, height: 1}", frame).geometry.position,
            (std::array<double, 3>{0.5, 1.5, 0}));
}

// A bright landmark is found where the geometry says it is.
TEST(Resize, ALandmarkStaysAtItsPlace) {
  Frame frame{.pixels = cv::Mat(40, 40, CV_64F, cv::Scalar{0})};
  frame.pixels(cv::Rect{20, 8, 3, 3}) = 1.0;
  frame.geometry = oblique();
  for (const char* kind : kinds) {
    const Frame result = run(resize(100, 90, kind), frame);
    const cv::Moments moments = cv::moments(result.pixels);
    EXPECT_THAT(*patient_position(result.geometry, moments.m10 / moments.m00, moments.m01 / moments.m00),
                Pointwise(DoubleNear(0.1), *patient_position(frame.geometry, 21, 9)))
        << kind;
  }
}

TEST(Resize, APixelMadeOfPaddingIsPadding) {
  Frame frame = frame_of<double>({{-2000, 10, 20, 30}});
  frame.valid = (cv::Mat_<std::uint8_t>(1, 4) << 0, 255, 255, 255);
  const Frame result = run("resize: {width: 8, height: 1}", frame);
  EXPECT_EQ(
      largest_difference(result.valid, (cv::Mat_<std::uint8_t>(1, 8) << 0, 0, 0, 255, 255, 255, 255, 255)),
      0);
  EXPECT_TRUE(run("resize: {width: 8, height: 1}", frame_of<double>({{1, 2}})).valid.empty());
}

TEST(Resize, KeepsEightBitsAndColour) {
  Frame frame{.pixels = cv::Mat(2, 2, CV_8UC3, cv::Scalar{10, 20, 30}), .photometric = Photometric::Rgb};
  frame.pixels.at<cv::Vec3b>(0, 1) = {20, 40, 60};
  const Frame result = run("resize: {width: 4, height: 2}", frame);
  // A quarter of the way: 12.5, 25, 37.5; the nearest integers.
  EXPECT_EQ(result.pixels.at<cv::Vec3b>(0, 1), (cv::Vec3b{12, 25, 38}));
}

TEST(Resize, BetweenTwoCodesThereIsNone) {
  Frame codes = frame_of<std::uint8_t>({{10, 20}});
  codes.levels = 256;
  EXPECT_EQ(reason("resize: {width: 4, height: 1}", codes), "codes_not_supported");
  EXPECT_EQ(run(resize(4, 1, "nearest"), codes).levels, 256);
  EXPECT_EQ(reason("rotate: {angle: 45}", codes), "codes_not_supported");
  EXPECT_EQ(reason("gaussian_blur: {}", codes), "codes_not_supported");
}

TEST(Resize, WhatIsLargerThanItsFrameCountsTowardsTheMemory) {
  const auto charged = [](const std::string& size, const Frame& frame, std::size_t memory = 1 << 20) {
    const auto node = make_node("resize: {" + size + "}");
    const Payload payload = Payload::of(frame);
    const Payload* input = &payload;
    FakeContext context;
    context.the_memory = memory;
    const Outcome outcome = node->call({&input, 1}, context);
    return std::pair{context.the_charged, outcome.error ? outcome.error->reason : ""};
  };
  const Frame frame = frame_of<std::uint16_t>({{1, 2}, {3, 4}});
  EXPECT_EQ(charged("width: 2, height: 1", frame), (std::pair<std::size_t, std::string>{0, ""}));
  // 4 x 3 of 2 bytes, on the way to them 2 rows of 4 doubles, and the weights of two columns and a row more.
  EXPECT_EQ(charged("width: 4, height: 3", frame),
            (std::pair<std::size_t, std::string>{24 + 64 + 3 * 128, ""}));
  const Frame square{.pixels = cv::Mat(64, 64, CV_8U, cv::Scalar{0})};
  EXPECT_EQ(charged("width: 4096, height: 1", square).first, (4096 - 64) * 128U)
      << "as many pixels as before";
  EXPECT_EQ(charged("width: 16384, height: 16384", frame).second, "too_large");
}

TEST(Resize, ASizeIsAskedFor) {
  EXPECT_THROW(make_node("resize: {width: 0, height: 5}"), ConfigError);
  EXPECT_THROW(make_node("resize: {width: 8, height: 5, interpolation: lanczos}"), ConfigError);
}

TEST(Resize, EqualsScikitImageTo1e6) {
  RADFLOW_NEEDS_SKIMAGE();
  const auto references = skimage_references("resize256");
  ASSERT_EQ(references.size(), 6U);
  double largest = 0;
  for (const auto& [image, xray, expected] : references) {
    const Frame result = run("resize: {width: 256, height: 256}", run("to_float: {}", xray));
    ASSERT_EQ(result.pixels.type(), CV_64F);
    largest = std::max(largest, largest_difference(result.pixels, expected));
    // Without to_float the range is kept: the same picture in 0..255.
    const Frame in_range = run("resize: {width: 256, height: 256}", xray);
    cv::Mat scaled;
    cv::Mat{expected * 255}.convertTo(scaled, CV_8U);
    EXPECT_LE(largest_difference(in_range.pixels, scaled), 1);  // 1: a half, rounded the other way
  }
  std::cout << "largest difference of a resized pixel: " << largest << "\n";
  EXPECT_LE(largest, 1e-6);
}

}  // namespace
}  // namespace radflow
