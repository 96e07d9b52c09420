#include "nodes/imaging/raster_header.hpp"

#include <fmt/format.h>

#include <cstring>

#include "nodes/imaging/jpeg_header.hpp"

namespace radflow {
namespace {

std::uint64_t number(ByteSpan bytes, std::size_t at, std::size_t size, bool big) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i)
    value |= std::uint64_t{bytes[at + i]} << (8 * (big ? size - 1 - i : i));
  return value;
}

// Chunks up to IEND: a file without it is cut short.
Result<RasterHeader> png_header(ByteSpan bytes) {
  if (bytes.size() < 33 || std::memcmp(bytes.data() + 12, "IHDR", 4) != 0)
    return Error{"truncated", "the PNG header is cut short"};
  for (std::size_t at = 8;;) {
    if (at + 12 > bytes.size()) return Error{"truncated", "the PNG file ends before its last chunk"};
    if (std::memcmp(bytes.data() + at + 4, "IEND", 4) == 0) break;
    at += 12 + number(bytes, at, 4, true);
  }
  static constexpr int grey_alpha = 4;
  return RasterHeader{number(bytes, 20, 4, true), number(bytes, 16, 4, true), bytes[25] == grey_alpha};
}

Result<RasterHeader> jpeg_header(ByteSpan bytes) {
  const auto header = read_jpeg_header(bytes);
  if (!header) return Error{"truncated", "the JPEG file has no frame header"};
  if (!header->complete) return Error{"truncated", "the JPEG file has no end-of-image marker"};
  if (header->components != 1 && header->components != 3)
    return Error{"unsupported_pixels", fmt::format("a JPEG file of {} components", header->components)};
  return RasterHeader{header->rows, header->columns};
}

struct TiffTags {
  std::uint64_t columns = 0, rows = 0, bits = 1, photometric = 1, samples = 1, sample_format = 1;
};

// Photometric: 0 white is zero, 1 black is zero, 2 RGB, 3 palette, 6 YCbCr. Sample format: 1 unsigned, 3
// float.
std::optional<Error> check_tiff(const TiffTags& tags) {
  const bool is_float = tags.sample_format == 3;
  if (tags.photometric != 1 && tags.photometric != 2)
    return Error{
        "unsupported_pixels",
        fmt::format("TIFF photometric {}; 1 (black is zero) and 2 (RGB) can be read", tags.photometric)};
  if ((is_float && tags.bits != 32 && tags.bits != 64) ||
      (!is_float && (tags.sample_format != 1 || (tags.bits != 8 && tags.bits != 16))))
    return Error{"unsupported_pixels",
                 fmt::format("TIFF of {} bits, sample format {}", tags.bits, tags.sample_format)};
  if (tags.samples > 4 || (tags.photometric == 1 && tags.samples != 1) ||
      (tags.photometric == 2 && tags.samples < 3))
    return Error{"unsupported_pixels", fmt::format("TIFF of {} samples a pixel", tags.samples)};
  return std::nullopt;
}

Result<RasterHeader> tiff_header(ByteSpan bytes) {
  const bool big = bytes[0] == 'M';
  const std::uint64_t directory = number(bytes, 4, 4, big);
  if (directory + 2 > bytes.size()) return Error{"truncated", "the TIFF directory lies outside of the file"};
  const std::uint64_t entries = number(bytes, directory, 2, big), end = directory + 2 + entries * 12;
  if (end + 4 > bytes.size()) return Error{"truncated", "the TIFF directory is cut short"};
  if (number(bytes, end, 4, big) != 0)
    return Error{"unsupported_pixels", "a TIFF file of more than one page; OpenCV 4.6 reads only the first"};
  TiffTags tags;
  for (std::uint64_t at = directory + 2; at < end; at += 12) {
    static constexpr std::uint64_t short_type = 3;
    const std::uint64_t tag = number(bytes, at, 2, big), type = number(bytes, at + 2, 2, big);
    std::uint64_t value = number(bytes, at + 8, type == short_type ? 2 : 4, big);
    // More than two values of 16 bits lie elsewhere: bits and sample format of each sample.
    if (type == short_type && number(bytes, at + 4, 4, big) > 2) {
      const std::uint64_t offset = number(bytes, at + 8, 4, big);
      if (offset + 2 > bytes.size()) return Error{"truncated", "a TIFF tag lies outside of the file"};
      value = number(bytes, offset, 2, big);
    }
    if (tag == 256) tags.columns = value;
    if (tag == 257) tags.rows = value;
    if (tag == 258) tags.bits = value;
    if (tag == 262) tags.photometric = value;
    if (tag == 277) tags.samples = value;
    if (tag == 339) tags.sample_format = value;
  }
  if (auto error = check_tiff(tags)) return *std::move(error);
  return RasterHeader{tags.rows, tags.columns};
}

}  // namespace

Result<RasterHeader> raster_header(Format format, ByteSpan bytes) {
  if (bytes.size() < 8) return Error{"truncated", "the file ends within its header"};
  if (format == Format::Png) return png_header(bytes);
  if (format == Format::Jpeg) return jpeg_header(bytes);
  return tiff_header(bytes);
}

}  // namespace radflow
