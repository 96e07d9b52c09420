// How pixels are stored: bits, signs, words and floats, on images small enough to compute by hand.
#include <gmock/gmock.h>

#include "tests/nodes/decode/dicom/values.hpp"

namespace radflow {
namespace {

using testing::ElementsAre;

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

}  // namespace
}  // namespace radflow
