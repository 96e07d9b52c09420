// Files that contradict the standard or themselves and that others read: what comes out, and the warning.
#include <gmock/gmock.h>

#include <opencv2/core.hpp>

#include "tests/nodes/decode/decode_fixture.hpp"
#include "tests/nodes/decode/dicom/builder.hpp"
#include "tests/nodes/decode/dicom/odd.hpp"

namespace radflow {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;

const DecodeNode as_stored{"decode: {rescale: false}"};

TEST(DicomOdd, FullChromaNamedHalvedIsReadByItsSize) {
  DicomBuilder image{1, 2};
  image.bits(8, 8, false).word(DCM_SamplesPerPixel, 3).word(DCM_PlanarConfiguration, 0);
  image.text(DCM_PhotometricInterpretation, "YBR_FULL_422").pixels8({10, 128, 128, 20, 128, 128});
  const auto full = as_stored(image.bytes());
  ASSERT_EQ(full.failed, "") << full.detail;
  EXPECT_THAT(values_of(full), ElementsAre(10, 10, 10, 20, 20, 20));
  EXPECT_THAT(reasons(full), ElementsAre("full_chroma"));
  const auto halved = as_stored(image.pixels8({10, 20, 128, 128}).bytes());
  EXPECT_THAT(values_of(halved), ElementsAre(10, 10, 10, 20, 20, 20));
  EXPECT_THAT(halved.warnings, IsEmpty());
}

TEST(DicomOdd, FullChromaIsExactlyOfItsSize) {
  DicomBuilder image{3, 4};
  image.bits(8, 8, false).word(DCM_SamplesPerPixel, 3).word(DCM_PlanarConfiguration, 0);
  image.text(DCM_PhotometricInterpretation, "YBR_FULL_422");
  std::vector<double> greys;
  std::vector<Uint8> full, halved;
  for (int i = 0; i < 12; ++i) {
    const auto grey = static_cast<Uint8>(10 * i);
    full.insert(full.end(), {grey, 128, 128});
    halved.push_back(grey);
    if (i % 2 == 1) halved.insert(halved.end(), {128, 128});
    greys.insert(greys.end(), 3, grey);
  }
  const auto padded = [&image](std::vector<Uint8> bytes, std::size_t padding) {
    bytes.resize(bytes.size() + padding);
    return as_stored(image.pixels8(bytes).bytes());
  };
  const auto exact = padded(full, 0);
  EXPECT_THAT(values_of(exact), ElementsAreArray(greys));
  EXPECT_THAT(reasons(exact), ElementsAre("full_chroma"));
  // Half as much again is 12 bytes: two less and two more are padding.
  for (const std::size_t padding : {0, 2, 10, 14, 22}) {
    SCOPED_TRACE(padding);
    const auto answer = padded(halved, padding);
    EXPECT_THAT(values_of(answer), ElementsAreArray(greys));
    EXPECT_THAT(answer.warnings, IsEmpty());
  }
}

TEST(DicomOdd, TheSurplusOfATinyHalvedImageIsPadding) {
  DicomBuilder image{1, 2};
  image.bits(8, 8, false).word(DCM_SamplesPerPixel, 3).text(DCM_PhotometricInterpretation, "YBR_FULL_422");
  const auto answer = as_stored(image.pixels8({10, 20, 128, 128, 0, 0, 0, 0}).bytes());
  EXPECT_THAT(values_of(answer), ElementsAre(10, 10, 10, 20, 20, 20));
  EXPECT_THAT(answer.warnings, IsEmpty());
}

TEST(DicomOdd, AHighBitThatCannotBeIsReadAsTheUsualOne) {
  for (const auto& [stored, high] : {std::pair{12, 12}, {16, 16}, {12, 7}, {12, 99}}) {
    SCOPED_TRACE(high);
    DicomBuilder image{1, 2};
    image.bits(16, stored, false).word(DCM_HighBit, high).pixels({3770, 5});
    const auto answer = as_stored(image.bytes());
    ASSERT_EQ(answer.failed, "") << answer.detail;
    EXPECT_THAT(values_of(answer), ElementsAre(3770, 5));
    EXPECT_THAT(reasons(answer), ElementsAre("high_bit"));
  }
}

TEST(DicomOdd, NoFramesAreOneFrame) {
  DicomBuilder image{1, 2};
  const auto answer = as_stored(image.text(DCM_NumberOfFrames, "0").pixels({3, 4}).bytes());
  EXPECT_THAT(values_of(answer), ElementsAre(3, 4));
  EXPECT_THAT(reasons(answer), ElementsAre("frame_count"));
  image.pixels(std::vector<Uint16>(32, 3));
  EXPECT_EQ(as_stored(image.bytes()).failed, "malformed") << "sixteen frames lie there";
}

TEST(DicomOdd, SignedColourIsUnsigned) {
  DicomBuilder image{1, 1};
  image.bits(8, 8, true).word(DCM_SamplesPerPixel, 3).text(DCM_PhotometricInterpretation, "RGB");
  const auto answer = as_stored(image.pixels8({200, 100, 255, 0}).bytes());
  ASSERT_EQ(answer.failed, "") << answer.detail;
  EXPECT_THAT(values_of(answer), ElementsAre(200, 100, 255));
  EXPECT_THAT(reasons(answer), ElementsAre("signed_colour"));
}

TEST(DicomOdd, PlainPixelsInACompressedSyntaxAreReadAsTheyLie) {
  DicomBuilder image{1, 2};
  std::string bytes = image.pixels({3, 4}).bytes();
  const std::string explicit_little = "1.2.840.10008.1.2.1", rle = "1.2.840.10008.1.2.5";
  bytes.replace(bytes.find(explicit_little + '\0'), rle.size(), rle);
  const auto answer = as_stored(bytes);
  ASSERT_EQ(answer.failed, "") << answer.detail;
  EXPECT_THAT(values_of(answer), ElementsAre(3, 4));
  EXPECT_THAT(reasons(answer), ElementsAre("not_encapsulated"));
}

TEST(DicomOdd, ASlopeOfZeroMakesOneValueOfAll) {
  DicomBuilder image{1, 2};
  image.text(DCM_RescaleSlope, "0").text(DCM_RescaleIntercept, "-5").pixels({3, 4});
  const auto rescaled = DecodeNode{"decode: {}"}(image.bytes());
  EXPECT_THAT(values_of(rescaled), ElementsAre(-5, -5));
  EXPECT_THAT(reasons(rescaled), ElementsAre("rescale_slope"));
  EXPECT_THAT(as_stored(image.bytes()).warnings, IsEmpty());
}

TEST(DicomOdd, WhatIsMissingIsNamed) {
  const auto without = [](const DcmTagKey& tag) {
    DicomBuilder image{1, 2};
    image.pixels({3, 4});
    delete image.dataset().remove(tag);
    const auto answer = as_stored(image.bytes());
    EXPECT_EQ(answer.failed, "malformed");
    return answer.detail;
  };
  EXPECT_EQ(without(DCM_Rows), "Rows is missing");
  EXPECT_EQ(without(DCM_Columns), "Columns is missing");
  EXPECT_EQ(without(DCM_BitsAllocated), "BitsAllocated is missing");
  EXPECT_EQ(without(DCM_BitsStored), "BitsStored is missing");
  EXPECT_EQ(without(DCM_PixelRepresentation), "PixelRepresentation is missing");
  EXPECT_EQ(without(DCM_PhotometricInterpretation), "PhotometricInterpretation is missing");
}

// Whatever is nested in a sequence whose length lies is read too, and the same in all three encodings.
TEST(DicomOdd, ASequenceOfNoLengthWithItemsIsReadWithThem) {
  for (const auto syntax : {EXS_LittleEndianExplicit, EXS_LittleEndianImplicit, EXS_BigEndianExplicit}) {
    SCOPED_TRACE(DcmXfer{syntax}.getXferName());
    DicomBuilder image{1, 2};
    image.pixels({3, 4}).text_in(image.item(image.dataset(), DCM_VOILUTSequence), DCM_LUTExplanation, "SEEN");
    std::string bytes = image.bytes(syntax);
    const std::string undefined(4, '\xff');
    const std::size_t at = bytes.find(undefined);
    ASSERT_NE(at, std::string::npos);
    bytes.replace(at, 4, std::string(4, '\0'));
    const auto answer = as_stored(bytes);
    ASSERT_EQ(answer.failed, "") << answer.detail;
    EXPECT_THAT(values_of(answer), ElementsAre(3, 4));
    EXPECT_THAT(reasons(answer), ElementsAre("sequence_length"));
  }
}

TEST(DicomOdd, AParseThatStopsBeforeThePixelsSaysWhere) {
  DicomBuilder image{1, 2};
  image.pixels({3, 4}).item(image.dataset(), DCM_VOILUTSequence);
  std::string bytes = image.bytes();
  const std::string header{"\x28\x00\x10\x30SQ", 6};
  const std::size_t at = bytes.find(header);
  ASSERT_NE(at, std::string::npos);
  bytes.replace(at, 4, std::string{"\xfe\xff\x00\xe0", 4});  // an item that belongs to no sequence
  const auto answer = as_stored(bytes);
  EXPECT_EQ(answer.failed, "malformed");
  EXPECT_THAT(answer.detail, HasSubstr("byte"));
}

TEST(DicomOdd, AnImageWithoutPixelsIsNotCalledNoImage) {
  DicomBuilder image{1, 2};
  const auto answer = as_stored(image.bytes());
  EXPECT_EQ(answer.failed, "no_pixel_data");
  EXPECT_THAT(answer.detail, HasSubstr("has Rows but no pixel data"));
  delete image.dataset().remove(DCM_Rows);
  EXPECT_THAT(as_stored(image.bytes()).detail, HasSubstr("is no image"));
}

TEST(DicomOdd, RowsBehindThePixelsAreFound) {
  DicomBuilder image{1, 2};
  std::string bytes = image.pixels({3, 4}).bytes();
  const std::string rows{"\x28\x00\x10\x00US\x02\x00\x01\x00", 10};
  const std::size_t at = bytes.find(rows);
  ASSERT_NE(at, std::string::npos);
  bytes.erase(at, rows.size());
  const auto answer = as_stored(bytes + rows);
  ASSERT_EQ(answer.failed, "") << answer.detail;
  EXPECT_THAT(values_of(answer), ElementsAre(3, 4));
  EXPECT_THAT(reasons(answer), ElementsAre("element_order"));
  EXPECT_THAT(as_stored(bytes).detail, HasSubstr("Rows"));
}

// DCMTK allocates what a value says it has once it is asked for: 4 GB here.
TEST(DicomOdd, AnElementBehindThePixelsThatIsLongerThanTheFileIsNotTaken) {
  DicomBuilder image{1, 2};
  std::string bytes = image.pixels({3, 4}).bytes();
  const std::string columns{"\x28\x00\x11\x00US\x02\x00\x02\x00", 10};
  const std::size_t at = bytes.find(columns);
  ASSERT_NE(at, std::string::npos);
  bytes.erase(at, columns.size());
  const std::string endless{"\x28\x00\x11\x00UR\x00\x00\xf0\xff\xff\xff\x32 ", 14};
  const auto answer = as_stored(bytes + endless);
  EXPECT_EQ(answer.failed, "malformed");
  EXPECT_THAT(answer.detail, HasSubstr("Columns is missing"));
}

TEST(DicomOdd, PaddingIsReadAsAnyOtherValueIfAskedTo) {
  DicomBuilder image{1, 2};
  const std::string bytes = image.word(DCM_PixelPaddingValue, 7).pixels({7, 4}).bytes();
  EXPECT_FALSE(as_stored(bytes).frame().valid.empty());
  EXPECT_FALSE(DecodeNode{"decode: {padding: mask}"}(bytes).frame().valid.empty());
  EXPECT_TRUE(DecodeNode{"decode: {padding: ignore}"}(bytes).frame().valid.empty());
}

}  // namespace
}  // namespace radflow
