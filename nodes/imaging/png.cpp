#include "nodes/imaging/png.hpp"

#include <spng.h>
#include <zlib.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <vector>

#include "nodes/imaging/plain_png.hpp"

namespace radflow {
namespace {

using Png = std::unique_ptr<spng_ctx, decltype(&spng_ctx_free)>;

// How the pixels of a file are asked for.
struct Layout {
  int format, channels;
};

Layout layout_of(const spng_ihdr& header) {
  switch (header.color_type) {
    case SPNG_COLOR_TYPE_GRAYSCALE:
      return {header.bit_depth <= 8 ? SPNG_FMT_G8 : SPNG_FMT_PNG, 1};
    case SPNG_COLOR_TYPE_GRAYSCALE_ALPHA:
      return {SPNG_FMT_PNG, 2};
    case SPNG_COLOR_TYPE_INDEXED:
      return {SPNG_FMT_RGB8, 3};
    case SPNG_COLOR_TYPE_TRUECOLOR_ALPHA:
      return {SPNG_FMT_PNG, 4};
    default:
      return {SPNG_FMT_PNG, 3};
  }
}

cv::Mat without_alpha(const cv::Mat& pixels) {
  if (pixels.channels() == 1 || pixels.channels() == 3) return pixels;
  const int channels = pixels.channels() - 1;
  cv::Mat opaque(pixels.size(), CV_MAKETYPE(pixels.depth(), channels));
  const int same[] = {0, 0, 1, 1, 2, 2};
  cv::mixChannels(&pixels, 1, &opaque, 1, same, static_cast<std::size_t>(channels));
  return opaque;
}

void check(int error) {
  if (error) throw std::runtime_error{std::string{"a PNG cannot be written: "} + spng_strerror(error)};
}

}  // namespace

std::optional<cv::Mat> read_png(std::span<const std::uint8_t> bytes) {
  if (auto plain = read_plain_png(bytes)) return plain;
  const std::vector<std::uint8_t> critical = without_ancillary_chunks(bytes);
  const Png png{spng_ctx_new(0), spng_ctx_free};
  spng_ihdr header{};
  if (!png || spng_set_png_buffer(png.get(), critical.data(), critical.size()) ||
      spng_get_ihdr(png.get(), &header))
    return std::nullopt;
  const Layout layout = layout_of(header);
  std::size_t size = 0;
  if (spng_decoded_image_size(png.get(), layout.format, &size)) return std::nullopt;
  cv::Mat pixels(static_cast<int>(header.height), static_cast<int>(header.width),
                 CV_MAKETYPE(header.bit_depth == 16 ? CV_16U : CV_8U, layout.channels));
  if (size != pixels.total() * pixels.elemSize()) return std::nullopt;
  if (spng_decode_image(png.get(), pixels.data, size, layout.format, 0)) return std::nullopt;
  return without_alpha(pixels);
}

std::string write_png(const cv::Mat& pixels) {
  const cv::Mat whole = pixels.isContinuous() ? pixels : pixels.clone();
  const Png png{spng_ctx_new(SPNG_CTX_ENCODER), spng_ctx_free};
  if (!png) throw std::bad_alloc{};
  spng_ihdr header{};
  header.width = static_cast<std::uint32_t>(whole.cols);
  header.height = static_cast<std::uint32_t>(whole.rows);
  header.bit_depth = whole.depth() == CV_16U ? 16 : 8;
  header.color_type = whole.channels() == 1 ? SPNG_COLOR_TYPE_GRAYSCALE : SPNG_COLOR_TYPE_TRUECOLOR;
  check(spng_set_ihdr(png.get(), &header));
  check(spng_set_option(png.get(), SPNG_ENCODE_TO_BUFFER, 1));
  // Fast and nearly as small as the best for pictures: the choice of OpenCV's writer.
  check(spng_set_option(png.get(), SPNG_IMG_COMPRESSION_LEVEL, Z_BEST_SPEED));
  check(spng_set_option(png.get(), SPNG_IMG_COMPRESSION_STRATEGY, Z_RLE));
  check(spng_set_option(png.get(), SPNG_FILTER_CHOICE, SPNG_FILTER_CHOICE_SUB));
  check(spng_encode_image(png.get(), whole.data, whole.total() * whole.elemSize(), SPNG_FMT_PNG,
                          SPNG_ENCODE_FINALIZE));
  std::size_t size = 0;
  int error = 0;
  const std::unique_ptr<void, decltype(&std::free)> bytes{spng_get_png_buffer(png.get(), &size, &error),
                                                          std::free};
  check(error);
  return {static_cast<const char*>(bytes.get()), size};
}

}  // namespace radflow
