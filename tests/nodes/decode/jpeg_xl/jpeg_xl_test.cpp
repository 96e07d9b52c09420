// JPEG XL in DICOM: every value of lossless codestreams, JPEG files rebuilt, and what is refused.
#include <gmock/gmock.h>

#include <opencv2/imgcodecs.hpp>

#include "nodes/decode/jpeg_xl_codec.hpp"
#include "tests/nodes/decode/dicom/encapsulated.hpp"
#include "tests/nodes/decode/dicom/values.hpp"
#include "tests/nodes/decode/jpeg_xl/encoder.hpp"

namespace radflow {
namespace {

using testing::HasSubstr;

constexpr const char* lossless_syntax = "1.2.840.10008.1.2.4.110";
constexpr const char* jpeg_syntax = "1.2.840.10008.1.2.4.111";
constexpr const char* any_syntax = "1.2.840.10008.1.2.4.112";

DicomBuilder header_of(const cv::Mat& pixels, int bits, bool is_signed = false) {
  DicomBuilder image{pixels.rows, pixels.cols};
  image.bits(bits == 1 ? 1 : static_cast<int>(pixels.elemSize1()) * 8, bits, is_signed);
  if (pixels.channels() == 3) image.word(DCM_SamplesPerPixel, 3).text(DCM_PhotometricInterpretation, "RGB");
  return image;
}

// All values of so many bits, in no order.
cv::Mat all_values(int bits) {
  const int side = bits <= 8 ? 16 : 1 << ((bits + 1) / 2);
  cv::Mat pixels(side, side, bits <= 8 ? CV_8UC1 : CV_16UC1);
  for (int i = 0; i < side * side; ++i) {
    const unsigned value = (static_cast<unsigned>(i) * 40503u) & ((1u << bits) - 1);
    if (bits <= 8)
      pixels.data[i] = static_cast<std::uint8_t>(value);
    else
      pixels.ptr<std::uint16_t>()[i] = static_cast<std::uint16_t>(value);
  }
  return pixels;
}

TEST(JpegXl, LosslessKeepsEveryValue) {
  for (const int bits : {1, 8, 10, 12, 16}) {
    SCOPED_TRACE(bits);
    const cv::Mat pixels = all_values(bits);
    DicomBuilder image = header_of(pixels, bits);
    const auto frames =
        as_stored(encapsulated(image, {jpeg_xl(pixels, static_cast<unsigned>(bits))}, lossless_syntax));
    ASSERT_EQ(frames.failed, "") << frames.detail;
    ASSERT_EQ(frames.frame().pixels.type(), pixels.type());
    EXPECT_EQ(cv::norm(frames.frame().pixels, pixels, cv::NORM_INF), 0);
    EXPECT_TRUE(frames.warnings.empty());
  }
}

TEST(JpegXl, SignedValuesAreTheirLowBits) {
  const cv::Mat pixels = all_values(12);
  DicomBuilder image = header_of(pixels, 12, true);
  const auto frames = as_stored(encapsulated(image, {jpeg_xl(pixels, 12)}, lossless_syntax));
  ASSERT_EQ(frames.failed, "") << frames.detail;
  for (int i = 0; i < 4096; ++i) {
    const int low = pixels.ptr<std::uint16_t>()[i];
    ASSERT_EQ(frames.frame().pixels.ptr<std::int16_t>()[i], low < 2048 ? low : low - 4096);
  }
}

TEST(JpegXl, ColourIsInterleavedAndEachFrameItsOwn) {
  cv::Mat first(5, 7, CV_8UC3), second(5, 7, CV_8UC3);
  for (int i = 0; i < 105; ++i) {
    first.data[i] = static_cast<std::uint8_t>(i * 7);
    second.data[i] = static_cast<std::uint8_t>(255 - i);
  }
  DicomBuilder image = header_of(first, 8);
  image.text(DCM_NumberOfFrames, "2");
  const auto frames =
      as_stored(encapsulated(image, {jpeg_xl(first, 8), jpeg_xl(second, 8)}, lossless_syntax));
  ASSERT_EQ(frames.size(), 2) << frames.detail;
  EXPECT_EQ(cv::norm(frames.frame(0).pixels, first, cv::NORM_INF), 0);
  EXPECT_EQ(cv::norm(frames.frame(1).pixels, second, cv::NORM_INF), 0);
}

TEST(JpegXl, LossyColourIsNear) {
  cv::Mat pixels(64, 64, CV_8UC3);
  for (int row = 0; row < 64; ++row)
    for (int column = 0; column < 64; ++column)
      pixels.at<cv::Vec3b>(row, column) =
          cv::Vec3b(static_cast<std::uint8_t>(row * 3), static_cast<std::uint8_t>(column * 3), 90);
  DicomBuilder image = header_of(pixels, 8);
  image.text(DCM_PhotometricInterpretation, "XYB");
  const auto frames = as_stored(encapsulated(image, {jpeg_xl(pixels, 8, false)}, any_syntax));
  ASSERT_EQ(frames.failed, "") << frames.detail;
  EXPECT_LT(cv::norm(frames.frame().pixels, pixels, cv::NORM_L1) / (64 * 64 * 3), 3);
}

// The same pixels as of the JPEG file by itself, to the last bit.
TEST(JpegXl, ARecompressedJpegIsTheJpeg) {
  for (const int channels : {1, 3}) {
    SCOPED_TRACE(channels);
    cv::Mat pixels(40, 56, CV_8UC(channels));
    cv::randu(pixels, 0, 256);
    std::vector<unsigned char> jpeg;
    ASSERT_TRUE(cv::imencode(".jpg", pixels, jpeg));
    DicomBuilder image = header_of(pixels, 8);
    if (channels == 3) image.text(DCM_PhotometricInterpretation, "YBR_FULL_422");
    const auto expected = as_stored(encapsulated(image, {jpeg}, UID_JPEGProcess1TransferSyntax));
    ASSERT_EQ(expected.failed, "") << expected.detail;
    const auto frames = as_stored(encapsulated(image, {jpeg_xl_of_jpeg(jpeg)}, jpeg_syntax));
    ASSERT_EQ(frames.failed, "") << frames.detail;
    EXPECT_EQ(cv::norm(frames.frame().pixels, expected.frame().pixels, cv::NORM_INF), 0);
  }
}

TEST(JpegXl, WhatIsDamagedOrAnotherPictureIsAnError) {
  const cv::Mat pixels = all_values(12);
  const auto codestream = jpeg_xl(pixels, 12);
  const auto answer = [&](const std::vector<unsigned char>& fragment, int rows = 64, int bits = 12) {
    DicomBuilder image = header_of(pixels, bits);
    image.word(DCM_Rows, rows);
    return as_stored(encapsulated(image, {fragment}, lossless_syntax));
  };
  EXPECT_EQ(answer(codestream).failed, "");
  EXPECT_EQ(answer({codestream.begin(), codestream.begin() + 600}).failed, "truncated");
  EXPECT_EQ(answer(std::vector<unsigned char>(64, 3)).failed, "malformed");
  EXPECT_THAT(answer(codestream, 63).detail, HasSubstr("64 x 63 x 1, the codestream 64 x 64 x 1"));
  EXPECT_EQ(answer(codestream, 64, 10).failed, "malformed");  // values of 12 bits
  auto followed = codestream;
  followed.insert(followed.end(), codestream.begin(), codestream.end());
  EXPECT_THAT(answer(followed).detail, HasSubstr("behind the JPEG XL codestream"));
  EXPECT_EQ(answer(jpeg_xl(pixels, 12, true, true)).failed, "unsupported_pixels");
}

TEST(JpegXl, AnyChangedByteGivesAnAnswer) {
  const cv::Mat pixels = all_values(8);
  const auto codestream = jpeg_xl(pixels, 8);
  for (std::size_t i = 2; i < codestream.size(); ++i) {
    auto changed = codestream;
    changed[i] ^= 0x55;
    const auto picture = decode_jpeg_xl(changed, {16, 16, 1}, {});
    if (!picture) {
      EXPECT_THAT(picture.error().reason, testing::AnyOf("malformed", "truncated", "unsupported_pixels"));
    }
  }
}

TEST(JpegXl, XybElsewhereIsRefused) {
  DicomBuilder image{1, 1};
  image.bits(8, 8, false).word(DCM_SamplesPerPixel, 3).text(DCM_PhotometricInterpretation, "XYB");
  image.pixels8({1, 2, 3, 0});
  EXPECT_EQ(as_stored(image.bytes()).failed, "unsupported_pixels");
}

}  // namespace
}  // namespace radflow
