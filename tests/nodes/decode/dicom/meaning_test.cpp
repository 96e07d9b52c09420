// What values mean, on images small enough to compute by hand.
#include <gmock/gmock.h>

#include <opencv2/core.hpp>

#include "tests/nodes/decode/decode_fixture.hpp"
#include "tests/nodes/decode/dicom/builder.hpp"

namespace radflow {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

template <typename T>
std::vector<T> values(const cv::Mat& pixels) {
  return {pixels.ptr<T>(), pixels.ptr<T>() + pixels.total() * static_cast<std::size_t>(pixels.channels())};
}

const DecodeNode rescaled;
const DecodeNode as_stored{"decode: {rescale: false}"};

TEST(DicomMeaning, TwelveSignedBitsAreExtendedAndOverlayBitsDropped) {
  DicomBuilder image{1, 4};
  image.bits(16, 12, true).pixels({0x0fff, 0x0800, 0x07ff, 0xf001});
  const auto frames = as_stored(image.bytes());
  ASSERT_EQ(frames.size(), 1);
  ASSERT_EQ(frames.frame().pixels.type(), CV_16SC1);
  EXPECT_THAT(values<std::int16_t>(frames.frame().pixels), ElementsAre(-1, -2048, 2047, 1));
  EXPECT_EQ(frames.frame().bits_stored, 12);
  EXPECT_EQ(frames.frame().units, "stored");
  EXPECT_THAT(values<float>(rescaled(image.bytes()).frame().pixels), ElementsAre(-1, -2048, 2047, 1));
}

TEST(DicomMeaning, StoredBitsAboveTheLowestAreShiftedDown) {
  DicomBuilder image{1, 2};
  image.bits(16, 12, false).word(DCM_HighBit, 15).pixels({0xabc7, 0x0010});
  EXPECT_THAT(values<std::uint16_t>(as_stored(image.bytes()).frame().pixels), ElementsAre(0xabc, 1));
}

TEST(DicomMeaning, EightStoredOfSixteenBitsAreEightBit) {
  DicomBuilder image{1, 2};
  image.bits(16, 8, false).pixels({7, 255});
  const auto frames = as_stored(image.bytes());
  ASSERT_EQ(frames.frame().pixels.type(), CV_8UC1);
  EXPECT_THAT(values<std::uint8_t>(frames.frame().pixels), ElementsAre(7, 255));
}

TEST(DicomMeaning, OneBitFramesFollowEachOtherWithoutAGap) {
  DicomBuilder image{1, 5};
  // Lowest bit first: 1 0 1 1 0 | 0 1 1 0 1 | padding.
  image.bits(1, 1, false).text(DCM_NumberOfFrames, "2").pixels8({0b11001101, 0b00000010});
  for (const E_TransferSyntax syntax : {EXS_LittleEndianExplicit, EXS_BigEndianExplicit}) {
    const auto frames = as_stored(image.bytes(syntax));
    ASSERT_EQ(frames.size(), 2);
    EXPECT_THAT(values<std::uint8_t>(frames.frame(0).pixels), ElementsAre(1, 0, 1, 1, 0));
    EXPECT_THAT(values<std::uint8_t>(frames.frame(1).pixels), ElementsAre(0, 1, 1, 0, 1));
  }
}

TEST(DicomMeaning, OddFramesInBigEndianWordsKeepTheirBytes) {
  DicomBuilder image{1, 3};
  image.bits(8, 8, false).text(DCM_NumberOfFrames, "2").pixels({0x0201, 0x0403, 0x0605});
  const auto frames = as_stored(image.bytes(EXS_BigEndianExplicit));
  ASSERT_EQ(frames.size(), 2);
  EXPECT_THAT(values<std::uint8_t>(frames.frame(0).pixels), ElementsAre(1, 2, 3));
  EXPECT_THAT(values<std::uint8_t>(frames.frame(1).pixels), ElementsAre(4, 5, 6));
}

TEST(DicomMeaning, UnsignedThirtyTwoBitsNeedADouble) {
  for (const E_TransferSyntax syntax : {EXS_LittleEndianExplicit, EXS_LittleEndianImplicit}) {
    DicomBuilder image{1, 2};
    image.bits(32, 32, false).pixels({0xffff, 0xffff, 1, 2});
    const auto frames = as_stored(image.bytes(syntax));
    ASSERT_EQ(frames.frame().pixels.type(), CV_64FC1);
    EXPECT_THAT(values<double>(frames.frame().pixels), ElementsAre(4294967295.0, 131073.0));
    EXPECT_EQ(rescaled(image.bytes()).frame().pixels.type(), CV_64FC1);
  }
}

TEST(DicomMeaning, FloatAndDoublePixelDataAreReadAsTheyAre) {
  DicomBuilder image{1, 2};
  const Float32 floats[]{1.5f, -2.25f};
  image.bits(32, 32, false).dataset().putAndInsertFloat32Array(DCM_FloatPixelData, floats, 2);
  image.dataset().findAndDeleteElement(DCM_BitsStored);
  image.dataset().findAndDeleteElement(DCM_PixelRepresentation);
  EXPECT_THAT(values<float>(rescaled(image.bytes()).frame().pixels), ElementsAre(1.5f, -2.25f));
  EXPECT_THAT(values<float>(rescaled(image.bytes(EXS_BigEndianExplicit)).frame().pixels),
              ElementsAre(1.5f, -2.25f));

  image.dataset().findAndDeleteElement(DCM_FloatPixelData);
  const Float64 doubles[]{0.1, -1e300};
  image.word(DCM_BitsAllocated, 64).dataset().putAndInsertFloat64Array(DCM_DoubleFloatPixelData, doubles, 2);
  image.dataset().putAndInsertFloat64(DCM_DoubleFloatPixelPaddingValue, -1e300);
  const auto frames = rescaled(image.bytes());
  EXPECT_THAT(values<double>(frames.frame().pixels), ElementsAre(0.1, -1e300));
  EXPECT_THAT(values<std::uint8_t>(frames.frame().valid), ElementsAre(255, 0));
}

TEST(DicomMeaning, PaletteGivesRgbAndIsClampedAtItsEnds) {
  DicomBuilder image{1, 4};
  image.bits(8, 8, false).text(DCM_PhotometricInterpretation, "PALETTE COLOR").pixels8({9, 10, 11, 200});
  for (const auto& [descriptor, data, entry] :
       {std::tuple{DCM_RedPaletteColorLookupTableDescriptor, DCM_RedPaletteColorLookupTableData,
                   Uint16{0x0201}},
        std::tuple{DCM_GreenPaletteColorLookupTableDescriptor, DCM_GreenPaletteColorLookupTableData,
                   Uint16{0x0403}},
        std::tuple{DCM_BluePaletteColorLookupTableDescriptor, DCM_BluePaletteColorLookupTableData,
                   Uint16{0x0605}}})
    image.words(descriptor, {2, 10, 8}).words(data, {entry});
  const auto frames = rescaled(image.bytes());
  ASSERT_EQ(frames.frame().pixels.type(), CV_8UC3);
  EXPECT_EQ(frames.frame().photometric, Photometric::Rgb);
  EXPECT_THAT(values<std::uint8_t>(frames.frame().pixels), ElementsAre(1, 3, 5, 1, 3, 5, 2, 4, 6, 2, 4, 6));
}

// A palette image whose three colours have the same segmented table.
DicomBuilder segmented(const std::vector<Uint8>& indices, Uint16 entries, Uint16 bits,
                       const std::vector<Uint16>& segments) {
  DicomBuilder image{1, static_cast<int>(indices.size())};
  image.bits(8, 8, false).text(DCM_PhotometricInterpretation, "PALETTE COLOR").pixels8(indices);
  for (const auto& [descriptor, data] :
       {std::pair{DCM_RedPaletteColorLookupTableDescriptor, DCM_SegmentedRedPaletteColorLookupTableData},
        std::pair{DCM_GreenPaletteColorLookupTableDescriptor, DCM_SegmentedGreenPaletteColorLookupTableData},
        std::pair{DCM_BluePaletteColorLookupTableDescriptor, DCM_SegmentedBluePaletteColorLookupTableData}})
    image.words(descriptor, {entries, 0, bits}).words(data, segments);
  return image;
}

TEST(DicomMeaning, SegmentedPaletteIsExpanded) {
  // Discrete 100; linear in 2 steps to 300; discrete 5, 7.
  const auto frames =
      rescaled(segmented({0, 1, 2, 3, 4, 4}, 5, 16, {0, 1, 100, 1, 2, 300, 0, 2, 5, 7}).bytes());
  ASSERT_EQ(frames.failed, "") << frames.detail;
  ASSERT_EQ(frames.frame().pixels.type(), CV_16UC3);
  cv::Mat red;
  cv::extractChannel(frames.frame().pixels, red, 0);
  EXPECT_THAT(values<std::uint16_t>(red), ElementsAre(100, 200, 300, 5, 7, 7));
}

TEST(DicomMeaning, SegmentedPaletteOfEightBitsIsReadByBytes) {
  // The green of the standard's palette SPRING: discrete 0, linear in 255 steps to 255.
  const auto frames = rescaled(segmented({0, 77, 255, 1}, 256, 8, {0x0100, 0x0100, 0xffff}).bytes());
  ASSERT_EQ(frames.failed, "") << frames.detail;
  ASSERT_EQ(frames.frame().pixels.type(), CV_8UC3);
  cv::Mat red;
  cv::extractChannel(frames.frame().pixels, red, 0);
  EXPECT_THAT(values<std::uint8_t>(red), ElementsAre(0, 77, 255, 1));
}

TEST(DicomMeaning, PalettesThatCannotBeReadAreErrors) {
  EXPECT_EQ(rescaled(segmented({0}, 5, 16, {0, 1, 100, 2, 1, 0, 0}).bytes()).failed, "unsupported_pixels");
  EXPECT_EQ(rescaled(segmented({0}, 5, 16, {0, 1, 100}).bytes()).failed, "malformed");
  EXPECT_EQ(rescaled(segmented({0}, 5, 16, {1, 5, 100}).bytes()).failed, "malformed");
}

TEST(DicomMeaning, YbrBecomesRgb) {
  DicomBuilder image{1, 4};
  // Black, white, and the red and blue of full range BT.601.
  image.bits(8, 8, false).word(DCM_SamplesPerPixel, 3).word(DCM_PlanarConfiguration, 0);
  image.text(DCM_PhotometricInterpretation, "YBR_FULL");
  image.pixels8({0, 128, 128, 255, 128, 128, 76, 85, 255, 29, 255, 107});
  const auto frames = rescaled(image.bytes());
  EXPECT_THAT(values<std::uint8_t>(frames.frame().pixels),
              ElementsAre(0, 0, 0, 255, 255, 255, 254, 0, 0, 0, 0, 254));

  image.word(DCM_PlanarConfiguration, 1).pixels8({0, 255, 76, 29, 128, 128, 85, 255, 128, 128, 255, 107});
  EXPECT_EQ(values<std::uint8_t>(rescaled(image.bytes()).frame().pixels),
            values<std::uint8_t>(frames.frame().pixels));
}

TEST(DicomMeaning, Monochrome1KeepsItsValuesAndItsName) {
  DicomBuilder image{1, 2};
  image.text(DCM_PhotometricInterpretation, "MONOCHROME1").pixels({3, 9});
  const auto frames = rescaled(image.bytes());
  EXPECT_EQ(frames.frame().photometric, Photometric::Monochrome1);
  EXPECT_THAT(values<float>(frames.frame().pixels), ElementsAre(3, 9));
}

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
