// PNG and JPEG, and TIFF as OpenCV writes it.
#include <gmock/gmock.h>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "tests/nodes/decode/decode_fixture.hpp"

namespace radflow {
namespace {

using testing::HasSubstr;

const DecodeNode decode;

std::string encoded(const char* extension, const cv::Mat& image, const std::vector<int>& parameters = {}) {
  std::vector<std::uint8_t> bytes;
  cv::imencode(extension, image, bytes, parameters);
  return {bytes.begin(), bytes.end()};
}

// The same noise every time.
cv::Mat noise(int type) {
  cv::Mat image(20, 30, type);
  cv::theRNG().state = 7;
  cv::randu(image, 0, CV_MAT_DEPTH(type) == CV_16U ? 65535 : 255);
  return image;
}

void expect_pixels(const std::string& bytes, const cv::Mat& rgb) {
  const auto frames = decode(bytes);
  ASSERT_EQ(frames.failed, "") << frames.detail;
  ASSERT_EQ(frames.size(), 1);
  ASSERT_EQ(frames.frame().pixels.type(), rgb.type());
  EXPECT_EQ(cv::norm(frames.frame().pixels, rgb, cv::NORM_INF), 0);
  EXPECT_EQ(frames.frame().photometric, rgb.channels() == 3 ? Photometric::Rgb : Photometric::Monochrome2);
  EXPECT_EQ(frames.frame().units, "stored");
  EXPECT_EQ(frames.frame().bits_stored, static_cast<int>(rgb.elemSize1()) * 8);
  EXPECT_FALSE(frames.frame().geometry.spacing);
}

cv::Mat swapped(const cv::Mat& bgr) {
  cv::Mat rgb;
  cv::cvtColor(bgr, rgb, cv::COLOR_BGR2RGB);
  return rgb;
}

TEST(Raster, GreyKeepsItsDepth) {
  for (const int type : {CV_8UC1, CV_16UC1})
    for (const char* extension : {".png", ".tiff"}) {
      SCOPED_TRACE(extension);
      expect_pixels(encoded(extension, noise(type)), noise(type));
    }
  cv::Mat real(4, 5, CV_32F);
  cv::randu(real, -1, 1);
  expect_pixels(encoded(".tiff", real), real);
}

TEST(Raster, AJpegInThousandsOfScansIsRefused) {
  const std::string bytes = encoded(".jpg", noise(CV_8UC1), {cv::IMWRITE_JPEG_PROGRESSIVE, 1});
  EXPECT_EQ(decode(bytes).failed, "");
  const std::size_t scan = bytes.rfind("\xff\xda"), end = bytes.size() - 2;
  ASSERT_LT(scan, end);
  std::string many = bytes.substr(0, end);
  for (int i = 0; i < 1000; ++i) many += bytes.substr(scan, end - scan);
  many += bytes.substr(end);
  EXPECT_EQ(decode(many).failed, "malformed");
  EXPECT_THAT(decode(many).detail, HasSubstr("scans; up to 500 are read"));
}

TEST(Raster, ColourComesOutAsRgb) {
  const cv::Mat bgr = noise(CV_8UC3);
  expect_pixels(encoded(".png", bgr), swapped(bgr));
  expect_pixels(encoded(".tiff", bgr), swapped(bgr));
  expect_pixels(encoded(".png", noise(CV_16UC3)), swapped(noise(CV_16UC3)));
  const cv::Mat blue(8, 8, CV_8UC3, cv::Scalar{255, 0, 0});
  const auto frames = decode(encoded(".jpg", blue, {cv::IMWRITE_JPEG_QUALITY, 100}));
  ASSERT_EQ(frames.failed, "") << frames.detail;
  EXPECT_GT(frames.frame().pixels.at<cv::Vec3b>(4, 4)[2], 250);
  EXPECT_LT(frames.frame().pixels.at<cv::Vec3b>(4, 4)[0], 5);
}

TEST(Raster, AlphaIsDropped) {
  cv::Mat bgra = noise(CV_8UC4), bgr;
  cv::cvtColor(bgra, bgr, cv::COLOR_BGRA2BGR);
  expect_pixels(encoded(".png", bgra), swapped(bgr));
}

// Against OpenCV's readers, which are others for PNG and the same library for JPEG.
TEST(Raster, NoisyJpegsOfEverySizeAreWhatOpenCvReads) {
  for (const int type : {CV_8UC1, CV_8UC3})
    for (const int side : {1, 7, 8, 9, 16, 17, 30})
      for (const int quality : {40, 95}) {
        const cv::Mat image = noise(type)(cv::Rect{0, 0, side, std::min(side, 20)});
        const std::string jpeg = encoded(".jpg", image, {cv::IMWRITE_JPEG_QUALITY, quality});
        const cv::Mat expected =
            cv::imdecode(std::vector<char>{jpeg.begin(), jpeg.end()}, cv::IMREAD_UNCHANGED);
        expect_pixels(jpeg, type == CV_8UC3 ? swapped(expected) : expected);
      }
}

TEST(Raster, FewBitsAreSpreadOverEight) {
  const cv::Mat bits = noise(CV_8UC1) > 127;
  expect_pixels(encoded(".png", bits, {cv::IMWRITE_PNG_BILEVEL, 1}), bits);
}

TEST(Raster, GreyJpegIsGrey) {
  const cv::Mat flat(16, 16, CV_8U, cv::Scalar{77});
  expect_pixels(encoded(".jpg", flat), flat);
}

TEST(Raster, CutAnywhereTheyAreErrors) {
  const cv::Mat image = noise(CV_8UC1);
  for (const char* extension : {".png", ".jpg", ".tiff"}) {
    SCOPED_TRACE(extension);
    const std::string bytes = encoded(extension, image);
    ASSERT_EQ(decode(bytes).failed, "");
    for (std::size_t cut = 8; cut + 1 < bytes.size(); cut += 7)
      ASSERT_NE(decode(bytes.substr(0, cut)).failed, "") << "cut to " << cut << " of " << bytes.size();
  }
}

std::string warnings_of(const std::string& bytes) {
  const auto warnings = decode(bytes).warnings;
  return warnings.empty() ? "" : warnings.at(0).reason + ": " + warnings.at(0).detail;
}

// Where the scan's bytes begin: behind the segment of the marker FF DA.
std::size_t scan_of(const std::string& jpeg) {
  const std::size_t marker = jpeg.find("\xff\xda");
  return marker + 2 + static_cast<std::uint8_t>(jpeg[marker + 2]) * 256u +
         static_cast<std::uint8_t>(jpeg[marker + 3]);
}

std::string jpeg_of_noise(const std::vector<int>& parameters = {}) {
  cv::Mat image(200, 300, CV_8UC3);
  cv::theRNG().state = 7;
  cv::randu(image, 0, 255);
  return encoded(".jpg", image, parameters);
}

TEST(Raster, AJpegThatLacksPixelsIsAnErrorThoughItsEndIsThere) {
  for (const int progressive : {0, 1}) {
    const std::string jpeg = jpeg_of_noise({cv::IMWRITE_JPEG_PROGRESSIVE, progressive});
    ASSERT_EQ(decode(jpeg).failed, "");
    const std::size_t scan = scan_of(jpeg);
    for (const std::size_t kept : {0U, 1U, 100U, 2000U})
      EXPECT_EQ(decode(jpeg.substr(0, scan + kept) + "\xff\xd9").failed, "malformed") << kept;
    // Restart markers say after how many pixels a changed stretch ends.
    const std::string marked =
        jpeg_of_noise({cv::IMWRITE_JPEG_PROGRESSIVE, progressive, cv::IMWRITE_JPEG_RST_INTERVAL, 4});
    ASSERT_EQ(decode(marked).failed, "");
    EXPECT_EQ(decode(marked).warnings.size(), 0);
    EXPECT_EQ(decode(std::string{marked}.erase(scan_of(marked) + 300, 40)).failed, "malformed");
  }
}

// JPEG has no checksums: of changed bytes only some make a scan that is none.
TEST(Raster, AJpegWhoseScanWasChangedIsAnErrorOrSaysThatItIsOdd) {
  const std::string jpeg = jpeg_of_noise();
  const std::size_t scan = scan_of(jpeg);
  cv::RNG random{5};
  for (int attempt = 0; attempt < 50; ++attempt) {
    std::string changed = jpeg;
    for (int i = 0; i < 200; ++i)
      changed[scan + random.uniform(0, static_cast<int>(jpeg.size() - scan - 2))] =
          static_cast<char>(random.uniform(0, 254));
    const auto answer = decode(changed);
    EXPECT_TRUE(!answer.failed.empty() || warnings_of(changed).starts_with("jpeg_surplus")) << attempt;
  }
}

// As some scanners and drones write them.
TEST(Raster, AJpegWithBytesAroundItsPictureIsRead) {
  const std::string jpeg = jpeg_of_noise();
  const auto expected = decode(jpeg);
  const auto same = [&](const std::string& bytes) {
    const auto answer = decode(bytes);
    ASSERT_EQ(answer.failed, "") << answer.detail;
    EXPECT_EQ(cv::norm(answer.frame().pixels, expected.frame().pixels, cv::NORM_INF), 0);
  };
  // A device's own bytes behind the last pixel, with a restart marker that no restart interval asks for.
  const std::string behind = jpeg.substr(0, jpeg.size() - 2) + "own bytes\xff\xd2more\xff\xd9";
  same(behind);
  EXPECT_THAT(warnings_of(behind), HasSubstr("jpeg_surplus: the JPEG file's scan goes on"));
  const std::string other_revision = std::string{jpeg}.replace(jpeg.find("JFIF") + 5, 1, 1, '\x03');
  same(other_revision);
  EXPECT_EQ(warnings_of(other_revision), "");
}

TEST(Raster, AHeaderThatPromisesTooMuchAllocatesNothing) {
  std::string bytes = encoded(".png", noise(CV_8UC1));
  bytes.replace(16, 8, std::string{"\x00\x01\x86\xa0\x00\x01\x86\xa0", 8});  // 100,000 x 100,000
  EXPECT_EQ(decode(bytes).failed, "too_large");
  DecodeNode small;
  small.memory = 1'000;
  EXPECT_EQ(small(encoded(".png", noise(CV_8UC1))).failed, "too_large");
}

std::string chunk(const std::string& type, const std::string& data) {
  const auto size = static_cast<char>(data.size());
  return std::string{"\0\0\0", 3} + size + type + data + "crc.";  // the checksum is not looked at
}

TEST(Raster, AnAnimatedPngSaysThatMoreFramesAreThere) {
  const std::string png = encoded(".png", noise(CV_8UC1));
  const std::string animation = chunk("acTL", std::string{"\0\0\0\x05\0\0\0\0", 8}),
                    control = chunk("fcTL", std::string(26, '\0'));
  const std::size_t data = png.find("IDAT") - 4;
  EXPECT_EQ(warnings_of(png), "");
  EXPECT_THAT(warnings_of(png.substr(0, data) + animation + control + png.substr(data)),
              HasSubstr("more_images: an animated PNG of 5 frames: only the first is read"));
  EXPECT_THAT(warnings_of(png.substr(0, data) + animation + png.substr(data)),
              HasSubstr("only its still picture is read"));
  const std::string still = chunk("acTL", std::string{"\0\0\0\x01\0\0\0\0", 8});
  EXPECT_EQ(warnings_of(png.substr(0, data) + still + control + png.substr(data)), "");
}

TEST(Raster, AJpegOfSeveralPicturesSaysSo) {
  const std::string jpeg = encoded(".jpg", noise(CV_8UC1));
  const std::string index{"MPF\0II*\0\x08\0\0\0\x01\0\x01\xb0\x04\0\x01\0\0\0\x02\0\0\0\0\0\0\0", 30};
  std::string segment{"\xff\xe2\0", 3};
  segment.append(1, static_cast<char>(index.size() + 2)).append(index);
  EXPECT_EQ(warnings_of(jpeg), "");
  EXPECT_THAT(warnings_of(jpeg.substr(0, 2) + segment + jpeg.substr(2)),
              HasSubstr("more_images: the JPEG file holds 2 pictures"));
}

TEST(Raster, TheContentTypeGoesFirst) {
  const std::string png = encoded(".png", noise(CV_8UC1));
  EXPECT_EQ(decode(record_of(png, {{"content-type", "image/png; q=1"}})).failed, "");
  EXPECT_EQ(decode(record_of(png, {{"content-type", "application/octet-stream"}})).failed, "");
  EXPECT_NE(decode(record_of(png, {{"content-type", "image/jpeg"}})).failed, "");
}

}  // namespace
}  // namespace radflow
