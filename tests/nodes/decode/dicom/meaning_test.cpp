// What values mean: units, padding, windows, frames of their own, on images small enough to compute by hand.
#include <gmock/gmock.h>

#include "tests/nodes/decode/dicom/values.hpp"

namespace radflow {
namespace {

using testing::ElementsAre;

TEST(DicomMeaning, RescaleIsComputedInDoubleAndRoundedOnce) {
  DicomBuilder image{1, 2};
  image.text(DCM_RescaleSlope, "0.1").text(DCM_RescaleIntercept, "-1000.3").text(DCM_RescaleType, "OD");
  image.pixels({65535, 3});
  const auto frames = rescaled(image.bytes());
  EXPECT_THAT(values<float>(frames.frame().pixels),
              ElementsAre(static_cast<float>(65535 * 0.1 - 1000.3), static_cast<float>(3 * 0.1 - 1000.3)));
  EXPECT_EQ(frames.frame().units, "OD");
}

TEST(DicomMeaning, UnitsOfCtAreHuUnlessItSaysOtherwise) {
  DicomBuilder image{1, 1};
  image.text(DCM_SOPClassUID, UID_CTImageStorage)
      .text(DCM_RescaleSlope, "1")
      .text(DCM_RescaleIntercept, "-1024");
  image.pixels({24});
  EXPECT_EQ(rescaled(image.bytes()).frame().units, "HU");
  EXPECT_THAT(values<float>(rescaled(image.bytes()).frame().pixels), ElementsAre(-1000));
  image.text(DCM_RescaleType, "HU_MOD");
  EXPECT_EQ(rescaled(image.bytes()).frame().units, "HU_MOD");
}

TEST(DicomMeaning, RescaleThatIsNoNumberIsAnError) {
  DicomBuilder image{1, 1};
  image.text(DCM_RescaleSlope, "1,5").text(DCM_RescaleIntercept, "0").pixels({24});
  EXPECT_EQ(rescaled(image.bytes()).failed, "malformed");
}

TEST(DicomMeaning, ModalityLutMapsAndClamps) {
  DicomBuilder image{1, 4};
  image.bits(16, 16, true).pixels({0xfffb, 0xfffe, 0xffff, 10});  // -5, -2, -1, 10
  DcmItem& lut = image.item(image.dataset(), DCM_ModalityLUTSequence);
  const Uint16 descriptor[]{3, 0xfffe, 16}, data[]{100, 200, 400};
  lut.putAndInsertUint16Array(DCM_LUTDescriptor, descriptor, 3);
  lut.putAndInsertUint16Array(DCM_LUTData, data, 3);
  lut.putAndInsertString(DCM_ModalityLUTType, "OD");
  const auto frames = rescaled(image.bytes());
  ASSERT_EQ(frames.failed, "") << frames.detail;
  EXPECT_THAT(values<float>(frames.frame().pixels), ElementsAre(100, 100, 200, 400));
  EXPECT_EQ(frames.frame().units, "OD");
}

TEST(DicomMeaning, PaddingIsComparedOnStoredValuesWithTheirSign) {
  DicomBuilder image{1, 4};
  image.bits(16, 16, true).text(DCM_RescaleSlope, "2").text(DCM_RescaleIntercept, "5");
  image.word(DCM_PixelPaddingValue, 0xf830).pixels({0xf830, 0, 2000, 0xf82f});  // -2000
  EXPECT_THAT(values<std::uint8_t>(rescaled(image.bytes()).frame().valid), ElementsAre(0, 255, 255, 255));
  image.word(DCM_PixelPaddingRangeLimit, 0xf82f);  // -2001: the range may be given either way round
  EXPECT_THAT(values<std::uint8_t>(rescaled(image.bytes()).frame().valid), ElementsAre(0, 255, 255, 0));
  image.pixels({1, 2, 3, 4});
  EXPECT_TRUE(rescaled(image.bytes()).frame().valid.empty());
}

TEST(DicomMeaning, WindowsFollowTheFramesUnits) {
  DicomBuilder image{1, 1};
  image.text(DCM_RescaleSlope, "1").text(DCM_RescaleIntercept, "-1024").pixels({0});
  image.text(DCM_WindowCenter, "40\\-600").text(DCM_WindowWidth, "400\\1500");
  image.text(DCM_WindowCenterWidthExplanation, "BODY\\LUNG");
  const auto in_hu = rescaled(image.bytes()), in_stored = as_stored(image.bytes());
  ASSERT_EQ(in_hu.frame().windows.size(), 2);
  EXPECT_EQ(in_hu.frame().windows[0].center, 40);
  EXPECT_EQ(in_hu.frame().windows[1].width, 1500);
  EXPECT_EQ(in_hu.frame().windows[1].explanation, "LUNG");
  EXPECT_EQ(in_stored.frame().windows[0].center, 1064);
  EXPECT_EQ(in_stored.frame().windows[0].width, 400);
  EXPECT_EQ(in_stored.frame().windows[0].function, VoiWindow::Function::Linear);

  image.text(DCM_RescaleSlope, "2");
  const auto scaled = as_stored(image.bytes());
  EXPECT_EQ(scaled.frame().windows[0].function, VoiWindow::Function::LinearExact);
  EXPECT_EQ(scaled.frame().windows[0].center, (39.5 + 1024) / 2);
  EXPECT_EQ(scaled.frame().windows[0].width, 199.5);

  image.text(DCM_VOILUTFunction, "SIGMOID");
  EXPECT_EQ(rescaled(image.bytes()).frame().windows[0].function, VoiWindow::Function::Sigmoid);
}

// Read for every frame: looking for each of so many values from the first on took minutes.
TEST(DicomMeaning, OfFiftyThousandWindowsAFewAreRead) {
  std::string centers = "40", widths = "400", offsets = "0";
  for (int i = 1; i < 50'000; ++i) {
    centers += "\\" + std::to_string(i);
    widths += "\\9";
    offsets += "\\1";
  }
  DicomBuilder image{1, 1};
  image.text(DCM_NumberOfFrames, "100").pixels(std::vector<Uint16>(100, 7));
  image.text(DCM_WindowCenter, centers).text(DCM_WindowWidth, widths);
  image.text(DCM_GridFrameOffsetVector, offsets).text(DCM_PixelSpacing, offsets);
  const auto frames = rescaled(image.bytes(EXS_LittleEndianImplicit));
  ASSERT_EQ(frames.size(), 100) << frames.detail;
  ASSERT_EQ(frames.frame(99).windows.size(), 64);
  EXPECT_EQ(frames.frame(99).windows[0].center, 40);
  EXPECT_EQ(frames.frame(99).windows[63].center, 63);
  EXPECT_FALSE(frames.frame(99).geometry.spacing);
}

TEST(DicomMeaning, VoiLutKeepsItsFirstValueAndBits) {
  DicomBuilder image{1, 1};
  image.pixels({0});
  DcmItem& lut = image.item(image.dataset(), DCM_VOILUTSequence);
  const Uint16 descriptor[]{2, 500, 12}, data[]{0, 4095};
  lut.putAndInsertUint16Array(DCM_LUTDescriptor, descriptor, 3);
  lut.putAndInsertUint16Array(DCM_LUTData, data, 2);
  const auto frames = rescaled(image.bytes());
  ASSERT_EQ(frames.frame().voi_luts.size(), 1);
  EXPECT_EQ(frames.frame().voi_luts[0].first, 500);
  EXPECT_EQ(frames.frame().voi_luts[0].bits, 12);
  EXPECT_THAT(frames.frame().voi_luts[0].entries, ElementsAre(0, 4095));
}

// Two frames whose own functional groups say slope, window and position, and whose shared ones say spacing.
TEST(DicomMeaning, FunctionalGroupsAreReadPerFrame) {
  DicomBuilder image{1, 1};
  image.text(DCM_Modality, "PT").text(DCM_NumberOfFrames, "2").pixels({10, 10});
  DcmItem& shared = image.item(image.dataset(), DCM_SharedFunctionalGroupsSequence);
  image.text_in(image.item(shared, DCM_PixelMeasuresSequence), DCM_PixelSpacing, "2.5\\1.5");
  image.text_in(image.item(shared, DCM_PlaneOrientationSequence), DCM_ImageOrientationPatient,
                "0\\1\\0\\0\\0\\-1");
  for (long i = 0; i < 2; ++i) {
    DcmItem& own = image.item(image.dataset(), DCM_PerFrameFunctionalGroupsSequence, i);
    DcmItem& transform = image.item(own, DCM_PixelValueTransformationSequence);
    image.text_in(transform, DCM_RescaleSlope, i == 0 ? "2" : "3");
    image.text_in(transform, DCM_RescaleIntercept, "1").text_in(transform, DCM_RescaleType, "BQML");
    DcmItem& voi = image.item(own, DCM_FrameVOILUTSequence);
    image.text_in(voi, DCM_WindowCenter, i == 0 ? "5" : "6").text_in(voi, DCM_WindowWidth, "10");
    image.text_in(image.item(own, DCM_PlanePositionSequence), DCM_ImagePositionPatient,
                  i == 0 ? "0\\0\\1" : "0\\0\\2");
    image.text_in(image.item(own, DCM_FrameAnatomySequence), DCM_FrameLaterality, i == 0 ? "L" : "R");
  }
  const auto frames = rescaled(image.bytes());
  ASSERT_EQ(frames.size(), 2);
  EXPECT_THAT(values<float>(frames.frame(0).pixels), ElementsAre(21));
  EXPECT_THAT(values<float>(frames.frame(1).pixels), ElementsAre(31));
  EXPECT_EQ(frames.frame(1).units, "BQML");
  EXPECT_EQ(frames.frame(1).modality, "PT");
  EXPECT_EQ(frames.frame(0).windows.at(0).center, 5);
  EXPECT_EQ(frames.frame(1).windows.at(0).center, 6);
  EXPECT_EQ(frames.frame(1).geometry.spacing->row, 2.5);
  EXPECT_EQ(frames.frame(1).geometry.spacing->column, 1.5);
  EXPECT_EQ(frames.frame(1).geometry.spacing_source, SpacingSource::Patient);
  EXPECT_THAT(*frames.frame(1).geometry.position, ElementsAre(0, 0, 2));
  EXPECT_THAT(*frames.frame(1).geometry.orientation, ElementsAre(0, 1, 0, 0, 0, -1));
  EXPECT_EQ(frames.frame(0).geometry.laterality, "L");
  EXPECT_EQ(frames.frame(1).geometry.laterality, "R");
}

TEST(DicomMeaning, IdentityHoldsUidsAndTheFrameNumberAndNoPatient) {
  DicomBuilder image{1, 1};
  image.text(DCM_Modality, "OT").text(DCM_NumberOfFrames, "2").pixels({10, 11});
  const auto frames = rescaled(image.bytes());
  ASSERT_EQ(frames.size(), 2);
  const Identity& identity = frames.pieces[1].identity;
  EXPECT_EQ(identity.index, 1);
  EXPECT_EQ(identity.count, 2);
  EXPECT_THAT(identity.ids,
              testing::UnorderedElementsAre(
                  testing::Pair("StudyInstanceUID", "1.2"), testing::Pair("SeriesInstanceUID", "1.2.3"),
                  testing::Pair("SOPInstanceUID", "1.2.3.4"),
                  testing::Pair("SOPClassUID", UID_SecondaryCaptureImageStorage),
                  testing::Pair("Modality", "OT"), testing::Pair("FrameNumber", "2")));
}

}  // namespace
}  // namespace radflow
