#include "nodes/decode/dicom/frame_count.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "nodes/decode/codestream/jpeg2000_header.hpp"
#include "nodes/decode/codestream/jpeg_header.hpp"
#include "nodes/decode/jpeg_xl_codec.hpp"

namespace radflow {
namespace {

bool has_marker(Codec codec) {
  return codec == Codec::Jpeg || codec == Codec::JpegLs || codec == Codec::Jpeg2000;
}

// PS3.5 annex G: the number of segments, then where each begins; the first is behind the header.
bool is_rle_frame(ByteSpan bytes, const PixelLayout& layout) {
  if (bytes.size() < 64) return false;
  std::uint32_t header[2];
  std::memcpy(header, bytes.data(), sizeof header);
  return header[0] == static_cast<std::uint32_t>(std::max(layout.bits_allocated, 8) / 8 * layout.samples) &&
         header[1] == 64;
}

// One that the file's end cuts is a frame of its own if it begins as one: the others are not lost with it.
bool is_whole(const Fragment& fragment, const PixelLayout& layout, Codec codec) {
  ByteSpan bytes = fragment.bytes;
  if (codec == Codec::Deflated) return true;  // one fragment for a frame is the rule (PS3.5 A.4.13)
  if (codec == Codec::Rle) return is_rle_frame(bytes, layout);
  if (codec == Codec::EncapsulatedNative) {
    const std::uint64_t size = (layout.frame_bits() + 7) / 8;
    return bytes.size() == size + size % 2 || bytes.size() == size;
  }
  if (!has_marker(codec) || !starts_codestream(bytes, codec)) return false;
  if (!fragment.complete) return true;
  while (!bytes.empty() && bytes.back() == 0) bytes = bytes.first(bytes.size() - 1);  // padding
  return bytes.size() >= 4 && bytes[bytes.size() - 2] == 0xff && bytes.back() == 0xd9;
}

// What the codestream says that the bytes begin with.
struct Codestream {
  std::size_t end = 0;
  std::uint64_t columns = 0, rows = 0;
};

Codestream codestream_at(ByteSpan bytes) {
  if (bytes[0] == 0xff && bytes[1] == 0xd8) {
    const auto header = read_jpeg_header(bytes);
    if (!header) return {.end = bytes.size()};
    return {header->complete ? header->end : bytes.size(), header->columns, header->rows};
  }
  const auto header = read_jpeg2000_header(bytes);
  if (!header) return {.end = bytes.size()};
  return {jpeg2000_end(bytes), header->columns, header->rows};
}

}  // namespace

bool starts_codestream(ByteSpan bytes, Codec codec) {
  if (codec == Codec::JpegXl) return is_jpeg_xl(bytes);
  if (!has_marker(codec)) return true;
  if (bytes.size() < 4 || bytes[0] != 0xff) return is_jp2(bytes);
  return bytes[1] == 0xd8 || (bytes[1] == 0x4f && bytes[2] == 0xff && bytes[3] == 0x51);
}

std::vector<std::size_t> first_by_table(const PixelElement& pixels) {
  std::vector<std::size_t> first;
  std::size_t at = 0;
  for (const std::uint64_t offset : pixels.offsets) {
    while (at < pixels.fragments.size() && pixels.fragments[at].offset < offset) ++at;
    if (at == pixels.fragments.size()) break;  // the file ends before this frame
    if (pixels.fragments[at].offset != offset || (!first.empty() && first.back() >= at)) return {};
    first.push_back(at);
  }
  if (!first.empty() && first.front() != 0) return {};
  return first;
}

ProvenFrames proven_frames(const PixelElement& pixels, const PixelLayout& layout, Codec codec) {
  ProvenFrames proven;
  const std::vector<Fragment>& fragments = pixels.fragments;
  if (std::ranges::all_of(fragments,
                          [&](const Fragment& fragment) { return is_whole(fragment, layout, codec); })) {
    proven.first.resize(fragments.size());
    std::iota(proven.first.begin(), proven.first.end(), std::size_t{0});
    proven.count = static_cast<std::int64_t>(fragments.size());
    return proven;
  }
  auto first = first_by_table(pixels);
  const bool all_start = std::ranges::all_of(
      first, [&](std::size_t at) { return starts_codestream(fragments[at].bytes, codec); });
  if (first.empty() || !all_start) return proven;
  // A file that is cut has a table for frames that it lacks; one that is whole has a frame for each entry.
  if (first.size() < pixels.offsets.size() && pixels.delimited) return proven;
  proven.first = std::move(first);
  proven.count = static_cast<std::int64_t>(pixels.offsets.size());
  return proven;
}

Behind codestreams_behind(ByteSpan frame, const PixelLayout& layout, Codec codec) {
  Behind behind;
  if (!has_marker(codec)) return behind;
  for (bool first = true; frame.size() >= 4 && starts_codestream(frame, codec); first = false) {
    const Codestream codestream = codestream_at(frame);
    const bool is_frame = codestream.columns == static_cast<std::uint64_t>(layout.columns) &&
                          codestream.rows == static_cast<std::uint64_t>(layout.rows);
    if (!first) ++(is_frame ? behind.frames : behind.pictures);
    frame = frame.subspan(codestream.end);
    while (frame.size() >= 4 && frame[0] == 0 && !starts_codestream(frame, codec))  // padding
      frame = frame.subspan(1);
  }
  return behind;
}

}  // namespace radflow
