#include "nodes/decode/dicom/layout.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "nodes/decode/dicom/tags.hpp"

namespace radflow {
namespace {

constexpr std::array<std::string_view, 11> photometrics{
    "MONOCHROME1",     "MONOCHROME2",     "PALETTE COLOR", "RGB",     "YBR_FULL", "YBR_FULL_422",
    "YBR_PARTIAL_422", "YBR_PARTIAL_420", "YBR_ICT",       "YBR_RCT", "XYB"};

Error malformed(std::string detail) { return {"malformed", std::move(detail)}; }

std::optional<Error> check_bits(const PixelLayout& layout) {
  using Kind = PixelElement::Kind;
  const int allocated = layout.bits_allocated;
  if (layout.kind != Kind::Integer) {
    if (allocated != (layout.kind == Kind::Float ? 32 : 64))
      return malformed(fmt::format("float pixel data with {} bits allocated", allocated));
    if (!layout.is_monochrome()) return Error{"unsupported_pixels", "float pixel data in colour"};
    return std::nullopt;
  }
  if (allocated != 1 && allocated != 8 && allocated != 16 && allocated != 32)
    return Error{"unsupported_pixels",
                 fmt::format("{} bits allocated; 1, 8, 16 and 32 can be read", allocated)};
  if (layout.bits_stored < 1 || layout.bits_stored > allocated || layout.high_bit >= allocated ||
      layout.high_bit < layout.bits_stored - 1)
    return malformed(fmt::format("{} bits stored up to bit {} of {} allocated", layout.bits_stored,
                                 layout.high_bit, allocated));
  if (allocated == 1 && (layout.samples != 1 || layout.is_signed))
    return Error{"unsupported_pixels", "1-bit pixels that are signed or in colour"};
  return std::nullopt;
}

std::optional<Error> check_colour(const PixelLayout& layout) {
  if (std::ranges::find(photometrics, layout.photometric) == photometrics.end())
    return Error{"unsupported_pixels",
                 fmt::format("its photometric interpretation is none of {}", fmt::join(photometrics, ", "))};
  const int expected = layout.is_monochrome() || layout.photometric == "PALETTE COLOR" ? 1 : 3;
  if (layout.samples != expected)
    return malformed(fmt::format("{} samples per pixel in {}", layout.samples, layout.photometric));
  if (layout.halved_chroma && (layout.bits_allocated != 8 || layout.columns % 2 != 0))
    return Error{"unsupported_pixels", "chroma for two pixels of other than 8 bits or of an odd width"};
  return std::nullopt;
}

// A number without which pixels cannot be read.
Result<std::int64_t> required(DcmItem& dataset, const DcmTagKey& tag, std::string_view name) {
  if (const auto value = integer_of(dataset, tag)) return *value;
  return malformed(fmt::format("{} is {}", name, has(dataset, tag) ? "no number" : "missing"));
}

// HighBit = BitsStored is a writer's slip, and others read the low bits. So is a bit that does not exist.
// 12 bits stored up to bit 15 are what they say.
void mend_high_bit(PixelLayout& layout, const Warn& warn) {
  const int usual = layout.bits_stored - 1;
  const bool slip = layout.high_bit == layout.bits_stored || layout.high_bit >= layout.bits_allocated ||
                    layout.high_bit < usual;
  if (!slip || usual < 0) return;
  if (warn)
    warn({"high_bit", fmt::format("HighBit says {} for {} bits stored of {} allocated: read as {}",
                                  layout.high_bit, layout.bits_stored, layout.bits_allocated, usual)});
  layout.high_bit = usual;
}

// Whether the pixels of a _422 colour take exactly 3/2 of what they would with halved chroma, all frames together
// or each fragment by itself: pixels do so whose chroma was never subsampled. DICOM makes every length even, so an
// odd one has a byte behind it. Any other surplus is padding behind pixels that are what the file says.
bool is_full_size(const PixelElement& pixels, const PixelLayout& layout) {
  const auto pixel =
      static_cast<std::uint64_t>(layout.samples) * static_cast<unsigned>(layout.bits_allocated) / 8;
  const auto frame = static_cast<std::uint64_t>(layout.pixels()) * pixel;
  const auto frames = static_cast<std::uint64_t>(layout.frames);
  const auto takes_exactly = [](std::uint64_t size, std::uint64_t wanted) {
    return size == wanted || size == wanted + wanted % 2;
  };
  if (layout.samples != 3 || frame == 0) return false;
  if (pixels.encapsulated)
    return !pixels.fragments.empty() && std::ranges::all_of(pixels.fragments, [&](const Fragment& fragment) {
      return takes_exactly(fragment.bytes.size(), frame);
    });
  return pixels.declared / frame == frames && takes_exactly(pixels.declared, frame * frames);
}

}  // namespace

std::uint64_t PixelLayout::frame_bits() const {
  const auto per_pixel =
      static_cast<std::uint64_t>(halved_chroma ? 2 : samples) * static_cast<unsigned>(bits_allocated);
  return static_cast<std::uint64_t>(pixels()) * per_pixel;
}

int PixelLayout::mat_type() const {
  if (kind == PixelElement::Kind::Float) return CV_32FC1;
  if (kind == PixelElement::Kind::Double) return CV_64FC1;
  const int depth = bits_allocated <= 8    ? (is_signed ? CV_8S : CV_8U)
                    : bits_allocated == 16 ? (is_signed ? CV_16S : CV_16U)
                                           : CV_32S;
  return CV_MAKETYPE(depth, samples);
}

Result<PixelLayout> read_layout(const DicomFile& file, const ReadOptions& options) {
  const std::int64_t max_pixels = options.max_pixels;
  const Warn& warn = options.warn;
  DcmItem& dataset = *file.dataset;
  const PixelElement& pixels = *file.pixels;
  const bool integer = pixels.kind == PixelElement::Kind::Integer;
  const auto rows = required(dataset, DCM_Rows, "Rows"), columns = required(dataset, DCM_Columns, "Columns");
  const auto allocated = required(dataset, DCM_BitsAllocated, "BitsAllocated");
  const auto stored = integer ? required(dataset, DCM_BitsStored, "BitsStored") : allocated;
  const auto sign =
      integer ? required(dataset, DCM_PixelRepresentation, "PixelRepresentation") : Result<std::int64_t>{1};
  for (const auto* value : {&rows, &columns, &allocated, &stored, &sign})
    if (!*value) return value->error();
  if (*rows < 1 || *columns < 1) return malformed(fmt::format("{} rows and {} columns", *rows, *columns));
  // 16-bit numbers in DICOM, whatever VR a file gives them.
  if (*rows > 65535 || *columns > 65535 || *rows * *columns > max_pixels)
    return Error{"too_large",
                 fmt::format("a frame of {} x {} pixels; max_pixels is {}", *columns, *rows, max_pixels)};

  PixelLayout layout{.kind = pixels.kind, .rows = *rows, .columns = *columns};
  if (has(dataset, DCM_NumberOfFrames)) {
    const auto frames = integer_of(dataset, DCM_NumberOfFrames);
    if (!frames || *frames < 0 || *frames > 0x7fffffff)
      return malformed("NumberOfFrames is not a positive number");
    layout.frames = std::max<std::int64_t>(*frames, 1);
    if (*frames == 0 && warn) warn({"frame_count", "NumberOfFrames says 0: read as 1"});
  }
  const auto small = [](std::int64_t value) {
    return static_cast<int>(std::clamp<std::int64_t>(value, -1, 1000));
  };
  layout.samples = small(integer_of(dataset, DCM_SamplesPerPixel).value_or(1));
  layout.bits_allocated = small(*allocated);
  layout.bits_stored = small(*stored);
  layout.high_bit = small(integer_of(dataset, DCM_HighBit).value_or(*stored - 1));
  layout.is_signed = *sign == 1;
  layout.planar = layout.samples == 3 && integer_of(dataset, DCM_PlanarConfiguration).value_or(0) == 1;
  layout.photometric = text_of(dataset, DCM_PhotometricInterpretation);
  if (layout.photometric.empty()) return malformed("PhotometricInterpretation is missing");
  if (integer) mend_high_bit(layout, warn);
  if (layout.samples == 3 && layout.is_signed) {
    layout.is_signed = false;
    if (warn)
      warn({"signed_colour",
            fmt::format("PixelRepresentation says that {} is signed, which colour never is: read as unsigned",
                        layout.photometric)});
  }
  const Codec codec = file.syntax.codec;
  const bool uncompressed =
      !pixels.encapsulated || codec == Codec::EncapsulatedNative || codec == Codec::Deflated;
  layout.halved_chroma = uncompressed && layout.photometric.ends_with("_422");
  if (layout.halved_chroma && codec != Codec::Deflated && is_full_size(pixels, layout)) {
    layout.halved_chroma = false;
    if (warn)
      warn({"full_chroma",
            fmt::format("{} whose chroma was never subsampled: its pixels take half as much "
                        "again as they may, and are read as those of {}",
                        layout.photometric, layout.photometric.substr(0, layout.photometric.size() - 4))});
  }
  if (uncompressed && layout.photometric == "YBR_PARTIAL_420")
    return Error{"unsupported_pixels", "uncompressed YBR_PARTIAL_420"};
  if (codec != Codec::JpegXl &&
      layout.photometric == "XYB")  // JPEG XL's own colours, which its decoder undoes
    return Error{"unsupported_pixels", "XYB outside JPEG XL"};
  if (auto error = check_colour(layout)) return *std::move(error);
  if (auto error = check_bits(layout)) return *std::move(error);
  return layout;
}

}  // namespace radflow
