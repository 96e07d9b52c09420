#include "nodes/decode/raster/raster_header.hpp"

#include <fmt/format.h>

#include <cstring>

#include "nodes/decode/codestream/jpeg_header.hpp"

namespace radflow {
namespace {

std::uint64_t number(ByteSpan bytes, std::size_t at, std::size_t size, bool big) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i)
    value |= std::uint64_t{bytes[at + i]} << (8 * (big ? size - 1 - i : i));
  return value;
}

// An animation's frames, of which the picture is read that stands in for them where animations are not known. That
// picture is the first frame if its data come behind a frame's control chunk.
struct Animation {
  std::uint64_t frames = 0;
  bool in_picture = false, data_seen = false;

  void see(ByteSpan bytes, std::size_t at) {
    const auto is = [&](const char* type) { return std::memcmp(bytes.data() + at + 4, type, 4) == 0; };
    if (is("IDAT")) data_seen = true;
    if (data_seen) return;
    if (is("acTL")) frames = number(bytes, at + 8, 4, true);
    if (is("fcTL")) in_picture = true;
  }
  std::string more_images() const {
    const std::uint64_t others = frames - (in_picture && frames > 0 ? 1 : 0);
    if (others == 0) return "";
    return fmt::format("an animated PNG of {} {}: only {} is read", frames, frames == 1 ? "frame" : "frames",
                       in_picture ? "the first" : "its still picture");
  }
};

// Chunks up to IEND: a file without it is cut short.
Result<RasterHeader> png_header(ByteSpan bytes) {
  if (bytes.size() < 33 || std::memcmp(bytes.data() + 12, "IHDR", 4) != 0)
    return Error{"truncated", "the PNG header is cut short"};
  Animation animation;
  for (std::size_t at = 8;;) {
    if (at + 12 > bytes.size()) return Error{"truncated", "the PNG file ends before its last chunk"};
    if (std::memcmp(bytes.data() + at + 4, "IEND", 4) == 0) break;
    animation.see(bytes, at);
    at += 12 + number(bytes, at, 4, true);
  }
  return RasterHeader{number(bytes, 20, 4, true), number(bytes, 16, 4, true), 0, animation.more_images()};
}

// How many pictures a JPEG file holds by its index of them (CIPA DC-007, Multi-Picture Format): an APP2
// segment with a TIFF directory. 1 if it has none.
std::uint64_t pictures_in_jpeg(ByteSpan bytes) {
  static constexpr std::uint64_t app2 = 0xffe2, start_of_scan = 0xffda, number_of_images = 0xb001;
  for (std::size_t at = 2; at + 4 <= bytes.size();) {
    const std::uint64_t marker = number(bytes, at, 2, true), length = number(bytes, at + 2, 2, true);
    if (marker < 0xff00 || marker == start_of_scan || at + 2 + length > bytes.size()) break;
    const ByteSpan segment = bytes.subspan(at + 4, length < 2 ? 0 : length - 2);
    at += 2 + length;
    if (marker != app2 || segment.size() < 12 || std::memcmp(segment.data(), "MPF", 4) != 0) continue;
    const ByteSpan index = segment.subspan(4);
    const bool big = index[0] == 'M';
    const std::uint64_t directory = number(index, 4, 4, big);
    if (directory + 2 > index.size()) continue;
    const std::uint64_t entries = number(index, directory, 2, big);
    for (std::uint64_t i = 0, entry = directory + 2; i < entries && entry + 12 <= index.size();
         ++i, entry += 12)
      if (number(index, entry, 2, big) == number_of_images) return number(index, entry + 8, 4, big);
  }
  return 1;
}

Result<RasterHeader> jpeg_header(ByteSpan bytes) {
  const auto header = read_jpeg_header(bytes);
  if (!header) return Error{"truncated", "the JPEG file has no frame header"};
  if (!header->complete) return Error{"truncated", "the JPEG file has no end-of-image marker"};
  if (auto error = too_many_scans(*header)) return *std::move(error);
  if (header->components != 1 && header->components != 3)
    return Error{"unsupported_pixels", fmt::format("a JPEG file of {} components", header->components)};
  RasterHeader result{header->rows, header->columns, header->components, ""};
  if (const std::uint64_t pictures = pictures_in_jpeg(bytes); pictures > 1)
    result.more_images = fmt::format("the JPEG file holds {} pictures: only the first is read", pictures);
  return result;
}

}  // namespace

Result<RasterHeader> raster_header(Format format, ByteSpan bytes) {
  if (bytes.size() < 8) return Error{"truncated", "the file ends within its header"};
  if (format == Format::Png) return png_header(bytes);
  return jpeg_header(bytes);
}

}  // namespace radflow
