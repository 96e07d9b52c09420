// PNG files that libdeflate reads, against libspng: the same pixels with each filter, depth and colour, and
// never more of a damaged file.
#include "nodes/imaging/plain_png.hpp"

#include <gtest/gtest.h>
#include <spng.h>
#include <zlib.h>

#include <memory>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "nodes/imaging/png.hpp"

namespace radflow {
namespace {

using Png = std::unique_ptr<spng_ctx, decltype(&spng_ctx_free)>;
using File = std::vector<std::uint8_t>;

File written(const cv::Mat& pixels, int filters) {
  const Png png{spng_ctx_new(SPNG_CTX_ENCODER), spng_ctx_free};
  spng_ihdr header{};
  header.width = static_cast<std::uint32_t>(pixels.cols);
  header.height = static_cast<std::uint32_t>(pixels.rows);
  header.bit_depth = pixels.depth() == CV_16U ? 16 : 8;
  header.color_type = pixels.channels() == 1 ? SPNG_COLOR_TYPE_GRAYSCALE : SPNG_COLOR_TYPE_TRUECOLOR;
  spng_set_option(png.get(), SPNG_ENCODE_TO_BUFFER, 1);
  spng_set_option(png.get(), SPNG_FILTER_CHOICE, filters);
  EXPECT_EQ(spng_set_ihdr(png.get(), &header), 0);
  EXPECT_EQ(spng_encode_image(png.get(), pixels.data, pixels.total() * pixels.elemSize(), SPNG_FMT_PNG,
                              SPNG_ENCODE_FINALIZE),
            0);
  std::size_t size = 0;
  int error = 0;
  const std::unique_ptr<void, decltype(&std::free)> bytes{spng_get_png_buffer(png.get(), &size, &error),
                                                          std::free};
  const auto* begin = static_cast<const std::uint8_t*>(bytes.get());
  return {begin, begin + size};
}

// By libspng alone; empty if it finds the file damaged.
cv::Mat by_spng(const File& file, int type) {
  const Png png{spng_ctx_new(0), spng_ctx_free};
  spng_ihdr header{};
  if (spng_set_png_buffer(png.get(), file.data(), file.size()) || spng_get_ihdr(png.get(), &header))
    return {};
  cv::Mat pixels(static_cast<int>(header.height), static_cast<int>(header.width), type);
  const int format = type == CV_8UC1 ? SPNG_FMT_G8 : SPNG_FMT_PNG;
  const std::size_t size = pixels.total() * pixels.elemSize();
  return spng_decode_image(png.get(), pixels.data, size, format, 0) ? cv::Mat{} : pixels;
}

// Smooth with noise, so that each filter suits some rows.
cv::Mat picture(int rows, int columns, int type) {
  cv::Mat pixels(rows, columns, CV_MAKETYPE(CV_32F, CV_MAT_CN(type)));
  cv::RNG{static_cast<std::uint64_t>(rows * 31 + columns)}.fill(pixels, cv::RNG::UNIFORM, 0, 1);
  cv::GaussianBlur(pixels, pixels, {}, 1.5);
  pixels.convertTo(pixels, CV_MAT_DEPTH(type), CV_MAT_DEPTH(type) == CV_16U ? 65535 : 255);
  return pixels;
}

TEST(PlainPng, GivesThePixelsWithEveryFilter) {
  for (const int type : {CV_8UC1, CV_16UC1, CV_8UC3, CV_16UC3})
    for (const int filters :
         {SPNG_DISABLE_FILTERING, SPNG_FILTER_CHOICE_NONE, SPNG_FILTER_CHOICE_SUB, SPNG_FILTER_CHOICE_UP,
          SPNG_FILTER_CHOICE_AVG, SPNG_FILTER_CHOICE_PAETH, SPNG_FILTER_CHOICE_ALL})
      for (const cv::Size size : {cv::Size{28, 28}, {1, 1}, {7, 1}, {1, 9}, {300, 211}}) {
        const cv::Mat pixels = picture(size.height, size.width, type);
        const auto read = read_plain_png(written(pixels, filters));
        ASSERT_TRUE(read) << type << " " << filters << " " << size;
        ASSERT_EQ(read->type(), type);
        ASSERT_EQ(cv::norm(*read, pixels, cv::NORM_INF), 0) << type << " " << filters << " " << size;
      }
}

TEST(PlainPng, LeavesOtherFilesToLibspng) {
  EXPECT_FALSE(read_plain_png({}));
  File longer = written(picture(8, 8, CV_8UC1), SPNG_FILTER_CHOICE_ALL);
  EXPECT_TRUE(read_plain_png(longer));
  longer.push_back(0);
  EXPECT_FALSE(read_plain_png(longer));
}

// Whatever is damaged, it never gives pixels that libspng does not give.
TEST(PlainPng, IsNotMoreLenientThanLibspng) {
  for (const int type : {CV_8UC1, CV_16UC3}) {
    const File whole = written(picture(9, 11, type), SPNG_FILTER_CHOICE_ALL);
    for (std::size_t at = 0; at < whole.size(); ++at) {
      EXPECT_FALSE(read_plain_png(std::span{whole}.first(at))) << at;
      for (const int bits : {1, 0x10, 0xff}) {
        File damaged = whole;
        damaged[at] ^= static_cast<std::uint8_t>(bits);
        const auto read = read_plain_png(damaged);
        if (!read) continue;
        const cv::Mat spng = by_spng(damaged, type);
        ASSERT_FALSE(spng.empty()) << at << " " << bits;
        EXPECT_EQ(cv::norm(*read, spng, cv::NORM_INF), 0) << at << " " << bits;
      }
    }
  }
}

// A chunk with its length and its checksum.
File chunk(const std::string& name, const File& content) {
  const auto word = [](std::uint32_t value) {
    return File{static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
                static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
  };
  File checked{name.begin(), name.end()};
  checked.insert(checked.end(), content.begin(), content.end());
  File bytes = word(static_cast<std::uint32_t>(content.size()));
  bytes.insert(bytes.end(), checked.begin(), checked.end());
  const File sum =
      word(static_cast<std::uint32_t>(crc32(0, checked.data(), static_cast<uInt>(checked.size()))));
  bytes.insert(bytes.end(), sum.begin(), sum.end());
  return bytes;
}

// A text of 100 MB in 100 KB, between the header and the pixels.
TEST(Png, InflatesNoTextsAndColourProfiles) {
  const cv::Mat pixels = picture(9, 7, CV_8UC1);
  const File plain = written(pixels, SPNG_FILTER_CHOICE_ALL);
  const File zeros(100'000'000);
  for (const std::string name : {"zTXt", "iCCP"}) {
    File content(zeros.size() / 500);
    uLongf size = content.size();
    ASSERT_EQ(compress2(content.data(), &size, zeros.data(), zeros.size(), 9), Z_OK);
    content.resize(size);
    content.insert(content.begin(), {'a', 0, 0});
    const File bomb = chunk(name, content);
    File file = plain;
    const std::ptrdiff_t behind_header = 8 + 25;
    file.insert(file.begin() + behind_header, bomb.begin(), bomb.end());
    EXPECT_EQ(without_ancillary_chunks(file), plain);
    EXPECT_EQ(cv::norm(*read_png(file), pixels, cv::NORM_INF), 0);
    file.resize(file.size() - 20);
    EXPECT_FALSE(read_png(file)) << "cut short";
  }
}

}  // namespace
}  // namespace radflow
