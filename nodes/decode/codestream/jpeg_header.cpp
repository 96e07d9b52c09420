#include "nodes/decode/codestream/jpeg_header.hpp"

#include <fmt/format.h>

#include <cstring>

namespace radflow {
namespace {

bool is_frame_header(int marker) {
  if (marker == 0xf7) return true;
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

// The position of the next marker in entropy-coded data: what follows FF is above 7F and no restart marker.
std::size_t next_marker(ByteSpan bytes, std::size_t at) {
  while (at + 1 < bytes.size()) {
    const void* found = std::memchr(bytes.data() + at, 0xff, bytes.size() - 1 - at);
    if (!found) break;
    at = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - bytes.data());
    const int next = bytes[at + 1];
    if (next >= 0x80 && next != 0xff && (next < 0xd0 || next > 0xd7)) return at;
    ++at;
  }
  return bytes.size();
}

}  // namespace

std::optional<Error> too_many_scans(const JpegHeader& header) {
  if (header.scans <= most_jpeg_scans) return std::nullopt;
  return Error{"malformed",
               fmt::format("a JPEG picture in {} scans; up to {} are read", header.scans, most_jpeg_scans)};
}

std::optional<JpegHeader> read_jpeg_header(ByteSpan bytes) {
  if (bytes.size() < 4 || bytes[0] != 0xff || bytes[1] != 0xd8) return std::nullopt;
  JpegHeader header;
  for (std::size_t at = 2; at + 1 < bytes.size();) {
    if (bytes[at] != 0xff) break;
    const int marker = bytes[at + 1];
    if (marker == 0xff) {  // fill
      ++at;
      continue;
    }
    at += 2;
    if (marker == 0xd9) {
      header.complete = header.process != 0;
      header.end = at;
      break;
    }
    if (at + 2 > bytes.size()) break;
    const std::size_t length = std::size_t{bytes[at]} * 256 + bytes[at + 1];
    if (length < 2 || at + length > bytes.size()) break;
    const ByteSpan segment = bytes.subspan(at + 2, length - 2);
    if (is_frame_header(marker) && header.process == 0 && segment.size() >= 6) {
      header.process = marker;
      header.precision = segment[0];
      header.rows = segment[1] * 256u + segment[2];
      header.columns = segment[3] * 256u + segment[4];
      header.components = segment[5];
    }
    if (marker == 0xee && segment.size() >= 12 && std::memcmp(segment.data(), "Adobe", 5) == 0)
      header.adobe_transform = segment[11];
    if (marker == 0xe0 && segment.size() >= 5 && std::memcmp(segment.data(), "JFIF", 5) == 0)
      header.jfif = true;
    const bool sequential = header.process == 0xc0 || header.process == 0xc1;
    if (marker == 0xda && sequential && segment.size() >= 3) {
      const ByteSpan spectral = segment.last(3);  // first and last coefficient, bit positions
      if (spectral[0] != 0 || spectral[1] != 63 || spectral[2] != 0) ++header.odd_scans;
    }
    at += length;
    if (marker != 0xda) continue;
    ++header.scans;
    at = next_marker(bytes, at);
  }
  if (header.process == 0) return std::nullopt;
  return header;
}

}  // namespace radflow
