// Bytes that are cut short, promise too much or are damaged: an error, never a crash, never a frame from
// nothing.
#include <gmock/gmock.h>

#include <chrono>
#include <random>
#include <set>

#include "tests/nodes/decode/decode_fixture.hpp"
#include "tests/nodes/decode/dicom/builder.hpp"

namespace radflow {
namespace {

using testing::HasSubstr;

const DecodeNode decode;

bool has_frame(const DecodeNode::Answer& answer) {
  return std::ranges::any_of(answer.pieces,
                             [](const Outcome::Piece& piece) { return static_cast<bool>(piece.value); });
}

TEST(DecodeHostile, EmptyAndGarbage) {
  EXPECT_EQ(decode("").failed, "empty");
  EXPECT_EQ(decode("x").failed, "unknown_format");
  EXPECT_EQ(decode(std::string(1000, '\0')).failed, "unknown_format");
  EXPECT_EQ(decode(std::string(128, '\0') + "DICM").failed, "truncated");
  EXPECT_EQ(decode(record_of("no image", {{"content-type", "image/png"}})).failed, "truncated");
  EXPECT_NE(decode(record_of("no image", {{"content-type", "application/dicom"}})).failed, "");
  EXPECT_NE(DecodeNode{"decode: {format: jpeg}"}(std::string(100, 'x')).failed, "");
}

TEST(DecodeHostile, AHeaderThatPromisesAHugeFrameAllocatesNothing) {
  DicomBuilder image{1, 1};
  image.text(DCM_NumberOfFrames, "1").pixels({1});
  DcmUnsignedLong* wide = new DcmUnsignedLong{DcmTag{DCM_Rows, EVR_UL}};
  wide->putUint32(100'000);
  image.dataset().insert(wide, OFTrue);
  wide = new DcmUnsignedLong{DcmTag{DCM_Columns, EVR_UL}};
  wide->putUint32(100'000);
  image.dataset().insert(wide, OFTrue);
  EXPECT_EQ(decode(image.bytes()).failed, "too_large");

  DicomBuilder tall{65535, 65535};
  EXPECT_EQ(decode(tall.pixels({1}).bytes()).failed, "too_large");
  DicomBuilder legal{9000, 9000};
  EXPECT_EQ(decode(legal.pixels({1}).bytes()).failed, "truncated");
  DicomBuilder many{1, 1};
  EXPECT_EQ(decode(many.text(DCM_NumberOfFrames, "2147483647").pixels({1}).bytes()).failed, "truncated");

  DicomBuilder small{2, 2};
  EXPECT_EQ(DecodeNode{"decode: {max_pixels: 3}"}(small.pixels({1, 2, 3, 4}).bytes()).failed, "too_large");
}

TEST(DecodeHostile, MoreThanTheMemoryIsRefusedBeforeItIsAllocated) {
  DicomBuilder image{100, 100};
  image.pixels(std::vector<Uint16>(10'000));
  DecodeNode small;
  small.memory = 20'000;  // the frame needs 40,000 bytes
  EXPECT_EQ(small(image.bytes()).failed, "too_large");
}

TEST(DecodeHostile, MorePixelsThanTheHeaderSaysIsAContradiction) {
  DicomBuilder image{4, 4};
  EXPECT_EQ(decode(image.pixels(std::vector<Uint16>(32)).bytes()).failed, "malformed");
  EXPECT_EQ(decode(image.pixels(std::vector<Uint16>(18)).bytes()).failed, "") << "padding";
  EXPECT_EQ(decode(image.pixels(std::vector<Uint16>(15)).bytes()).failed, "truncated");
}

TEST(DecodeHostile, FramesBeforeTheCutGoOn) {
  DicomBuilder image{2, 2};
  image.text(DCM_NumberOfFrames, "3").pixels({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  const std::string bytes = image.bytes();
  const auto cut = decode(bytes.substr(0, bytes.size() - 9));
  ASSERT_EQ(cut.size(), 3);
  EXPECT_TRUE(cut.pieces[0].value);
  ASSERT_FALSE(cut.pieces[1].value);
  EXPECT_EQ(cut.pieces[1].value.error().reason, "truncated");
  EXPECT_THAT(cut.pieces[1].value.error().detail, HasSubstr("frame 2 of 3"));
  EXPECT_FALSE(cut.pieces[2].value);
  EXPECT_EQ(cut.pieces[2].identity.index, 2);
  EXPECT_EQ(cut.pieces[2].identity.count, 3);
}

TEST(DecodeHostile, FramesOfACutVideoGoOn) {
  RADFLOW_NEEDS_DICOM_DATA();
  const std::string bytes = dicom_file("examples_ybr_color.dcm");
  const auto cut = decode(bytes.substr(0, bytes.size() / 2));
  ASSERT_EQ(cut.size(), 30);
  std::size_t good = 0;
  while (good < 30 && cut.pieces[good].value) ++good;
  EXPECT_GT(good, 10);
  EXPECT_LT(good, 20);
  for (std::size_t i = good; i < 30; ++i) {
    ASSERT_FALSE(cut.pieces[i].value);
    EXPECT_EQ(cut.pieces[i].value.error().reason, "truncated");
  }
}

TEST(DecodeHostile, DeepNestingIsRefused) {
  std::string bytes = std::string(128, '\0') + "DICM";
  const auto add = [&](std::initializer_list<int> values) {
    for (const int value : values) bytes += static_cast<char>(value);
  };
  add({2, 0, 0x10, 0, 'U', 'I', 20, 0});
  bytes += std::string{UID_LittleEndianExplicitTransferSyntax} + '\0';
  for (int i = 0; i < 100'000; ++i) {
    add({0x08, 0, 0x40, 0x11, 'S', 'Q', 0, 0, 0xff, 0xff, 0xff, 0xff});
    add({0xfe, 0xff, 0, 0xe0, 0xff, 0xff, 0xff, 0xff});
  }
  const auto answer = decode(bytes);
  EXPECT_EQ(answer.failed, "malformed");
  EXPECT_THAT(answer.detail, HasSubstr("nested"));
}

// 200 MB of zero bytes are 26 million elements: they took a gigabyte and half a minute.
TEST(DecodeHostile, ManyTinyElementsAreRefused) {
  const auto answer = decode(std::string(128, '\0') + "DICM" + std::string(17'000'000, '\0'));
  EXPECT_EQ(answer.failed, "malformed");
  EXPECT_THAT(answer.detail, HasSubstr("two million elements"));
}

TEST(DecodeHostile, ADirectoryIsNoImage) {
  DicomBuilder image{1, 1};
  image.dataset().insert(new DcmSequenceOfItems{DCM_DirectoryRecordSequence}, OFTrue);
  EXPECT_EQ(decode(image.pixels({1}).bytes()).failed, "no_pixel_data");
  EXPECT_EQ(decode(image.bytes(EXS_BigEndianExplicit)).failed, "no_pixel_data");
}

TEST(DecodeHostile, ASmallFileThatInflatesToMuchIsRefused) {
  DicomBuilder image{1, 1};
  image.words(DCM_RedPaletteColorLookupTableData, std::vector<Uint16>(400'000)).pixels({1});
  const std::string bytes = image.bytes(EXS_DeflatedLittleEndianExplicit);
  EXPECT_LT(bytes.size(), 10'000);
  DecodeNode small;
  EXPECT_EQ(small(bytes).failed, "");
  small.memory = 500'000;
  EXPECT_EQ(small(bytes).failed, "too_large");
}

// Cut anywhere, a file has no more frames than before the cut, and never one whose pixels are not all there.
TEST(DecodeHostile, AFileCutAnywhereGivesNoFrame) {
  RADFLOW_NEEDS_DICOM_DATA();
  for (const char* name :
       {"MR_small.dcm", "MR_small_RLE.dcm", "MR_small_jpeg_ls_lossless.dcm", "MR_small_jp2klossless.dcm",
        "MR_small_bigendian.dcm", "SC_rgb_jpeg_dcmtk.dcm", "SC_rgb_jpeg_gdcm.dcm", "JPGExtended.dcm"}) {
    SCOPED_TRACE(name);
    const std::string bytes = dicom_file(name);
    // Bytes behind the pixels (trailing padding of the data set) may go; these files end with the sequence
    // delimiter or with the pixels, but for a data-set padding of at most 200 bytes.
    for (std::size_t cut = 0; cut + 200 < bytes.size(); cut += 1 + bytes.size() / 101)
      ASSERT_FALSE(has_frame(decode(bytes.substr(0, cut)))) << "cut to " << cut << " of " << bytes.size();
  }
}

TEST(DecodeHostile, DamagedFilesNeverCrashAndOnlyKnownReasonsComeOut) {
  RADFLOW_NEEDS_DICOM_DATA();
  static const std::set<std::string> reasons{"empty",     "unknown_format",    "truncated",
                                             "malformed", "no_pixel_data",     "unsupported_transfer_syntax",
                                             "too_large", "unsupported_pixels"};
  std::mt19937 random{20240611};
  std::vector<std::string> files;
  for (const auto& path : all_dicom_files())
    if (std::filesystem::file_size(path) < 100'000) files.push_back(file_bytes(path));
  DecodeNode bounded;
  bounded.memory = 64 << 20;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{3};
  int inputs = 0;
  for (; std::chrono::steady_clock::now() < end && inputs < 4'000; ++inputs) {
    std::string bytes = files[static_cast<std::size_t>(inputs) % files.size()];
    if (bytes.empty()) continue;
    for (unsigned i = 0, count = 1 + random() % 6; i < count; ++i) {
      const std::size_t reach = random() % 2 ? bytes.size() : std::min<std::size_t>(bytes.size(), 2'000);
      bytes[random() % reach] = static_cast<char>(random() % 3 == 0 ? 0xff : random());
    }
    if (random() % 4 == 0) bytes.resize(random() % bytes.size());
    const auto answer = bounded(bytes);
    if (!answer.failed.empty()) {
      EXPECT_TRUE(reasons.contains(answer.failed)) << answer.failed;
    }
    for (const auto& piece : answer.pieces) {
      if (!piece.value) {
        EXPECT_TRUE(reasons.contains(piece.value.error().reason)) << piece.value.error().reason;
      }
    }
  }
  EXPECT_GT(inputs, 100);
}

}  // namespace
}  // namespace radflow
