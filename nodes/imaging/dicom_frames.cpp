#include "nodes/imaging/dicom_frames.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nodes/imaging/jpeg2000_header.hpp"

namespace radflow {
namespace {

// More missing frames than this are not listed one by one.
constexpr std::int64_t max_missing = 65'536;

std::optional<Error> check_native(const PixelElement& pixels, const PixelLayout& layout) {
  // 2^32 pixels x 2^31 frames x 192 bits do not fit: compare by division.
  const std::uint64_t frame = layout.frame_bits(), declared = pixels.declared * 8;
  const auto frames = static_cast<std::uint64_t>(layout.frames);
  if (declared / frame < frames)
    return Error{"truncated",
                 fmt::format("the header promises {} frame(s) of {} bits, the pixel data has {} bytes",
                             frames, frame, pixels.declared)};
  // Padding is common; room for one more frame means that the header and the pixels are not of one image.
  const std::uint64_t padding = declared - frame * frames;
  if (padding >= frame && padding > 64)
    return Error{"malformed",
                 fmt::format("the pixel data has {} bytes, {} frame(s) of {} bits do not fill it",
                             pixels.declared, frames, frame)};
  const std::uint64_t whole = pixels.bytes.size() * 8 / frame;
  if (whole < frames && frames - whole > static_cast<std::uint64_t>(max_missing))
    return Error{"truncated", fmt::format("the file holds {} of {} frames", whole, frames)};
  return std::nullopt;
}

bool starts_codestream(ByteSpan bytes) {
  if (bytes.size() < 4 || bytes[0] != 0xff) return is_jp2(bytes);
  return bytes[1] == 0xd8 || (bytes[1] == 0x4f && bytes[2] == 0xff && bytes[3] == 0x51);
}

// By the offset table; empty if an entry points at no fragment.
std::vector<std::size_t> by_table(const PixelElement& pixels) {
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

Result<std::vector<std::size_t>> first_fragments(const PixelElement& pixels, const PixelLayout& layout,
                                                 Codec codec) {
  const auto frames = static_cast<std::size_t>(layout.frames);
  const std::size_t count = pixels.fragments.size();
  if (frames == 1) return std::vector<std::size_t>{0};
  if (pixels.offsets.size() == frames) {
    auto first = by_table(pixels);
    if (!first.empty()) return first;
  }
  const bool has_start = codec == Codec::Jpeg || codec == Codec::JpegLs || codec == Codec::Jpeg2000;
  std::vector<std::size_t> first;
  for (std::size_t i = 0; i < count; ++i)
    if (!has_start || starts_codestream(pixels.fragments[i].bytes)) first.push_back(i);
  if (first.empty() || first.front() != 0 || first.size() > frames)
    return Error{"malformed",
                 fmt::format("{} fragments and no usable offset table for {} frames", count, frames)};
  return first;
}

}  // namespace

Result<FrameMap> FrameMap::make(const DicomFile& file, const PixelLayout& layout) {
  const PixelElement& pixels = *file.pixels;
  FrameMap map;
  map.pixels_ = &pixels;
  map.frames_ = layout.frames;
  map.frame_bits_ = layout.frame_bits();
  if (!pixels.encapsulated) {
    if (auto error = check_native(pixels, layout)) return *std::move(error);
    return map;
  }
  if (pixels.fragments.empty()) return Error{"truncated", "the pixel data has no fragments"};
  const auto fragments = static_cast<std::int64_t>(pixels.fragments.size());
  if (layout.frames - fragments > max_missing)
    return Error{"truncated",
                 fmt::format("the file holds at most {} of {} frames", fragments, layout.frames)};
  auto first = first_fragments(pixels, layout, file.syntax.codec);
  if (!first) return first.error();
  map.first_ = *std::move(first);
  return map;
}

Result<FrameMap::Native> FrameMap::native(std::int64_t frame) const {
  // check_native has made sure that the whole fits in 64 bits.
  const std::uint64_t begin = static_cast<std::uint64_t>(frame) * frame_bits_, end = begin + frame_bits_;
  if (end > pixels_->bytes.size() * 8)
    return Error{"truncated", fmt::format("the file ends within frame {} of {}", frame + 1, frames_)};
  return Native{pixels_->bytes.subspan(begin / 8, (end + 7) / 8 - begin / 8),
                static_cast<unsigned>(begin % 8)};
}

Result<ByteSpan> FrameMap::codestream(std::int64_t frame, std::vector<std::uint8_t>& joined) const {
  const auto index = static_cast<std::size_t>(frame);
  const std::size_t count = pixels_->fragments.size();
  if (index >= first_.size())
    return Error{"truncated", fmt::format("the pixel data ends before frame {} of {}", frame + 1, frames_)};
  const bool last = index + 1 == first_.size();
  const std::size_t begin = first_[index], end = last ? count : first_[index + 1];
  const bool complete = std::all_of(pixels_->fragments.begin() + static_cast<std::ptrdiff_t>(begin),
                                    pixels_->fragments.begin() + static_cast<std::ptrdiff_t>(end),
                                    [](const Fragment& fragment) { return fragment.complete; });
  if (!complete || (last && !pixels_->delimited))
    return Error{"truncated", fmt::format("the file ends within frame {} of {}", frame + 1, frames_)};
  if (end - begin == 1) return pixels_->fragments[begin].bytes;
  joined.clear();
  for (std::size_t i = begin; i < end; ++i) {
    const ByteSpan bytes = pixels_->fragments[i].bytes;
    joined.insert(joined.end(), bytes.begin(), bytes.end());
  }
  return ByteSpan{joined};
}

}  // namespace radflow
