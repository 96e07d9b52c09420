// Frames that are cut into tiles: by hand, and against the same network on the whole frame.
#include <gmock/gmock.h>

#include <numeric>

#include "nodes/infer/tiles.hpp"
#include "nodes/types/mask.hpp"
#include "nodes/types/prediction.hpp"
#include "tests/nodes/infer/networks.hpp"

namespace radflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Tiles, LieWithinTheFrame) {
  const Tiles tiles{{4, 1}, -1, -1};
  EXPECT_THAT(tiles.over({9, 4}),
              ElementsAre(cv::Rect{0, 0, 4, 4}, cv::Rect{3, 0, 4, 4}, cv::Rect{5, 0, 4, 4}));
  EXPECT_THAT(tiles.over({3, 7}), ElementsAre(cv::Rect{0, 0, 3, 4}, cv::Rect{0, 3, 3, 4}));
  EXPECT_THAT((Tiles{{{}, 0}, 2, 3}.over({6, 2})), ElementsAre(cv::Rect{0, 0, 3, 2}, cv::Rect{3, 0, 3, 2}));
}

// 3 x 4 pixels of two channels: the values of pixel p are p and p + 100.
Tensor counted(TensorLayout layout) {
  Tensor image{layout == TensorLayout::Nchw ? std::vector<std::int64_t>{1, 2, 3, 4}
                                            : std::vector<std::int64_t>{1, 3, 4, 2},
               {}};
  for (int i = 0; i < 24; ++i)
    image.values.push_back(layout == TensorLayout::Nchw ? static_cast<float>(i % 12 + i / 12 * 100)
                                                        : static_cast<float>(i / 2 + i % 2 * 100));
  return image;
}
Tensor without_batch(Tensor tensor) {
  tensor.shape.erase(tensor.shape.begin());
  return tensor;
}

TEST(Tiles, WhatIsCutIsOneMapAgain) {
  for (const TensorLayout layout : {TensorLayout::Nchw, TensorLayout::Nhwc}) {
    const Tensor image = counted(layout);
    const Tensor part = cut(image, layout, {1, 1, 2, 2});
    EXPECT_EQ(part.values, layout == TensorLayout::Nchw
                               ? (std::vector<float>{5, 6, 9, 10, 105, 106, 109, 110})
                               : (std::vector<float>{5, 105, 6, 106, 9, 109, 10, 110}));
    const std::vector<cv::Rect> tiles = Tiles{{3, 2}, -1, -1}.over({4, 3});
    ASSERT_EQ(tiles.size(), 2U);
    std::vector<Tensor> given;
    for (const cv::Rect& tile : tiles) given.push_back(without_batch(cut(image, layout, tile)));
    EXPECT_EQ(merge(given, layout, tiles, {4, 3}, 0).values, image.values);
    EXPECT_EQ(merge(given, layout, tiles, {4, 3}, 0).shape, without_batch(image).shape);
    // Another value in the second tile: half of it where two tiles lie, all of it behind. Within the edge it does not count.
    for (float& value : given[1].values) value += 8;
    const auto added = [&](int edge, std::size_t pixel) {
      const std::size_t at = layout == TensorLayout::Nchw ? pixel : 2 * pixel;
      return merge(given, layout, tiles, {4, 3}, edge).values[at] - image.values[at];
    };
    EXPECT_EQ((std::vector{added(0, 4), added(0, 5), added(0, 6), added(0, 7)}),
              (std::vector<float>{0, 4, 4, 8}));
    EXPECT_EQ((std::vector{added(1, 4), added(1, 5), added(1, 6), added(1, 7)}),
              (std::vector<float>{0, 0, 8, 8}));
  }
}

Frame noise(int rows, int columns) {
  cv::Mat pixels(rows, columns, CV_32F);
  cv::RNG random{5};
  random.fill(pixels, cv::RNG::UNIFORM, 0, 1);
  return Frame{.pixels = pixels};
}
cv::Mat regions(const Frame& frame, const std::string& tiles) {
  const Outcome outcome = call(
      "infer_mask: {model: " + network("regions.onnx") + ", output: {labels: [left, right]}" + tiles + "}",
      frame);
  if (outcome.kind == Outcome::Kind::Value) return outcome.value.as<Mask>().labels;
  ADD_FAILURE() << (outcome.error ? outcome.error->detail : "no value");
  return {};
}

// The network has two convolutions of 3 x 3: it looks two pixels far.
TEST(InferMask, OfTilesIsThatOfTheWholeFrame) {
  const Frame frame = noise(61, 47);
  const cv::Mat whole = regions(frame, "");
  const auto differ = [&](const std::string& tiles) {
    cv::Mat other = regions(frame, tiles) != whole;
    return other;
  };
  EXPECT_EQ(cv::countNonZero(differ(", tiles: {size: 16, overlap: 4, edge: 2}")), 0);
  EXPECT_EQ(cv::countNonZero(differ(", tiles: {size: 16, overlap: 7, edge: 3}")), 0);
  // Without edge, what the sides of tiles spoil lies within two pixels of them, and there is some.
  const cv::Mat spoilt = differ(", tiles: {size: 16, overlap: 4}");
  EXPECT_GT(cv::countNonZero(spoilt), 0);
  cv::Mat near_sides = cv::Mat::zeros(whole.size(), CV_8U);
  for (const cv::Rect& tile : Tiles{{16, 4}, -1, -1}.over(whole.size())) {
    cv::Mat side{tile.size(), CV_8U, cv::Scalar{255}};
    side({2, 2, tile.width - 4, tile.height - 4}) = 0;
    near_sides(tile) |= side;
  }
  EXPECT_EQ(cv::countNonZero(spoilt & ~near_sides), 0);
  EXPECT_LT(cv::countNonZero(near_sides), 61 * 47) << "something is compared";
}

std::vector<double> shares(const std::string& yaml, const Frame& frame) {
  const Outcome outcome = call(yaml, frame);
  if (outcome.kind == Outcome::Kind::Value) return outcome.value.as<Prediction>().probabilities;
  ADD_FAILURE() << (outcome.error ? outcome.error->detail : "no value");
  return {};
}

TEST(Infer, OfTilesIsTheMeanOfTheirProbabilities) {
  const std::string begin =
      "infer: {model: " + network("classes.onnx") + ", output: {labels: [a, b, c]}, input: {scale: 255}";
  const Frame frame = test_image(3, 40, 26);  // 6 x 4 tiles: two calls
  std::vector<double> mean(3);
  for (const int y : {0, 7, 14, 21, 28, 32})
    for (const int x : {0, 7, 14, 18}) {
      const auto one = shares(begin + "}", Frame{.pixels = frame.pixels({x, y, 8, 8}).clone()});
      for (std::size_t k = 0; k < 3; ++k) mean[k] += one.at(k) / 24;
    }
  const auto got = shares(begin + ", tiles: {overlap: 1}}", frame);
  for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(got.at(k), mean[k], 1e-12);
  EXPECT_EQ(shares(begin + ", tiles: {overlap: 1}}", test_image(3)), shares(begin + "}", test_image(3)))
      << "one tile";
  EXPECT_EQ(reason(begin + ", tiles: {}}", test_image(3, 8, 7)), "wrong_size");
  EXPECT_EQ(reason(begin + "}", frame), "wrong_size");
}

TEST(Infer, RefusesTilesThatCannotBe) {
  const std::string fixed =
      "infer: {model: " + network("classes.onnx") + ", output: {labels: [a, b, c]}, tiles: ";
  EXPECT_THAT(refusal(fixed + "{size: 9}}"), HasSubstr("the network takes 8 rows and 8 columns"));
  EXPECT_THAT(refusal(fixed + "{overlap: 8}}"), HasSubstr("a tile has 8 rows and 8 columns"));
  const std::string any =
      "infer_mask: {model: " + network("regions.onnx") + ", output: {labels: [a, b]}, tiles: ";
  EXPECT_THAT(refusal(any + "{}}"), HasSubstr("say how large a tile is"));
  EXPECT_THAT(refusal(any + "{size: 9, overlap: 3, edge: 2}}"),
              HasSubstr("neighbours must share 4 pixels or more"));
}

}  // namespace
}  // namespace radflow
