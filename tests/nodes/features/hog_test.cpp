#include <cmath>

#include "nodes/types/features.hpp"
#include "tests/nodes/masks.hpp"
#include "tests/nodes/skimage.hpp"

namespace radflow {
namespace {

std::vector<double> features_of(const std::string& yaml, const Frame& frame) {
  return made<Features>(yaml, frame).values;
}

// A ramp along the columns: every gradient but those at the edge is 2, at 0 degrees.
Frame ramp() { return frame_of<std::uint8_t>({{0, 1, 2, 3}, {0, 1, 2, 3}, {0, 1, 2, 3}, {0, 1, 2, 3}}); }

TEST(Hog, OfARampByHand) {
  // A cell of 2 x 2 has one column at the edge, so a mean of 1 at 0 degrees; a block of one cell is divided by it.
  EXPECT_EQ(features_of("hog: {bins: 2, cell: 2, block: 1, norm: l1}", ramp()).size(), 8U);
  const auto values = features_of("hog: {bins: 2, cell: 2, block: 1, norm: l1}", ramp());
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(values[i], i % 2 ? 0 : 1 / (1 + 1e-5), 1e-15);
}

TEST(Hog, AGradientIsWithoutSign) {
  cv::Mat flipped;
  const Frame falling{.pixels = (cv::flip(ramp().pixels, flipped, 1), flipped)};
  EXPECT_EQ(features_of("hog: {cell: 2, block: 2}", falling),
            features_of("hog: {cell: 2, block: 2}", ramp()));
}

TEST(Hog, OfAFlatFrameIsZero) {
  for (const double value :
       features_of("hog: {cell: 2, block: 2}", {.pixels = cv::Mat(8, 8, CV_16S, cv::Scalar{-7})}))
    EXPECT_EQ(value, 0);
}

TEST(Hog, APaddedNeighbourMakesNoGradient) {
  Frame frame{.pixels = cv::Mat(8, 8, CV_16S, cv::Scalar{5})};
  frame.pixels.at<std::int16_t>(3, 3) = -2000;
  frame.valid = cv::Mat(8, 8, CV_8U, cv::Scalar{255});
  frame.valid.at<std::uint8_t>(3, 3) = 0;
  for (const double value : features_of("hog: {cell: 4, block: 2}", frame)) EXPECT_EQ(value, 0);
}

// Bytes have loops of their own.
TEST(Hog, OfBytesIsThatOfTheSameValuesInSixteenBits) {
  Frame bytes{.pixels = cv::Mat(50, 61, CV_8U)};
  cv::RNG{8}.fill(bytes.pixels, cv::RNG::UNIFORM, 0, 256);
  Frame words = bytes;
  bytes.pixels.convertTo(words.pixels, CV_16U);
  for (const bool padded : {false, true}) {
    if (padded) {
      bytes.valid = words.valid = cv::Mat(bytes.pixels.size(), CV_8U, cv::Scalar{255});
      bytes.valid(cv::Rect{5, 0, 20, 30}) = 0;
    }
    for (const std::string parameters : {"{}", "{bins: 180, cell: 3, block: 1}", "{sqrt: input}"})
      EXPECT_EQ(features_of("hog: " + parameters, bytes), features_of("hog: " + parameters, words))
          << parameters;
  }
}

TEST(Hog, RefusesWhatHasNoAnswer) {
  EXPECT_EQ(reason("hog: {}", {.pixels = cv::Mat(23, 24, CV_8U, cv::Scalar{1})}), "frame_too_small");
  EXPECT_EQ(reason("hog: {cell: 1, block: 1, sqrt: input}", frame_of<float>({{-1, 2}})), "negative_values");
  EXPECT_EQ(reason("hog: {cell: 1, block: 1}", frame_of<float>({{NAN, 2, 3}})), "not_finite");
}

// The norms are of the same cells, so they are compared with each other: of one cell, l1_sqrt is the root of l1.
TEST(Hog, RootsAreTakenWhereTheyAreAskedFor) {
  const auto l1 = features_of("hog: {cell: 2, block: 1, norm: l1}", ramp());
  const auto root = features_of("hog: {cell: 2, block: 1, norm: l1_sqrt}", ramp());
  const auto output = features_of("hog: {cell: 2, block: 1, norm: l1, sqrt: output}", ramp());
  const auto input = features_of("hog: {cell: 2, block: 1, norm: l1, sqrt: input}", ramp());
  Frame rooted = ramp();
  rooted.pixels.convertTo(rooted.pixels, CV_64F);
  cv::sqrt(rooted.pixels, rooted.pixels);
  for (std::size_t i = 0; i < l1.size(); ++i) {
    EXPECT_DOUBLE_EQ(root[i], std::sqrt(l1[i]));
    EXPECT_DOUBLE_EQ(output[i], std::sqrt(l1[i]));
  }
  EXPECT_EQ(input, features_of("hog: {cell: 2, block: 1, norm: l1}", rooted));
}

void expect_reference(const std::string& what, const std::string& yaml, int size) {
  const auto references = skimage_references(what);
  EXPECT_EQ(references.size(), 6U);
  for (const Reference& reference : references) {
    Frame frame = reference.xray;
    if (size > 0) frame.pixels = skimage_references("resize256").at(&reference - references.data()).expected;
    const auto values = features_of(yaml, frame);
    ASSERT_EQ(values.size(), reference.expected.total());
    for (std::size_t i = 0; i < values.size(); ++i)
      EXPECT_NEAR(values[i], reference.expected.at<double>(static_cast<int>(i)), 1e-6)
          << reference.image << ' ' << i;
  }
}

TEST(Hog, IsScikitImages) {
  RADFLOW_NEEDS_SKIMAGE();
  expect_reference("hog", "hog: {bins: 9, cell: 8, block: 3}", 0);
  expect_reference("hog_resize256", "hog: {bins: 9, cell: 16, block: 2}", 256);
}

}  // namespace
}  // namespace radflow
