// JPEG 2000 headers that promise more tiles, precincts, code blocks and layers than an image can have are
// refused before OpenJPEG allocates for them; what encoders are known to write is not.
#include "nodes/decode/codestream/jpeg2000_header.hpp"

#include <gmock/gmock.h>

#include <functional>

#include <opencv2/core.hpp>

#include "nodes/decode/dicom/codecs.hpp"

namespace radflow {
namespace {

using testing::HasSubstr;

struct Codestream {
  std::vector<std::uint8_t> bytes{0xff, 0x4f};

  void number(std::uint64_t value, int size) {
    for (int i = size - 1; i >= 0; --i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  Codestream& size(unsigned width, unsigned height, unsigned tile) {
    number(0xff51, 2), number(41, 2), number(0, 2);
    for (const unsigned value : {width, height, 0u, 0u, tile, tile, 0u, 0u}) number(value, 4);
    number(1, 2), number(0x0f0101, 3);
    return *this;
  }
  // Code blocks of 64 x 64; `precinct`, as a power of two, of all resolutions.
  Codestream& style(unsigned layers, unsigned levels, unsigned precinct, unsigned block = 6) {
    number(0xff52, 2), number(13 + levels, 2), number(1, 1), number(0, 1), number(layers, 2), number(0, 1);
    number(levels, 1), number(block - 2, 1), number(block - 2, 1), number(0, 1), number(1, 1);
    for (unsigned i = 0; i <= levels; ++i) number(precinct * 0x11, 1);
    return *this;
  }
  Codestream& component_style(unsigned levels, unsigned precinct) {
    number(0xff53, 2), number(10 + levels, 2), number(0, 1), number(1, 1);
    number(levels, 1), number(4, 1), number(4, 1), number(0, 1), number(1, 1);
    for (unsigned i = 0; i <= levels; ++i) number(precinct * 0x11, 1);
    return *this;
  }
  Codestream& tile_part(const std::function<void(Codestream&)>& header = {}, std::size_t data = 0) {
    const std::size_t start = bytes.size();
    number(0xff90, 2), number(10, 2), number(0, 2), number(0, 4), number(1, 2);
    if (header) header(*this);
    number(0xff93, 2);
    bytes.resize(bytes.size() + data, 0x11);
    const std::size_t length = bytes.size() - start;
    for (int i = 0; i < 4; ++i)
      bytes[start + 6 + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(length >> (8 * (3 - i)));
    return *this;
  }
  std::string refusal() const {
    const auto needed = jpeg2000_table_bytes(bytes);
    return needed ? "" : needed.error().reason + ": " + needed.error().detail;
  }
};

TEST(Jpeg2000Header, SaysTheSize) {
  const auto header = read_jpeg2000_header(Codestream{}.size(300, 200, 128).bytes);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->columns, 300);
  EXPECT_EQ(header->rows, 200);
  EXPECT_EQ(header->components, 1);
  EXPECT_EQ(header->tiles, 6);
  EXPECT_EQ(header->tile_columns, 128);
}

TEST(Jpeg2000Header, CutShortOrWithoutASize) {
  const std::vector<std::uint8_t> bytes = Codestream{}.size(300, 200, 128).bytes;
  for (std::size_t cut = 0; cut < bytes.size(); ++cut)
    EXPECT_FALSE(read_jpeg2000_header(ByteSpan{bytes}.first(cut))) << cut;
  EXPECT_FALSE(read_jpeg2000_header(Codestream{}.size(300, 200, 0).bytes));
  EXPECT_FALSE(read_jpeg2000_header(Codestream{}.style(1, 5, 15).size(300, 200, 128).bytes));
}

TEST(Jpeg2000Header, WhatEncodersWriteIsNoPromise) {
  EXPECT_EQ(Codestream{}.size(4096, 4096, 64).style(50, 5, 7).tile_part().refusal(), "");
  EXPECT_EQ(Codestream{}.size(4096, 4096, 4096).style(50, 6, 7, 5).tile_part().refusal(), "");
  EXPECT_EQ(Codestream{}.size(4096, 4096, 4096).style(20, 5, 15, 4).tile_part({}, 100'000).refusal(), "");
  EXPECT_EQ(Codestream{}.size(10'000, 10'000, 10'000).style(1, 5, 15, 2).tile_part().refusal(), "")
      << "4 x 4, blank";
  EXPECT_EQ(Codestream{}.size(16, 16, 16).style(65535, 5, 15).tile_part().refusal(), "");
}

TEST(Jpeg2000Header, PromisesBeyondTheImageAreMalformed) {
  const std::string tiles = Codestream{}.size(256, 256, 2).style(1, 5, 15).tile_part().refusal();
  EXPECT_THAT(tiles, HasSubstr("malformed: the JPEG 2000 headers promise 16384 tiles"));
  EXPECT_THAT(Codestream{}.size(8192, 8192, 16).style(1, 5, 15).tile_part().refusal(),
              HasSubstr("262144 tiles"));
  EXPECT_THAT(Codestream{}.size(512, 512, 512).style(65535, 5, 4).tile_part().refusal(),
              HasSubstr("65535 layers"));
  EXPECT_THAT(Codestream{}.size(4096, 4096, 4096).style(1, 5, 1).tile_part().refusal(), HasSubstr("promise"));
  EXPECT_THAT(Codestream{}.size(4096, 4096, 4096).style(1, 33, 15).refusal(), HasSubstr("33 decomposition"));
}

TEST(Jpeg2000Header, TheStylesOfComponentsAndTilePartsCount) {
  const Codestream good = Codestream{}.size(4096, 4096, 4096).style(1, 5, 15);
  EXPECT_EQ(Codestream{good}.tile_part({}, 50).tile_part().refusal(), "");
  EXPECT_THAT(Codestream{good}.component_style(5, 1).tile_part().refusal(), HasSubstr("promise"));
  const auto worse = [](Codestream& tile) { tile.style(65535, 5, 5); };
  EXPECT_THAT(Codestream{good}.tile_part(worse).refusal(), HasSubstr("65535 layers"));
  EXPECT_THAT(Codestream{good}.tile_part({}, 50).tile_part(worse).refusal(), HasSubstr("65535 layers"));
  // A marker that OpenJPEG does not know hides nothing, whatever its length.
  Codestream hidden = good;
  hidden.number(0xff30'00ff, 4);
  EXPECT_THAT(hidden.component_style(5, 1).tile_part().refusal(), HasSubstr("promise"));
}

// Of a square of `side`, of one component.
Result<Decoded> decode(ByteSpan codestream, int side, cv::Mat& out, const Charge& charge = {}) {
  PixelLayout layout;
  layout.rows = layout.columns = side;
  layout.samples = 1;
  layout.bits_allocated = 8;
  out.create(side, side, CV_8UC1);
  return decode_jpeg2000(codestream, layout, charge, out);
}

TEST(Jpeg2000Header, IsReadBeforeTheCodestreamIsDecoded) {
  cv::Mat out;
  const auto decoded = decode(Codestream{}.size(256, 256, 2).style(1, 5, 15).tile_part().bytes, 256, out);
  ASSERT_FALSE(decoded);
  EXPECT_THAT(decoded.error().detail, HasSubstr("promise"));
}

// All that OpenJPEG 2.5.0 writes of 2048 x 2048 samples of 128 with cblockw_init = cblockh_init = 4, else by
// default. To write it takes 1.3 GB, to read it 120 MB.
constexpr std::uint8_t blank[]{
    0xff, 0x4f, 0xff, 0x51, 0x00, 0x29, 0x00, 0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x08, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x08, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x07, 0x01, 0x01, 0xff, 0x52, 0x00,
    0x0c, 0x00, 0x00, 0x00, 0x01, 0x00, 0x05, 0x00, 0x00, 0x00, 0x01, 0xff, 0x5c, 0x00, 0x13, 0x40,
    0x40, 0x48, 0x48, 0x50, 0x48, 0x48, 0x50, 0x48, 0x48, 0x50, 0x48, 0x48, 0x50, 0x48, 0x48, 0x50,
    0xff, 0x64, 0x00, 0x25, 0x00, 0x01, 0x43, 0x72, 0x65, 0x61, 0x74, 0x65, 0x64, 0x20, 0x62, 0x79,
    0x20, 0x4f, 0x70, 0x65, 0x6e, 0x4a, 0x50, 0x45, 0x47, 0x20, 0x76, 0x65, 0x72, 0x73, 0x69, 0x6f,
    0x6e, 0x20, 0x32, 0x2e, 0x35, 0x2e, 0x30, 0xff, 0x90, 0x00, 0x0a, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x14, 0x00, 0x01, 0xff, 0x93, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0xff, 0xd9};

TEST(Jpeg2000Header, ABlankImageInTheSmallestCodeBlocksIsRead) {
  cv::Mat out;
  const auto decoded = decode(blank, 2048, out);
  ASSERT_TRUE(decoded) << decoded.error().detail;
  EXPECT_EQ(cv::countNonZero(out != 128), 0);
}

TEST(Jpeg2000Header, TheMemoryForManyCodeBlocksIsAskedFor) {
  cv::Mat out;
  const auto decoded = decode(blank, 2048, out, [](std::size_t bytes) -> std::optional<Error> {
    EXPECT_GT(bytes, 100'000'000);
    EXPECT_LT(bytes, 125'000'000);
    return Error{"too_large", "as the test wants"};
  });
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().reason, "too_large");
}

}  // namespace
}  // namespace radflow
