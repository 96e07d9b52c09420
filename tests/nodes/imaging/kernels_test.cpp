// The nodes with kernels against the same frames in CV_64F, which take the plain way: floats within 1e-6 of the range, bytes
// equal to what doubles round to, validity equal.
#include "tests/nodes/imaging/kernel_frames.hpp"

#include "tests/nodes/every_target.hpp"
#include "tests/nodes/frames.hpp"

namespace radflow {
namespace {

void expect_as_in_double(const std::string& yaml, const Frame& frame) {
  const Frame expected = run(yaml, in_depth(frame, CV_64F));
  on_every_target([&] {
    const Frame result = run(yaml, frame);
    ASSERT_EQ(result.pixels.depth(), frame.pixels.depth());
    const std::string what = yaml + " of " + std::to_string(frame.pixels.cols) + "x" +
                             std::to_string(frame.pixels.rows) + " pixels";
    const Frame in_bytes = in_depth(expected, frame.pixels.depth());
    if (frame.pixels.depth() == CV_8U)
      EXPECT_EQ(largest_difference(result.pixels, in_bytes.pixels), 0) << what;
    else
      EXPECT_LE(largest_difference(in_depth(result, CV_64F).pixels, expected.pixels), 256e-6) << what;
    ASSERT_EQ(result.valid.size(), expected.valid.size()) << what;
    if (!result.valid.empty()) {
      EXPECT_EQ(largest_difference(result.valid, expected.valid), 0) << what;
    }
  });
}

void expect_as_in_double(const std::vector<std::string>& graphs) {
  for (const cv::Size& size : kernel_sizes())
    for (const bool padded : {false, true})
      for (const int depth : {CV_8U, CV_32F})
        for (const std::string& yaml : graphs) expect_as_in_double(yaml, noise_frame(size, depth, padded));
}

TEST(Kernels, Resize) {
  expect_as_in_double({"resize: {width: 50, height: 101}", "resize: {width: 14, height: 14}",
                       "resize: {width: 128, height: 7, interpolation: cubic}",
                       "resize: {width: 9, height: 33, interpolation: area}",
                       "resize: {width: 33, height: 20, anti_aliasing: false}"});
}

TEST(Kernels, ResizeByHalfAndByFourToThree) {
  for (const int depth : {CV_8U, CV_32F}) {
    expect_as_in_double("resize: {width: 100, height: 75}", noise_frame({200, 150}, depth, true));
    expect_as_in_double("resize: {width: 150, height: 75}", noise_frame({200, 100}, depth, false));
    expect_as_in_double("resize: {width: 100, height: 300}", noise_frame({200, 150}, depth, false));
  }
}

TEST(Kernels, GaussianBlur) {
  expect_as_in_double({"gaussian_blur: {sigma: 0.1}", "gaussian_blur: {sigma: 0.5}",
                       "gaussian_blur: {sigma: 1}", "gaussian_blur: {border: edge}",
                       "gaussian_blur: {sigma: 3.3, border: symmetric}"});
}

TEST(Kernels, GaussianBlurOfALargeSigma) {
  expect_as_in_double("gaussian_blur: {sigma: 12}", noise_frame({90, 70}, CV_32F, true));
}

TEST(Kernels, Rotate) {
  expect_as_in_double({"rotate: {angle: 45}", "rotate: {angle: 90}", "rotate: {angle: -13.7, fill: 20}",
                       "rotate: {angle: 0.001}", "rotate: {angle: 200, outside: value}"});
}

TEST(Kernels, RotateOfPixelsThatAreNotSquare) {
  for (const double height : {0.4, 0.7, 1.6}) {
    Frame frame = noise_frame({120, 80}, CV_32F, true);
    frame.geometry.spacing = {height, 1.1};
    expect_as_in_double("rotate: {angle: 31}", frame);
  }
}

// From one column to the next lie 5 rows of the old frame, and 10.
TEST(Kernels, RotateOfPixelsFarWiderThanHigh) {
  for (const double height : {0.2, 0.1}) {
    Frame frame = noise_frame({60, 400}, CV_32F, true);
    frame.geometry.spacing = {height, 2};
    expect_as_in_double("rotate: {angle: 31}", frame);
  }
}

TEST(Kernels, RotateOfRowsLongerThanAStretchOfTheKernel) {
  for (const int depth : {CV_8U, CV_32F})
    expect_as_in_double("rotate: {angle: 1}", noise_frame({1100, 60}, depth, true));
}

// Bytes of few values, in which ties are many.
TEST(Kernels, BytesOfFewValues) {
  cv::Mat noise(120, 160, CV_8U);
  cv::RNG{8}.fill(noise, cv::RNG::UNIFORM, 0, 3);
  for (const char* yaml :
       {"resize: {width: 80, height: 60}", "resize: {width: 120, height: 90}",
        "resize: {width: 80, height: 60, anti_aliasing: false}", "gaussian_blur: {}", "rotate: {angle: 30}"})
    expect_as_in_double(yaml, {.pixels = noise * 101});
}

// Stripes that a blur makes nearly flat, halfway between two bytes: every pixel is near a tie.
TEST(Kernels, BytesThatAreAllNearTies) {
  for (const cv::Size size : {cv::Size{33, 20}, cv::Size{300, 71}, cv::Size{1200, 9}, cv::Size{130, 3}}) {
    cv::Mat stripes(size, CV_8U);
    for (int row = 0; row < size.height; ++row)
      for (int column = 0; column < size.width; ++column)
        stripes.at<std::uint8_t>(row, column) = 100 + (row + column) % 2;
    expect_as_in_double("gaussian_blur: {sigma: 1.5}", {.pixels = stripes});
    expect_as_in_double("gaussian_blur: {sigma: 2.2}", {.pixels = stripes});
  }
}

// Pixels of padding one by one and in patches, with whole stretches between them.
TEST(Kernels, PaddingInManyPlaces) {
  for (const int depth : {CV_8U, CV_32F})
    for (const double share : {0.002, 0.05, 0.6}) {
      Frame frame = noise_frame({301, 120}, depth, false);
      cv::Mat random(frame.pixels.size(), CV_32F);
      cv::RNG{11}.fill(random, cv::RNG::UNIFORM, 0, 1);
      frame.valid = random > share;
      frame.valid(cv::Rect{20, 30, 90, 60}).setTo(0);
      for (const char* yaml :
           {"resize: {width: 150, height: 60}", "resize: {width: 200, height: 90}",
            "resize: {width: 40, height: 31, anti_aliasing: false}", "resize: {width: 340, height: 150}",
            "gaussian_blur: {sigma: 1}", "gaussian_blur: {sigma: 3.3, border: edge}", "rotate: {angle: 30}"})
        expect_as_in_double(yaml, frame);
    }
}

// Most rows and columns hold no image, and what does lies within the picture, in its corner, or is a single pixel.
TEST(Kernels, LittleImageInMuchPadding) {
  for (const int depth : {CV_8U, CV_32F})
    for (const cv::Rect image : {cv::Rect{57, 40, 120, 9}, cv::Rect{290, 100, 11, 20}, cv::Rect{0, 0, 40, 70},
                                 cv::Rect{150, 60, 1, 1}}) {
      Frame frame = noise_frame({301, 120}, depth, false);
      frame.valid = cv::Mat(frame.pixels.size(), CV_8U, cv::Scalar{0});
      frame.valid(image).setTo(255);
      for (const char* yaml : {"gaussian_blur: {sigma: 1}", "gaussian_blur: {sigma: 3.3, border: edge}"})
        expect_as_in_double(yaml, frame);
    }
}

TEST(Kernels, APartOfALargerPicture) {
  for (const int depth : {CV_8U, CV_32F}) {
    Frame frame = noise_frame({210, 90}, depth, true);
    const cv::Rect part{3, 5, 150, 70};
    frame.pixels = frame.pixels(part);
    frame.valid = frame.valid(part);
    for (const char* yaml : {"resize: {width: 75, height: 35}", "gaussian_blur: {}", "rotate: {angle: 30}"})
      expect_as_in_double(yaml, frame);
  }
}

// float64 is what these nodes computed before: in double, rounded once.
TEST(Kernels, PrecisionFloat64RoundsDoublesOnce) {
  const Frame frame = noise_frame({150, 70}, CV_32F, true);
  for (const std::string yaml :
       {"resize: {width: 75, height: 31", "gaussian_blur: {sigma: 1", "rotate: {angle: 30"}) {
    const Frame expected = in_depth(run(yaml + "}", in_depth(frame, CV_64F)), CV_32F);
    EXPECT_EQ(largest_difference(run(yaml + ", precision: float64}", frame).pixels, expected.pixels), 0)
        << yaml;
  }
}

// Frames of two sizes in turn find what is kept for each.
TEST(Kernels, WhatIsKeptIsThatOfTheFrame) {
  const auto node = make_node("resize: {width: 20, height: 20}");
  for (int i = 0; i < 30; ++i) {
    const Frame frame = noise_frame({30 + i % 11, 40}, CV_32F, false);
    const Payload payload = Payload::of(frame);
    const Payload* input = &payload;
    const Outcome outcome = node->call({&input, 1}, FakeContext{});
    EXPECT_EQ(largest_difference(outcome.value.as<Frame>().pixels,
                                 run("resize: {width: 20, height: 20}", frame).pixels),
              0);
  }
}

}  // namespace
}  // namespace radflow
