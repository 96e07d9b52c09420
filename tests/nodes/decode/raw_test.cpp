// Raw pixels with their shape in headers.
#include <gmock/gmock.h>

#include "tests/nodes/decode/decode_fixture.hpp"

namespace radflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const DecodeNode decode;

Record raw(std::string bytes, std::vector<Header> headers) {
  headers.push_back({"content-type", "application/x-radflow-raw"});
  return record_of(std::move(bytes), std::move(headers));
}

TEST(Raw, HeadersGiveShapeAndMeaning) {
  const auto frames = decode(raw({"\x01\x00\xff\xff\x02\x01", 6}, {{"radflow-rows", "1"},
                                                                   {"radflow-columns", "3"},
                                                                   {"radflow-depth", "s16"},
                                                                   {"radflow-units", "HU"},
                                                                   {"radflow-modality", "CT"},
                                                                   {"radflow-row-spacing", "0.5"},
                                                                   {"radflow-column-spacing", "0.25"}}));
  ASSERT_EQ(frames.failed, "") << frames.detail;
  const Frame& frame = frames.frame();
  ASSERT_EQ(frame.pixels.type(), CV_16SC1);
  EXPECT_THAT(std::vector<int>(frame.pixels.ptr<std::int16_t>(), frame.pixels.ptr<std::int16_t>() + 3),
              ElementsAre(1, -1, 258));
  EXPECT_EQ(frame.units, "HU");
  EXPECT_EQ(frame.modality, "CT");
  EXPECT_EQ(frame.geometry.spacing->row, 0.5);
  EXPECT_EQ(frame.geometry.spacing->column, 0.25);
}

TEST(Raw, BigEndianAndColour) {
  const auto frames = decode(raw({"\x01\x02\x00\x03\x00\x04", 6}, {{"radflow-rows", "1"},
                                                                   {"radflow-columns", "1"},
                                                                   {"radflow-channels", "3"},
                                                                   {"radflow-depth", "u16"},
                                                                   {"radflow-byte-order", "big"}}));
  ASSERT_EQ(frames.failed, "") << frames.detail;
  const auto& pixel = frames.frame().pixels.at<cv::Vec3w>(0, 0);
  EXPECT_EQ(pixel[0], 258);
  EXPECT_EQ(pixel[2], 4);
  EXPECT_EQ(frames.frame().photometric, Photometric::Rgb);
  EXPECT_FALSE(frames.frame().geometry.spacing);
}

TEST(Raw, PixelsAreTheRecordsOwnBytesAndKeepThem) {
  std::optional<Record> record = raw(
      std::string(1000, 'x'), {{"radflow-rows", "25"}, {"radflow-columns", "20"}, {"radflow-depth", "u16"}});
  const char* bytes = record->value.data();
  cv::Mat pixels;
  {
    const auto frames = decode(*record);
    ASSERT_EQ(frames.failed, "") << frames.detail;
    EXPECT_EQ(reinterpret_cast<const char*>(frames.frame().pixels.data), bytes) << "copied";
    pixels = frames.frame().pixels.row(24);
  }
  record.reset();
  EXPECT_EQ(pixels.at<std::uint16_t>(0, 19), 0x7878) << "AddressSanitizer sees it if they are gone";
}

TEST(Raw, BytesThatAreNotAlignedForTheirDepthAreCopied) {
  Record record = raw("", {{"radflow-rows", "1"}, {"radflow-columns", "1"}, {"radflow-depth", "f64"}});
  alignas(8) static char memory[9] = {};
  const double seven = 7;
  std::memcpy(memory + 1, &seven, 8);
  record.value = Bytes::view(nullptr, memory + 1, 8);
  const auto frames = decode(record);
  ASSERT_EQ(frames.failed, "") << frames.detail;
  EXPECT_EQ(frames.frame().pixels.at<double>(0, 0), 7);
  EXPECT_NE(frames.frame().pixels.data, reinterpret_cast<uchar*>(memory + 1));
}

TEST(Raw, WrongHeadersAreNamed) {
  const auto failed = [](std::vector<Header> headers) { return decode(raw("1234", std::move(headers))); };
  EXPECT_THAT(failed({}).detail, HasSubstr("radflow-rows"));
  EXPECT_THAT(failed({}).detail, HasSubstr("`radflow describe decode` lists the headers"));
  EXPECT_THAT(failed({{"radflow-rows", "2"}, {"radflow-columns", "2"}}).detail, HasSubstr("radflow-depth"));
  const std::vector<Header> good{{"radflow-rows", "2"}, {"radflow-columns", "2"}, {"radflow-depth", "u8"}};
  EXPECT_EQ(failed(good).failed, "");
  const auto with = [&](Header header) {
    auto headers = good;
    headers.push_back(std::move(header));
    return failed(std::move(headers));
  };
  EXPECT_EQ(with({"radflow-rows", "3"}).failed, "truncated");
  EXPECT_EQ(with({"radflow-rows", "1"}).failed, "malformed");
  EXPECT_EQ(with({"radflow-rows", "100000000000"}).failed, "too_large");
  EXPECT_EQ(with({"radflow-rows", "-1"}).failed, "malformed");
  EXPECT_THAT(with({"radflow-channels", "2"}).detail, HasSubstr("radflow-channels"));
  EXPECT_THAT(with({"radflow-byte-order", "middle"}).detail, HasSubstr("radflow-byte-order"));
  EXPECT_THAT(with({"radflow-row-spacing", "1"}).detail, HasSubstr("spacing"));
}

}  // namespace
}  // namespace radflow
