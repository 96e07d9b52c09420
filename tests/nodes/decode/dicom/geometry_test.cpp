// Where spacing comes from, and where planes lie.
#include <gmock/gmock.h>

#include "tests/nodes/decode/decode_fixture.hpp"
#include "tests/nodes/decode/dicom/builder.hpp"

namespace radflow {
namespace {

using testing::ElementsAre;

const DecodeNode decode;

Geometry geometry(DicomBuilder& image) {
  const auto frames = decode(image.pixels({1}).bytes());
  EXPECT_EQ(frames.failed, "") << frames.detail;
  return frames.frame().geometry;
}

TEST(DicomGeometry, AbsentSpacingIsUnknownAndNeverOne) {
  DicomBuilder image{1, 1};
  EXPECT_FALSE(geometry(image).spacing);
  EXPECT_EQ(geometry(image).spacing_source, SpacingSource::Unknown);
  image.text(DCM_PixelSpacing, "0\\0");
  EXPECT_FALSE(geometry(image).spacing);
  image.text(DCM_PixelSpacing, "0.5");
  EXPECT_FALSE(geometry(image).spacing);
}

TEST(DicomGeometry, PixelSpacingOfASliceIsThePatients) {
  DicomBuilder image{1, 1};
  image.text(DCM_Modality, "CT")
      .text(DCM_PixelSpacing, "0.5\\0.25")
      .text(DCM_ImagePositionPatient, "1\\2\\3");
  const Geometry found = geometry(image);
  EXPECT_EQ(found.spacing->row, 0.5);
  EXPECT_EQ(found.spacing->column, 0.25);
  EXPECT_EQ(found.spacing_source, SpacingSource::Patient);
  EXPECT_THAT(*found.position, ElementsAre(1, 2, 3));
  EXPECT_FALSE(found.orientation);
}

TEST(DicomGeometry, AProjectionIsMeasuredAtTheDetectorUnlessCalibrated) {
  DicomBuilder image{1, 1};
  image.text(DCM_Modality, "DX").text(DCM_ImagerPixelSpacing, "0.2\\0.2").text(DCM_ImageLaterality, "L");
  EXPECT_EQ(geometry(image).spacing_source, SpacingSource::Detector);
  EXPECT_EQ(geometry(image).laterality, "L");
  image.text(DCM_PixelSpacing, "0.2\\0.2");
  EXPECT_EQ(geometry(image).spacing_source, SpacingSource::Detector);
  image.text(DCM_PixelSpacing, "0.15\\0.15");
  EXPECT_EQ(geometry(image).spacing_source, SpacingSource::Patient);
  EXPECT_EQ(geometry(image).spacing->row, 0.15);

  DicomBuilder old{1, 1};
  old.text(DCM_Modality, "CR").text(DCM_PixelSpacing, "0.2\\0.2");
  EXPECT_EQ(geometry(old).spacing_source, SpacingSource::Detector);
  old.text(DCM_PixelSpacingCalibrationType, "FIDUCIAL");
  EXPECT_EQ(geometry(old).spacing_source, SpacingSource::Patient);
}

TEST(DicomGeometry, UltrasoundRegionsAreInCentimetres) {
  DicomBuilder image{1, 1};
  const auto region = [&](long index, int format, int units, double x, double y) {
    DcmItem& item = image.item(image.dataset(), DCM_SequenceOfUltrasoundRegions, index);
    item.putAndInsertUint16(DCM_RegionSpatialFormat, static_cast<Uint16>(format));
    item.putAndInsertUint16(DCM_PhysicalUnitsXDirection, static_cast<Uint16>(units));
    item.putAndInsertUint16(DCM_PhysicalUnitsYDirection, static_cast<Uint16>(units));
    item.putAndInsertFloat64(DCM_PhysicalDeltaX, x);
    item.putAndInsertFloat64(DCM_PhysicalDeltaY, y);
  };
  region(0, 3, 4, 0.001, 0.002);  // spectral, seconds: no distance
  region(1, 1, 3, 0.02, -0.03);
  Geometry found = geometry(image);
  ASSERT_TRUE(found.spacing);
  EXPECT_DOUBLE_EQ(found.spacing->column, 0.2);
  EXPECT_DOUBLE_EQ(found.spacing->row, 0.3);
  EXPECT_EQ(found.spacing_source, SpacingSource::UltrasoundRegion);
  region(2, 1, 3, 0.04, 0.03);
  EXPECT_FALSE(geometry(image).spacing) << "two regions disagree";
}

TEST(DicomGeometry, DosePlanesLieAlongTheNormal) {
  DicomBuilder image{1, 1};
  image.text(DCM_NumberOfFrames, "2").text(DCM_ImagePositionPatient, "10\\20\\30");
  image.text(DCM_ImageOrientationPatient, "1\\0\\0\\0\\0\\-1")
      .text(DCM_GridFrameOffsetVector, "0\\2.5")
      .pixels({1, 2});
  auto frames = decode(image.bytes());
  ASSERT_EQ(frames.size(), 2);
  EXPECT_THAT(*frames.frame(0).geometry.position, ElementsAre(10, 20, 30));
  EXPECT_THAT(*frames.frame(1).geometry.position, ElementsAre(10, 22.5, 30));  // x cross -z is y
  image.text(DCM_ImageOrientationPatient, "1\\0\\0\\0\\1\\0").text(DCM_GridFrameOffsetVector, "30\\27");
  EXPECT_THAT(*decode(image.bytes()).frame(1).geometry.position, ElementsAre(10, 20, 27));
}

}  // namespace
}  // namespace radflow
