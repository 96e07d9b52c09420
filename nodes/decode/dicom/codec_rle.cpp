// RLE (PS3.5 annex G): up to 15 segments, one per byte of a sample,
// the most significant first, colour by colour.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

#include "nodes/decode/dicom/codecs.hpp"

namespace radflow {
namespace {

constexpr std::size_t longest_run = 128, short_run = 16;

// A short run of either kind, written as 16 bytes of which the next one overwrites the surplus: which kind comes next nobody
// can foresee, and a branch for it would take most of the time.
void write_short_run(const std::uint8_t* from, bool repeats, std::uint8_t* to) {
  std::uint64_t literal[2];
  std::memcpy(literal, from, sizeof literal);
  const std::uint64_t value = *from * std::uint64_t{0x0101'0101'0101'0101},
                      choice = repeats ? ~std::uint64_t{0} : 0;
  for (std::uint64_t& word : literal) word = (value & choice) | (word & ~choice);
  std::memcpy(to, literal, sizeof literal);
}

// How many values a segment (PackBits) gives, of which `out` takes what it has room for; nothing if they are more than a run
// beyond it, which is damage. A run that the segment's end cuts is not there. DCMTK's decoder does the same, a byte at a time.
std::optional<std::size_t> unpack(ByteSpan packed, std::span<std::uint8_t> out) {
  std::size_t at = 0, given = 0;
  while (at < packed.size()) {
    const std::size_t control = packed[at++];
    if (control == 128) continue;
    const bool repeats = control > 128;
    const std::size_t length = repeats ? 257 - control : control + 1, taken = repeats ? 1 : length;
    if (length <= short_run && packed.size() - at >= short_run && given + short_run <= out.size()) {
      write_short_run(packed.data() + at, repeats, out.data() + given);
      at += taken;
      given += length;
      continue;
    }
    if (packed.size() - at < taken) break;
    const std::size_t kept = std::min(length, out.size() - std::min(given, out.size()));
    if (kept > 0 && repeats)
      std::memset(out.data() + given, packed[at], kept);
    else if (kept > 0)
      std::memcpy(out.data() + given, packed.data() + at, kept);
    at += taken;
    given += length;
    if (given > out.size() + longest_run) return std::nullopt;
  }
  return given;
}

// The bytes of one place in each sample, from their plane.
template <std::size_t Step>
void place_bytes(const std::uint8_t* plane, std::size_t count, std::uint8_t* to) {
  for (std::size_t i = 0; i < count; ++i) to[i * Step] = plane[i];
}

void place_bytes(const std::uint8_t* plane, std::size_t count, std::size_t step, std::uint8_t* to) {
  if (step == 2) return place_bytes<2>(plane, count, to);
  if (step == 3) return place_bytes<3>(plane, count, to);
  for (std::size_t i = 0; i < count; ++i) to[i * step] = plane[i];
}

// Samples of 16 bit from the planes of their higher and their lower bytes.
void join_bytes(const std::uint8_t* high, const std::uint8_t* low, std::size_t count, std::uint16_t* to) {
  for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<std::uint16_t>(high[i] << 8 | low[i]);
}

}  // namespace

Result<Decoded> decode_rle(ByteSpan frame, const PixelLayout& layout, cv::Mat& out) {
  if (frame.size() < 64) return Error{"truncated", "the RLE header is cut short"};
  std::uint32_t header[16];
  std::memcpy(header, frame.data(), sizeof header);
  // A pixel of 1 bit is padded to a byte (annex G.2).
  const auto width = static_cast<std::uint32_t>(std::max(layout.bits_allocated, 8) / 8);
  const auto samples = static_cast<std::uint32_t>(layout.samples);
  if (header[0] != width * samples)
    return Error{"malformed", fmt::format("{} RLE segments; {} bits and {} samples need {}", header[0],
                                          layout.bits_allocated, samples, width * samples)};

  const std::size_t pixels = out.total(), step = out.elemSize();
  // A segment of bytes is the frame itself; of the two of 16-bit samples, the first waits for the second.
  const bool joined = step == 2 && width == 2;
  const auto planes = std::make_unique_for_overwrite<std::uint8_t[]>(step == 1 ? 0
                                                                     : joined  ? 2 * pixels
                                                                               : pixels);
  std::size_t surplus = 0;
  for (std::uint32_t segment = 0; segment < header[0]; ++segment) {
    const std::size_t begin = header[segment + 1];
    const std::size_t end = segment + 1 < header[0] ? header[segment + 2] : frame.size();
    if (begin < 64 || begin > end || end > frame.size())
      return Error{"truncated", "an RLE segment ends outside"};
    std::uint8_t* plane = step == 1 ? out.data : planes.get() + (joined ? segment * pixels : 0);
    // Some writers pad a segment before it is packed: the last run goes on. More than a run is damage.
    const auto given = unpack(frame.subspan(begin, end - begin), {plane, pixels});
    if (!given) return Error{"malformed", "an RLE segment holds more than a frame"};
    surplus = std::max(surplus, *given - std::min(*given, pixels));
    if (*given < pixels)
      return Error{"truncated", fmt::format("an RLE segment ends after {} of {} pixels", *given, pixels)};
    const std::uint32_t sample = segment / width, byte = width - 1 - segment % width;
    if (step > 1 && !joined) place_bytes(plane, pixels, step, out.data + sample * width + byte);
  }
  if (joined) join_bytes(planes.get(), planes.get() + pixels, pixels, out.ptr<std::uint16_t>());
  Decoded decoded{.precision = static_cast<int>(width) * 8};
  if (surplus > 0)
    decoded.warning = Error{"rle_surplus", fmt::format("an RLE segment has {} values more than the frame has "
                                                       "pixels: they are left out",
                                                       surplus)};
  return decoded;
}

}  // namespace radflow
