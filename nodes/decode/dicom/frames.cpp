#include "nodes/decode/dicom/frames.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nodes/decode/dicom/frame_count.hpp"
#include "nodes/decode/dicom/tags.hpp"

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

Result<std::vector<std::size_t>> first_fragments(const PixelElement& pixels, const PixelLayout& layout,
                                                 Codec codec) {
  const auto frames = static_cast<std::size_t>(layout.frames);
  const std::size_t count = pixels.fragments.size();
  if (pixels.offsets.size() == frames) {
    auto first = first_by_table(pixels);
    if (!first.empty() && frames > 1) return first;
  }
  std::vector<std::size_t> first;
  for (std::size_t i = 0; i < count; ++i)
    if (starts_codestream(pixels.fragments[i].bytes, codec)) first.push_back(i);
  const bool has_marker =
      codec == Codec::Jpeg || codec == Codec::JpegLs || codec == Codec::Jpeg2000 || codec == Codec::JpegXl;
  if (has_marker && first.size() > frames)
    return Error{"malformed", fmt::format("the header says {} frame(s), the pixel data holds {} codestreams "
                                          "in {} fragments that are not one for each",
                                          frames, first.size(), count)};
  if (frames == 1) return std::vector<std::size_t>{0};
  if (first.empty() || first.front() != 0 || first.size() > frames)
    return Error{"malformed",
                 fmt::format("{} fragments and no usable offset table for {} frames", count, frames)};
  return first;
}

}  // namespace

Result<FrameMap> FrameMap::make(const DicomFile& file, PixelLayout& layout, const Warn& warn) {
  const PixelElement& pixels = *file.pixels;
  FrameMap map;
  map.pixels_ = &pixels;
  map.frames_ = layout.frames;
  map.frame_bits_ = layout.frame_bits();
  if (!pixels.encapsulated) {
    if (auto error = check_native(pixels, layout)) return *std::move(error);
    if (warn && file.syntax.codec != Codec::Native)
      warn({"not_encapsulated",
            fmt::format("the transfer syntax is {}, whose pixel data is encapsulated, and this is not",
                        file.syntax.name)});
    return map;
  }
  if (pixels.fragments.empty()) return Error{"truncated", "the pixel data has no fragments"};
  const auto fragments = static_cast<std::int64_t>(pixels.fragments.size());
  ProvenFrames proven = proven_frames(pixels, layout, file.syntax.codec);
  if (proven.count > layout.frames && proven.count - fragments <= max_missing) {
    if (warn)
      warn({"frame_count", fmt::format("{}, the pixel data holds {}: all are read",
                                       has(*file.dataset, DCM_NumberOfFrames)
                                           ? fmt::format("NumberOfFrames says {}", layout.frames)
                                           : "there is no NumberOfFrames, which means one",
                                       proven.count)});
    layout.frames = map.frames_ = proven.count;
    map.first_ = std::move(proven.first);
    if (auto error = map.check_behind(layout, file.syntax.codec, warn)) return *std::move(error);
    return map;
  }
  if (layout.frames - fragments > max_missing)
    return Error{"truncated",
                 fmt::format("the file holds at most {} of {} frames", fragments, layout.frames)};
  auto first = first_fragments(pixels, layout, file.syntax.codec);
  if (!first) return first.error();
  map.first_ = *std::move(first);
  if (auto error = map.check_behind(layout, file.syntax.codec, warn)) return *std::move(error);
  return map;
}

std::optional<Error> FrameMap::check_behind(const PixelLayout& layout, Codec codec, const Warn& warn) const {
  Behind all;
  bool misnumbered = false;  // frames lie behind one that others follow
  std::vector<std::uint8_t> joined;
  for (std::size_t i = 0; i < first_.size(); ++i) {
    const auto bytes = codestream(static_cast<std::int64_t>(i), joined);
    if (!bytes) continue;  // said when the frame is asked for
    const Behind behind = codestreams_behind(*bytes, layout, codec);
    all.frames += behind.frames;
    misnumbered |= behind.frames > 0 && i + 1 < first_.size();
    all.pictures += behind.pictures;
  }
  // Frames for which there is no fragment are missing already, and an error each.
  const auto found = static_cast<std::int64_t>(first_.size());
  if (misnumbered || all.frames > frames_ - found)
    return Error{"malformed", fmt::format("the header says {} frame(s), the pixel data holds {} codestreams "
                                          "in {} fragment(s), some one behind the other",
                                          frames_, found + all.frames, pixels_->fragments.size())};
  if (all.pictures > 0 && warn)
    warn({"more_images", fmt::format("behind the codestreams of the frames lie {} of another size: not read",
                                     all.pictures)});
  return std::nullopt;
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
