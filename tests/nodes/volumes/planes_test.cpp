// slices and project: which voxels a frame shows, and where it says that they lie.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "nodes/imaging/geometry.hpp"
#include "nodes/imaging/planes.hpp"
#include "tests/nodes/volumes/slices_of_series.hpp"

namespace radflow {
namespace {

using ::testing::ElementsAre;

Volume of_three() { return assembled({axial(0, 0), axial(1, 5), axial(2, 10)}); }

std::vector<short> row_of(const Frame& frame, int row) {
  return {frame.pixels.ptr<short>(row), frame.pixels.ptr<short>(row) + frame.pixels.cols};
}

Outcome called(const std::string& yaml, const Volume& volume) {
  const auto node = make_node(yaml);
  const Payload payload = Payload::of(volume);
  const Payload* input = &payload;
  return node->call({&input, 1}, FakeContext{});
}

Frame projected(const std::string& parameters, const Volume& volume) {
  return called("project: {" + parameters + "}", volume).value.as<Frame>();
}

// Every voxel that a plane shows lies where the volume says, whatever the orientation.
TEST(Planes, APixelLiesWhereItsVoxelLies) {
  std::vector<Frame> slices;
  for (int n = 0; n < 3; ++n) {
    slices.push_back(axial(n, 0));
    slices.back().geometry.orientation = {0.6, 0.8, 0, 0, 0, -1};  // the normal is (-.8, .6, 0)
    slices.back().geometry.position = {1 - 0.8 * 3 * n, 2 + 0.6 * 3 * n, 3};
  }
  const Volume volume = assembled(slices);
  const VolumeGeometry& geometry = volume.geometry;
  const auto normal = geometry.slice_direction();
  for (const Axis axis : {Axis::Slices, Axis::Rows, Axis::Columns})
    for (int index = 0; index < planes_along(volume, axis); ++index) {
      const Frame frame = plane(volume, axis, index);
      for (int y = 0; y < frame.pixels.rows; ++y)
        for (int x = 0; x < frame.pixels.cols; ++x) {
          const int value = frame.pixels.at<short>(y, x), slice = value / 100, row = value / 10 % 10,
                    column = value % 10;
          const auto place = *patient_position(frame.geometry, x, y);
          for (std::size_t i = 0; i < 3; ++i)
            EXPECT_NEAR(place[i],
                        geometry.position[i] + slice * geometry.spacing.slice * normal[i] +
                            row * geometry.spacing.row * geometry.orientation[3 + i] +
                            column * geometry.spacing.column * geometry.orientation[i],
                        1e-9)
                << choice_name(axis) << " " << index << ": " << value;
        }
    }
}

TEST(Planes, TheLastSliceIsOnTop) {
  const Volume volume = of_three();
  const Frame coronal = plane(volume, Axis::Rows, 1);
  EXPECT_THAT(row_of(coronal, 0), ElementsAre(210, 211, 212));
  EXPECT_THAT(row_of(coronal, 2), ElementsAre(10, 11, 12));
  EXPECT_EQ(coronal.geometry.spacing->row, 5);
  EXPECT_EQ(coronal.geometry.spacing->column, 0.75);
  EXPECT_THAT(*coronal.geometry.orientation, ElementsAre(1, 0, 0, 0, 0, -1));
  EXPECT_EQ(coronal.units, "HU");
  const Frame sagittal = plane(volume, Axis::Columns, 2);
  EXPECT_THAT(row_of(sagittal, 0), ElementsAre(202, 212));
  EXPECT_EQ(sagittal.geometry.spacing->column, 0.5);
  EXPECT_THAT(*sagittal.geometry.orientation, ElementsAre(0, 1, 0, 0, 0, -1));
}

TEST(Slices, AreTheFramesThatWerePutTogether) {
  const Outcome outcome = called("slices:", of_three());
  ASSERT_EQ(outcome.pieces.size(), 3U);
  for (int n = 0; n < 3; ++n) {
    const auto& piece = outcome.pieces[static_cast<std::size_t>(n)];
    const auto& frame = piece.value->as<Frame>();
    const Frame before = axial(n, 5.0 * n);
    EXPECT_EQ(cv::norm(frame.pixels, before.pixels, cv::NORM_INF), 0);
    EXPECT_EQ(frame.geometry.position, before.geometry.position);
    EXPECT_EQ(frame.geometry.orientation, before.geometry.orientation);
    EXPECT_EQ(frame.modality, "CT");
    EXPECT_EQ(piece.identity.index, static_cast<std::uint32_t>(n));
    EXPECT_EQ(piece.identity.count, 3U);
  }
  EXPECT_EQ(called("slices: {along: rows}", of_three()).pieces.size(), 2U);
}

TEST(Slices, KeepThePadding) {
  Volume volume = of_three();
  volume.valid = cv::Mat(volume.voxels.dims, volume.voxels.size.p, CV_8U, cv::Scalar{255});
  volume.valid.at<uchar>(2, 0, 1) = 0;
  const Frame coronal = plane(volume, Axis::Rows, 0);
  EXPECT_EQ(coronal.valid.at<uchar>(0, 1), 0);
  EXPECT_EQ(cv::countNonZero(coronal.valid), 8);
}

TEST(Project, GivesTheGreatestLeastAndMeanOfEachRay) {
  const Volume volume = of_three();
  EXPECT_THAT(row_of(projected("method: maximum, along: slices", volume), 1), ElementsAre(210, 211, 212));
  EXPECT_THAT(row_of(projected("method: minimum, along: slices", volume), 1), ElementsAre(10, 11, 12));
  EXPECT_THAT(row_of(projected("method: mean, along: slices", volume), 1), ElementsAre(110, 111, 112));
  EXPECT_THAT(row_of(projected("method: maximum, along: rows", volume), 0), ElementsAre(210, 211, 212));
  EXPECT_THAT(row_of(projected("method: mean, along: rows", volume), 2), ElementsAre(5, 6, 7))
      << "rounded to even as OpenCV does: 5, 6, 7 are exact";
  EXPECT_THAT(row_of(projected("method: minimum, along: columns", volume), 0), ElementsAre(200, 210));
  const Frame mean = projected("method: mean, along: rows", volume);
  EXPECT_EQ((*mean.geometry.position)[1], -20 + 0.25) << "the middle of two rows";
  EXPECT_EQ(mean.pixels.depth(), CV_16S);
}

TEST(Project, PaddingAndNaNDoNotCount) {
  Volume volume = of_three();
  volume.voxels.convertTo(volume.voxels, CV_32F);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  volume.voxels.at<float>(2, 0, 0) = nan;
  volume.valid = cv::Mat(volume.voxels.dims, volume.voxels.size.p, CV_8U, cv::Scalar{255});
  for (int slice = 0; slice < 3; ++slice) volume.valid.at<uchar>(slice, 1, 1) = 0;
  const Frame greatest = projected("method: maximum, along: slices", volume);
  EXPECT_EQ(greatest.pixels.at<float>(0, 0), 100) << "the slice above is NaN there";
  EXPECT_EQ(greatest.valid.at<uchar>(1, 1), 0) << "the ray meets padding alone";
  EXPECT_EQ(cv::countNonZero(greatest.valid), 5);
  EXPECT_EQ(projected("method: mean, along: slices", volume).pixels.at<float>(0, 0), 50);
}

TEST(Project, NegativeValuesHaveAMaximum) {
  Volume volume = of_three();
  volume.voxels -= cv::Scalar{1000};
  EXPECT_EQ(projected("method: maximum, along: slices", volume).pixels.at<short>(0, 0), -800);
}

}  // namespace
}  // namespace radflow
