// shape. Numbers are those of scikit-image 0.26: regionprops(labels, spacing=...).
#include <cmath>

#include "nodes/types/features.hpp"
#include "tests/nodes/features/by_name.hpp"

namespace radflow {
namespace {

const std::string all =
    "of: [area, perimeter, axis_major_length, axis_minor_length, eccentricity, orientation, "
    "equivalent_diameter_area, extent, "
    "solidity, feret_diameter_max, euler_number]";
constexpr double missing = std::numeric_limits<double>::quiet_NaN();

// A region with a bay, a hole and a part of its own.
Mask region() {
  const std::vector<std::string> rows = {".........", "..xxxx...", ".xxxxxx..", ".xx..xxx.", ".xx...xxx",
                                         "..xxxxx..", "....x....", "......x..", ".......xx"};
  std::vector<std::vector<int>> labels;
  for (const std::string& row : rows) {
    labels.emplace_back();
    for (const char pixel : row) labels.back().push_back(pixel == 'x' ? 7 : 0);
  }
  return mask_of(labels);
}

void expect_shape(const std::string& yaml, const Mask& mask, const std::vector<double>& expected) {
  const auto features = made<Features>(yaml, mask);
  ASSERT_EQ(features.values.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    if (std::isnan(expected[i]))
      EXPECT_TRUE(std::isnan(features.values[i])) << (*features.names)[i];
    else
      EXPECT_NEAR(features.values[i], expected[i], 1e-6 * std::max(1.0, std::abs(expected[i])))
          << (*features.names)[i];
}

TEST(Shape, EqualsRegionpropsInPixels) {
  expect_shape("shape: {unit: pixels, " + all + "}", region(),
               {29, 19.6568542495, 9.68158349886, 6.2651004115, 0.762392183736, 0.884164427091, 6.07650777975,
                0.453125, 0.659090909091, 10, 1});
}

TEST(Shape, EqualsRegionpropsInMm) {
  Mask mask = region();
  mask.geometry.spacing = {.row = 0.5, .column = 0.5};
  expect_shape("shape: {" + all + "}", mask,
               {7.25, 9.82842712475, 4.84079174943, 3.13255020575, 0.762392183736, 0.884164427091,
                3.03825388987, 0.453125, 0.659090909091, 5, 1});
  mask.geometry.spacing = {.row = 0.8, .column = 0.5};
  expect_shape("shape: {" + all + "}", mask,
               {11.6, missing, 6.60211509257, 3.67494912841, 0.830759119943, 0.394988705076, 3.84312096075,
                0.453125, 0.659090909091, 7.06823881883, 1});
  EXPECT_EQ(made<Features>("shape: {}", mask).units, "mm");
}

TEST(Shape, OfASinglePixelAndOfLines) {
  expect_shape("shape: {unit: pixels, " + all + "}", mask_of({{0, 0, 0}, {0, 1, 0}, {0, 0, 0}}),
               {1, 0, 0, 0, 0, -0.785398163397, 1.1283791671, 1, 1, 1, 1});
  expect_shape("shape: {unit: pixels, " + all + "}",
               mask_of({{0, 0, 0, 0, 0, 0}, {0, 1, 1, 1, 1, 0}, {0, 0, 0, 0, 0, 0}}),
               {4, 2, 4.472135955, 0, 1, 1.57079632679, 2.25675833419, 1, 1, 4, 1});
  expect_shape("shape: {unit: pixels, " + all + "}", mask_of({{1}, {1}, {1}, {1}}),
               {4, 2, 4.472135955, 0, 1, 0, 2.25675833419, 1, 1, 4, 1});
}

TEST(Shape, TakesOneLabelOrAllAndSaysWhatIsMissing) {
  const Mask mask = mask_of({{1, 1, 0}, {0, 2, 2}});
  EXPECT_EQ(by_name("shape: {unit: pixels}", mask).at("area"), 4);
  EXPECT_EQ(by_name("shape: {unit: pixels, label: 2}", mask).at("area"), 2);
  const auto none = by_name("shape: {unit: pixels, label: 3}", mask);
  EXPECT_EQ(none.at("area"), 0);
  EXPECT_TRUE(std::isnan(none.at("perimeter")));
  EXPECT_EQ(why("shape: {}", mask), "spacing_unknown");
}

}  // namespace
}  // namespace radflow
