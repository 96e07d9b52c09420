// RLE (PS3.5 annex G): up to 15 segments, one per byte of a sample,
// the most significant first, colour by colour.
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcerror.h>
#include <dcmtk/dcmdata/dcrledec.h>

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "nodes/decode/dicom/codecs.hpp"

namespace radflow {
namespace {

constexpr std::size_t longest_run = 128;

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

  const std::size_t pixels = out.total();
  DcmRLEDecoder decoder{pixels + longest_run};
  std::size_t surplus = 0;
  for (std::uint32_t segment = 0; segment < header[0]; ++segment) {
    const std::size_t begin = header[segment + 1];
    const std::size_t end = segment + 1 < header[0] ? header[segment + 2] : frame.size();
    if (begin < 64 || begin > end || end > frame.size())
      return Error{"truncated", "an RLE segment ends outside"};
    decoder.clear();
    // Some writers pad a segment before it is packed: the last run goes on. More than a run is damage.
    decoder.decompress(const_cast<std::uint8_t*>(frame.data()) + begin, end - begin);
    if (decoder.fail()) return Error{"malformed", "an RLE segment holds more than a frame"};
    surplus = std::max(surplus, decoder.size() - std::min(decoder.size(), pixels));
    if (decoder.size() < pixels)
      return Error{"truncated",
                   fmt::format("an RLE segment ends after {} of {} pixels", decoder.size(), pixels)};

    const auto* plane = static_cast<const std::uint8_t*>(decoder.getOutputBuffer());
    const std::uint32_t sample = segment / width, byte = width - 1 - segment % width;
    const std::size_t step = out.elemSize();
    std::uint8_t* to = out.data + sample * width + byte;
    for (std::size_t i = 0; i < pixels; ++i, to += step) *to = plane[i];
  }
  Decoded decoded{.precision = static_cast<int>(width) * 8};
  if (surplus > 0)
    decoded.warning = Error{"rle_surplus", fmt::format("an RLE segment has {} values more than the frame has "
                                                       "pixels: they are left out",
                                                       surplus)};
  return decoded;
}

}  // namespace radflow
