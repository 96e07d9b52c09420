// By hand, and the property that counts: what lies under a pixel stays where it is in the patient.
#include "nodes/imaging/geometry.hpp"

#include "tests/nodes/frames.hpp"

namespace radflow {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pointwise;

TEST(Geometry, ComposeAppliesTheInnerMapFirst) {
  const PixelMap twice{2, 0, 0, 0, 2, 0}, shift{1, 0, 3, 0, 1, 5};
  EXPECT_EQ(compose(twice, shift), (PixelMap{2, 0, 6, 0, 2, 10}));
  EXPECT_EQ(compose(shift, twice), (PixelMap{2, 0, 3, 0, 2, 5}));
}

TEST(Geometry, PositionFollowsRowsAndColumns) {
  // 2 columns of 0.5 mm along (0.6, 0.8, 0), 3 rows of 0.8 mm along (0, 0, -1).
  const auto position = patient_position(oblique(), 2, 3);
  ASSERT_TRUE(position);
  EXPECT_THAT(*position,
              ElementsAre(DoubleNear(-11.9, 1e-12), DoubleNear(40.8, 1e-12), DoubleNear(4.6, 1e-12)));
}

TEST(Geometry, ALandmarkKeepsItsPlaceInThePatientAndInTheSource) {
  const PixelMap maps[] = {
      {2, 0, 0.5, 0, 3, 1}, {-1, 0, 9, 0, 1, 0}, {0, -1.6, 7, 0.625, 0, -2}, {1, 0, 4, 0, 1, 5}};
  Geometry old = oblique();
  old.to_source = {3, 0, 1, 0, 3, 1};
  for (const PixelMap& map : maps) {
    const Geometry changed = remapped(old, map);
    const auto in_old = apply(map, 4, 6);
    EXPECT_THAT(*patient_position(changed, 4, 6),
                Pointwise(DoubleNear(1e-12), *patient_position(old, in_old[0], in_old[1])));
    EXPECT_THAT(apply(changed.to_source, 4, 6),
                Pointwise(DoubleNear(1e-12), apply(old.to_source, in_old[0], in_old[1])));
  }
}

TEST(Geometry, WhatNeedsASpacingIsAbsentWithoutOne) {
  Geometry old = oblique();
  old.spacing.reset();
  const Geometry flipped = remapped(old, {-1, 0, 9, 0, 1, 0});
  EXPECT_FALSE(flipped.spacing);
  EXPECT_FALSE(flipped.position);
  EXPECT_EQ(flipped.orientation, (std::array<double, 6>{-0.6, -0.8, -0.0, 0, 0, -1}));
  const Geometry turned = remapped(old, {0.6, -0.8, 0, 0.8, 0.6, 0});
  EXPECT_TRUE(turned.position);
  EXPECT_FALSE(turned.orientation);
}

}  // namespace
}  // namespace radflow
