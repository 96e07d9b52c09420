// TIFF: pages, what is not read and says so, files that are damaged, memory.
#include <gmock/gmock.h>

#include "tests/nodes/decode/tiff/fixture.hpp"

namespace radflow {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

const DecodeNode decode;

std::string refused(const TiffPage& page) {
  const auto answer = decode(TiffBuilder{}.page(page).bytes());
  return answer.failed + ": " + answer.detail;
}

TEST(TiffFile, PagesAreFramesAndOneThatIsBadCostsOnlyItself) {
  const cv::Mat first = noise(CV_8U), third = noise(CV_16UC3);
  const std::string bytes = TiffBuilder{}
                                .page({.samples = first})
                                .page({.samples = noise(CV_8UC4), .photometric = PHOTOMETRIC_SEPARATED})
                                .page({.samples = third, .photometric = PHOTOMETRIC_RGB})
                                .bytes();
  const auto frames = decode(bytes);
  ASSERT_EQ(frames.failed, "") << frames.detail;
  ASSERT_EQ(frames.size(), 3);
  expect_frame(frames.frame(0), first, Photometric::Monochrome2);
  expect_frame(frames.frame(2), third, Photometric::Rgb);
  EXPECT_EQ(frames.pieces[2].identity.index, 2U);
  EXPECT_EQ(frames.pieces[2].identity.count, 3U);
  ASSERT_FALSE(frames.pieces[1].value);
  EXPECT_EQ(frames.pieces[1].value.error().reason, "unsupported_pixels");
  EXPECT_THAT(frames.pieces[1].value.error().detail,
              HasSubstr("page 2: TIFF: photometric interpretation 5 (inks, CMYK)"));
}

TEST(TiffFile, WhatIsNotReadSaysSo) {
  EXPECT_THAT(refused({.samples = noise(CV_8U), .compression = COMPRESSION_LZMA}),
              HasSubstr("unsupported_pixels: TIFF: compression 34925 (LZMA)"));
  EXPECT_THAT(refused({.samples = noise(CV_64F)}), HasSubstr("unsigned integers of 64 bits are not read"));
  EXPECT_THAT(refused({.samples = noise(CV_64F), .sample_format = SAMPLEFORMAT_COMPLEXIEEEFP}),
              HasSubstr("complex numbers"));
  EXPECT_THAT(refused({.samples = noise(CV_8UC2), .extra = {EXTRASAMPLE_UNSPECIFIED}}),
              HasSubstr("2 samples a pixel, of which the file does not say that they are colours or alpha"));
  EXPECT_THAT(refused({.samples = noise(CV_8UC3), .photometric = PHOTOMETRIC_CIELAB}), HasSubstr("CIE Lab"));
}

// A file that is cut may lack a tag that does not matter: then it has the same pixels.
void expect_cuts_are_seen(const std::string& bytes) {
  const auto whole = decode(bytes);
  ASSERT_EQ(whole.failed, "") << whole.detail;
  int read = 0;
  for (std::size_t cut = 8; cut + 1 < bytes.size(); cut += 5) {
    const auto frames = decode(bytes.substr(0, cut));
    if (!frames.failed.empty()) continue;
    ++read;
    expect_frame(frames.frame(), whole.frame().pixels, whole.frame().photometric);
  }
  EXPECT_LE(read, 4);
}

TEST(TiffFile, CutAnywhereItIsAnErrorAndNeverAWrongPixel) {
  for (const int compression : {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE,
                                COMPRESSION_PACKBITS, COMPRESSION_JPEG, COMPRESSION_ZSTD, COMPRESSION_LERC}) {
    SCOPED_TRACE(compression);
    const std::string bytes =
        TiffBuilder{}
            .page({.samples = noise(CV_8U), .compression = compression, .rows_per_strip = 16})
            .bytes();
    expect_cuts_are_seen(bytes);
  }
  expect_cuts_are_seen(
      TiffBuilder{}.page({.samples = noise(CV_16UC3), .photometric = PHOTOMETRIC_RGB}).bytes());
  expect_cuts_are_seen(
      TiffBuilder{}.page({.samples = noise(CV_16S), .sample_format = SAMPLEFORMAT_INT}).bytes());
}

TEST(TiffFile, ADamagedJpegIsAnErrorThoughLibtiffFillsItUp) {
  std::string bytes =
      TiffBuilder{}
          .page({.samples = noise(CV_8U), .compression = COMPRESSION_JPEG, .rows_per_strip = 21})
          .bytes();
  ASSERT_EQ(decode(bytes).failed, "");
  // The end-of-image marker comes early, with the strip as long as before.
  const std::size_t end = bytes.rfind("\xff\xd9");
  ASSERT_NE(end, std::string::npos);
  bytes.replace(end - 200, 2, "\xff\xd9");
  EXPECT_EQ(decode(bytes).failed, "malformed");
}

TEST(TiffFile, MemoryIsAskedForBeforeItIsTaken) {
  DecodeNode small;
  small.memory = 700;
  EXPECT_EQ(small(TiffBuilder{}.page({.samples = noise(CV_8U)}).bytes()).failed, "too_large");
  const auto tall = [](TIFF* tiff) { TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, 1'000'000'000); };
  const auto answer =
      decode(TiffBuilder{}
                 .page({.samples = noise(CV_8U), .rows_per_strip = 1'000'000'000, .more_tags = tall})
                 .bytes());
  EXPECT_EQ(answer.failed, "too_large");
  EXPECT_THAT(answer.detail, HasSubstr("37 x 1000000000"));
}

std::vector<Error> warnings_of(const std::string& bytes) { return decode(bytes).warnings; }

TEST(TiffFile, ImagesThatOneDirectoryDescribesAreSaid) {
  const auto described = [](std::string text) {
    return TiffPage{.samples = noise(CV_8U), .more_tags = [text](TIFF* tiff) {
                      TIFFSetField(tiff, TIFFTAG_IMAGEDESCRIPTION, text.c_str());
                    }};
  };
  const TiffPage imagej = described("ImageJ=1.53t\nimages=3\nslices=3\nloop=false\n");
  const auto warnings = warnings_of(TiffBuilder{}.page(imagej).bytes());
  ASSERT_THAT(warnings, SizeIs(1));
  EXPECT_EQ(warnings[0].reason, "more_images");
  EXPECT_THAT(warnings[0].detail,
              HasSubstr("holds 3 images, by what ImageJ wrote into it, and has pages for 1"));
  const TiffPage plain{.samples = noise(CV_8U)};
  EXPECT_THAT(warnings_of(TiffBuilder{}.page(imagej).page(plain).page(plain).bytes()), SizeIs(0));
  EXPECT_THAT(warnings_of(TiffBuilder{}.page(described("{\"shape\": [5, 21, 37]}")).bytes()), SizeIs(1));
  EXPECT_THAT(warnings_of(TiffBuilder{}.page(described("{\"shape\": [21, 37]}")).bytes()), SizeIs(0));
  EXPECT_THAT(warnings_of(TiffBuilder{}.page(described("a scan")).bytes()), SizeIs(0));
}

TEST(TiffFile, PreviewsAreLeftOutAndSaid) {
  TiffPage preview{.samples = noise(CV_8U)};
  preview.more_tags = [](TIFF* tiff) { TIFFSetField(tiff, TIFFTAG_SUBFILETYPE, FILETYPE_REDUCEDIMAGE); };
  const std::string bytes = TiffBuilder{}.page({.samples = noise(CV_16U)}).page(preview).bytes();
  EXPECT_EQ(decode(bytes).size(), 1);
  ASSERT_THAT(warnings_of(bytes), SizeIs(1));
  EXPECT_THAT(warnings_of(bytes)[0].detail, HasSubstr("copies in lower resolution"));
  EXPECT_EQ(decode(TiffBuilder{}.page(preview).bytes()).size(), 1)
      << "the only page is read, whatever it is called";
}

TEST(TiffFile, AFourthSampleThatMayBeAnythingIsSaid) {
  const TiffPage page{
      .samples = noise(CV_8UC4), .photometric = PHOTOMETRIC_RGB, .extra = {EXTRASAMPLE_UNSPECIFIED}};
  const auto warnings = warnings_of(TiffBuilder{}.page(page).bytes());
  ASSERT_THAT(warnings, SizeIs(1));
  EXPECT_EQ(warnings[0].reason, "sample_left_out");
}

}  // namespace
}  // namespace radflow
