// Encapsulated pixel data whose fragments contradict the header, or are not quite whole.
#include <gmock/gmock.h>

#include <dcmtk/dcmjpeg/djencode.h>
#include <dcmtk/dcmjpeg/djrplol.h>

#include <opencv2/core.hpp>

#include "tests/nodes/decode/decode_fixture.hpp"
#include "tests/nodes/decode/dicom/builder.hpp"
#include "tests/nodes/decode/dicom/odd.hpp"

namespace radflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const DecodeNode as_stored{"decode: {rescale: false}"};

// Encapsulated pixel data: fragments are put together by hand, for what is wrong with them is the point.
class DicomOddFragments : public testing::Test {
 protected:
  static void SetUpTestSuite() { DJEncoderRegistration::registerCodecs(); }
  static void TearDownTestSuite() { DJEncoderRegistration::cleanup(); }

  // The lossless JPEG of a picture whose pixels are all different.
  static std::string jpeg(int first) {
    DicomBuilder image{4, 4};
    std::vector<Uint8> values;
    for (int i = 0; i < 16; ++i) values.push_back(static_cast<Uint8>(first + i * 3));
    image.bits(8, 8, false).pixels8(values);
    const DJ_RPLossless lossless;
    EXPECT_TRUE(image.dataset().chooseRepresentation(EXS_JPEGProcess14SV1, &lossless).good());
    const std::string bytes = image.bytes(EXS_JPEGProcess14SV1);
    const std::size_t begin = bytes.rfind(std::string{"\xff\xd8\xff", 3}), end = bytes.rfind("\xff\xd9") + 2;
    return bytes.substr(begin, end - begin);
  }
  static std::string number(std::size_t value) {
    std::string bytes;
    for (int i = 0; i < 4; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
    return bytes;
  }
  static std::string item(std::string bytes) {
    if (bytes.size() % 2 != 0) bytes += '\0';
    return std::string{"\xfe\xff\x00\xe0", 4} + number(bytes.size()) + bytes;
  }
  static std::string file(const std::string& frames, const std::string& table,
                          const std::vector<std::string>& fragments) {
    DicomBuilder image{4, 4};
    image.bits(8, 8, false);
    if (!frames.empty()) image.text(DCM_NumberOfFrames, frames);
    std::string bytes = image.bytes(EXS_JPEGProcess14SV1);
    bytes += std::string{"\xe0\x7f\x10\x00OB\x00\x00\xff\xff\xff\xff", 12} + item(table);
    for (const std::string& fragment : fragments) bytes += item(fragment);
    return bytes + std::string{"\xfe\xff\xdd\xe0\x00\x00\x00\x00", 8};
  }
};

TEST_F(DicomOddFragments, MoreCodestreamsThanFramesAreAllRead) {
  const std::vector<std::string> three{jpeg(0), jpeg(50), jpeg(100)};
  const std::size_t second = item(three[0]).size(), third = second + item(three[1]).size();
  const std::string table = number(0) + number(second) + number(third);
  for (const char* frames : {"", "0", "1", "2"})
    for (const std::string& offsets : {std::string{}, table, number(0)}) {
      SCOPED_TRACE(std::string{frames} + " " + std::to_string(offsets.size()));
      const auto answer = as_stored(file(frames, offsets, three));
      ASSERT_EQ(answer.failed, "") << answer.detail;
      ASSERT_EQ(answer.size(), 3);
      for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(answer.frame(i).pixels.at<std::uint8_t>(0, 1), 50 * i + 3);
        EXPECT_EQ(answer.pieces[i].identity.count, 3);
      }
      EXPECT_THAT(reasons(answer), testing::Contains("frame_count"));
    }
  EXPECT_THAT(as_stored(file("3", "", three)).warnings, IsEmpty());
}

TEST_F(DicomOddFragments, AFrameInSeveralFragmentsIsStillOne) {
  const std::string whole = jpeg(20);
  const auto answer = as_stored(file("1", "", {whole.substr(0, 40), whole.substr(40)}));
  ASSERT_EQ(answer.failed, "") << answer.detail;
  ASSERT_EQ(answer.size(), 1);
  EXPECT_THAT(answer.warnings, IsEmpty());
}

TEST_F(DicomOddFragments, AnOffsetTableProvesFramesOfSeveralFragments) {
  const std::string a = jpeg(0), b = jpeg(50);
  const std::vector<std::string> parts{a.substr(0, 40), a.substr(40), b};
  const std::size_t second = item(parts[0]).size() + item(parts[1]).size();
  const auto proven = as_stored(file("1", number(0) + number(second), parts));
  ASSERT_EQ(proven.failed, "") << proven.detail;
  ASSERT_EQ(proven.size(), 2);
  EXPECT_EQ(proven.frame(1).pixels.at<std::uint8_t>(0, 1), 53);
  const auto unclear = as_stored(file("1", "", parts));
  EXPECT_EQ(unclear.failed, "malformed");
  EXPECT_THAT(unclear.detail, testing::AllOf(HasSubstr("1 frame"), HasSubstr("2 codestreams")));
}

// A decoder stops at the first end marker: what lies behind it went without a word.
TEST_F(DicomOddFragments, CodestreamsOneBehindTheOtherAreNotLostInSilence) {
  std::string all;
  for (const int first : {0, 50, 100}) {
    all += jpeg(first);
    if (all.size() % 2 != 0) all += '\0';
  }
  const std::vector<std::string> cut{all.substr(0, 30), all.substr(30, 90), all.substr(120)};
  for (const std::vector<std::string>& fragments : {std::vector<std::string>{all}, cut})
    for (const char* frames : {"", "1", "2"})
      for (const std::string& table : {std::string{}, number(0)}) {
        SCOPED_TRACE(std::to_string(fragments.size()) + " fragments, frames " + frames);
        const auto answer = as_stored(file(frames, table, fragments));
        EXPECT_EQ(answer.failed, "malformed");
        EXPECT_THAT(answer.detail, testing::AllOf(HasSubstr("frame(s)"), HasSubstr("3 codestreams")));
      }
  const auto three = as_stored(file("3", "", {all}));
  ASSERT_EQ(three.size(), 3) << three.detail;
  EXPECT_EQ(three.frame(0).pixels.at<std::uint8_t>(0, 1), 3);
  EXPECT_FALSE(three.pieces[1].value);
  EXPECT_FALSE(three.pieces[2].value);
  // The second fragment's frame would be taken for the second, and is the third.
  const std::string shifted = jpeg(0) + jpeg(50);
  EXPECT_EQ(as_stored(file("3", "", {shifted, jpeg(100)})).failed, "malformed");
}

TEST_F(DicomOddFragments, APreviewBehindTheFrameIsSaid) {
  std::string preview = jpeg(50);
  const std::size_t size = preview.find(std::string{"\x08\x00\x04\x00\x04", 5});  // precision, rows, columns
  ASSERT_NE(size, std::string::npos);
  preview[size + 2] = 2;
  const auto answer = as_stored(file("1", "", {jpeg(20) + preview}));
  ASSERT_EQ(answer.failed, "") << answer.detail;
  EXPECT_EQ(answer.size(), 1);
  EXPECT_THAT(reasons(answer), ElementsAre("more_images"));
}

TEST_F(DicomOddFragments, ACodestreamWithoutItsEndMarkerIsReadIfItIsWhole) {
  const std::string whole = jpeg(20), open = whole.substr(0, whole.size() - 2);
  const auto read = as_stored(file("1", "", {open}));
  ASSERT_EQ(read.failed, "") << read.detail;
  EXPECT_EQ(values_of(read), values_of(as_stored(file("1", "", {whole}))));
  EXPECT_THAT(reasons(read), ElementsAre("no_end_marker"));
  for (std::size_t lost = 3; lost < 12; ++lost)
    EXPECT_EQ(as_stored(file("1", "", {open.substr(0, open.size() - lost)})).failed, "truncated") << lost;
}

TEST(DicomOddRle, RleThatGoesOnBehindTheLastPixelIsRead) {
  const auto rle = [](std::string packed) {
    std::string bytes(64, '\0');
    bytes[0] = 1;
    bytes[4] = 64;
    return bytes + std::move(packed);
  };
  const auto file = [](const std::string& frame) {
    DicomBuilder image{1, 3};
    std::string bytes = image.bits(8, 8, false).bytes(EXS_RLELossless);
    const std::string table{"\xe0\x7f\x10\x00OB\x00\x00\xff\xff\xff\xff\xfe\xff\x00\xe0\x00\x00\x00\x00", 20};
    bytes +=
        table + std::string{"\xfe\xff\x00\xe0", 4} + static_cast<char>(frame.size()) + std::string(3, '\0');
    return bytes + frame + std::string{"\xfe\xff\xdd\xe0\x00\x00\x00\x00", 8};
  };
  const auto answer = as_stored(file(rle(std::string{"\x03\x05\x06\x07\x00\x80", 6})));
  ASSERT_EQ(answer.failed, "") << answer.detail;
  EXPECT_THAT(values_of(answer), ElementsAre(5, 6, 7));
  EXPECT_THAT(reasons(answer), ElementsAre("rle_surplus"));
  EXPECT_EQ(as_stored(file(rle(std::string{"\x81\x05\x81\x05", 4}))).failed, "malformed") << "runs more";
}

}  // namespace
}  // namespace radflow
