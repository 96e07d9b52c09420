#include "nodes/decode/dicom/pixels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "nodes/decode/dicom/codecs.hpp"
#include "nodes/decode/dicom/inflate.hpp"
#include "nodes/decode/dicom/value_bits.hpp"

namespace radflow {
namespace {

static_assert(std::endian::native == std::endian::little, "pixel data is read as little endian");

// Swaps the bytes of every `width` of them.
void swap_bytes(std::uint8_t* data, std::size_t size, std::size_t width) {
  for (std::size_t i = 0; i + width <= size; i += width) std::reverse(data + i, data + i + width);
}

void unpack_bits(const std::uint8_t* packed, unsigned bit_offset, cv::Mat& out) {
  std::uint8_t* const to = out.ptr();
  const std::size_t count = out.total();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t bit = bit_offset + i;
    to[i] = packed[bit / 8] >> (bit % 8) & 1;
  }
}

// Y0 Y1 Cb Cr of two pixels to Y Cb Cr of each (PS3.3 C.7.6.3.1.2).
void widen_chroma(const std::uint8_t* packed, cv::Mat& out) {
  std::uint8_t* to = out.ptr();
  const std::size_t pairs = out.total() / 2;
  for (std::size_t i = 0; i < pairs; ++i, packed += 4)
    for (std::size_t k = 0; k < 2; ++k, to += 3) {
      to[0] = packed[k];
      to[1] = packed[2];
      to[2] = packed[3];
    }
}

// A frame of native pixel data to out's type.
void read_native(ByteSpan bytes, unsigned bit_offset, const DicomFile& file, const PixelLayout& layout,
                 cv::Mat& out) {
  std::vector<std::uint8_t> swapped;
  if (file.big_endian && layout.bits_allocated > 8) {
    swapped.assign(bytes.begin(), bytes.end());
    swap_bytes(swapped.data(), swapped.size(), out.elemSize1());
    bytes = swapped;
  } else if (file.big_endian && file.pixels->words) {
    // In words of 8-bit pixels the first is the lower half (PS3.5 8.1.1);
    // a frame may begin in the middle of one.
    const ByteSpan all = file.pixels->bytes;
    const auto begin = static_cast<std::size_t>(bytes.data() - all.data());
    for (std::size_t i = begin; i < begin + bytes.size(); ++i)
      swapped.push_back(all[std::min(i ^ 1, all.size() - 1)]);
    bytes = swapped;
  }
  if (layout.bits_allocated == 1)
    unpack_bits(bytes.data(), bit_offset, out);
  else if (layout.halved_chroma)
    widen_chroma(bytes.data(), out);
  else
    place_samples(bytes.data(), static_cast<int>(out.elemSize1()), layout.planar, out);
}

// Bits outside the stored ones may hold an overlay (PS3.5 8.1.1); they are no part of the value.
ValueBits stored_bits(const PixelLayout& layout) {
  return {layout.high_bit + 1 - layout.bits_stored, layout.bits_stored, layout.is_signed};
}

// Samples that lie in the file as they are to be: a view of them, which is not to be written to. Empty if they do not.
cv::Mat samples_in_file(const FrameMap::Native& native, const DicomFile& file, const PixelLayout& layout) {
  const int bits = layout.bits_allocated;
  if (layout.samples != 1 || bits == 1 || (file.big_endian && (bits > 8 || file.pixels->words))) return {};
  cv::Mat view{static_cast<int>(layout.rows), static_cast<int>(layout.columns), layout.mat_type(),
               const_cast<std::uint8_t*>(native.bytes.data())};
  if (reinterpret_cast<std::uintptr_t>(view.data) % view.elemSize1() != 0) return {};
  if (layout.kind != PixelElement::Kind::Integer) return view;
  const ValueBits value = stored_bits(layout);
  if (value.all_of(view)) return view;
  if (value.shift > 0) return {};
  return are_values(view, value) ? view : cv::Mat{};
}

// A codestream may be more precise than the header's bits stored, if the values fit in them; a codestream
// that has sign-extended values to its own precision is one example. Sign bits above the precision are ours
// to make.
std::optional<Error> finish_decoded(StoredFrame& stored, const Decoded& decoded, const PixelLayout& layout) {
  extract(stored.samples, {0, decoded.precision, layout.is_signed}, Excess::Drop);
  if (decoded.precision <= layout.bits_stored ||
      extract(stored.samples, {0, layout.bits_stored, layout.is_signed}, Excess::Refuse))
    return std::nullopt;
  return Error{"malformed",
               fmt::format("the header stores {} bits, the codestream has {} and its values need them",
                           layout.bits_stored, decoded.precision)};
}

ColourModel colour_model(const PixelLayout& layout, const Decoded& decoded, Codec codec) {
  if (layout.samples == 1) return ColourModel::None;
  if (decoded.already_rgb) return ColourModel::Rgb;
  if (decoded.is_ybr) return ColourModel::YbrFull;
  const std::string& photometric = layout.photometric;
  if (photometric.starts_with("YBR_PARTIAL")) return ColourModel::YbrPartial;
  // YBR_ICT and YBR_RCT name JPEG 2000's own transform, which its decoder has undone.
  if (photometric.starts_with("YBR_FULL") || (codec != Codec::Jpeg2000 && photometric.starts_with("YBR_")))
    return ColourModel::YbrFull;
  return ColourModel::Rgb;
}

Result<Decoded> decode_frame(const TransferSyntax& syntax, ByteSpan codestream, const PixelLayout& layout,
                             std::int64_t frame, const Charge& charge, cv::Mat& out) {
  switch (syntax.codec) {
    case Codec::Rle:
      return decode_rle(codestream, layout, out);
    case Codec::Jpeg:
      return decode_jpeg(codestream, layout, out);
    case Codec::JpegLs:
      return decode_jpeg_ls(codestream, layout, out);
    case Codec::Jpeg2000:
      return decode_jpeg2000(codestream, layout, charge, out);
    case Codec::JpegXl:
      return decode_jpeg_xl(codestream, layout, syntax.lossless, frame, charge, out);
    default:
      return Error{"malformed", "encapsulated pixel data in a transfer syntax for native ones"};
  }
}

// Where the samples of a frame lie that is not compressed: in the file, or in `joined`.
Result<FrameMap::Native> native_frame(const DicomFile& file, const PixelLayout& layout, const FrameMap& map,
                                      std::int64_t frame, std::vector<std::uint8_t>& joined) {
  if (!file.pixels->encapsulated) return map.native(frame);
  const auto bytes = map.codestream(frame, joined);
  if (!bytes) return bytes.error();
  const std::uint64_t size = (layout.frame_bits() + 7) / 8;
  if (file.syntax.codec == Codec::Deflated) {
    auto inflated = inflate_frame(*bytes, size);
    if (!inflated) return inflated.error();
    joined = *std::move(inflated);
    return FrameMap::Native{joined, 0};
  }
  if (bytes->size() < size) return Error{"truncated", "a frame is shorter than its size"};
  if (bytes->size() >= 2 * size && bytes->size() > size + 8)
    return Error{"malformed", fmt::format("frame {} of {} takes {} bytes, its fragments hold {}", frame + 1,
                                          layout.frames, size, bytes->size())};
  return FrameMap::Native{*bytes, 0};
}

}  // namespace

Result<StoredFrame> stored_frame(const DicomFile& file, const PixelLayout& layout, const FrameMap& map,
                                 std::int64_t frame, const Charge& charge, const Warn& warn) {
  StoredFrame stored;
  const auto rows = static_cast<int>(layout.rows), columns = static_cast<int>(layout.columns);
  const Codec codec = file.syntax.codec;

  if (!file.pixels->encapsulated || codec == Codec::EncapsulatedNative || codec == Codec::Deflated) {
    std::vector<std::uint8_t> joined;
    const auto native = native_frame(file, layout, map, frame, joined);
    if (!native) return native.error();
    if (joined.empty()) stored.samples = samples_in_file(*native, file, layout);
    if (stored.samples.empty()) {
      stored.samples.create(rows, columns, layout.mat_type());
      read_native(native->bytes, native->bit_offset, file, layout, stored.samples);
      if (layout.kind == PixelElement::Kind::Integer && layout.bits_allocated > 1)
        extract(stored.samples, stored_bits(layout), Excess::Drop);
    }
    stored.colour = colour_model(layout, {}, codec);
  } else {
    std::vector<std::uint8_t> joined;
    const auto codestream = map.codestream(frame, joined);
    if (!codestream) return codestream.error();
    stored.samples.create(rows, columns, layout.mat_type());
    const auto decoded = decode_frame(file.syntax, *codestream, layout, frame, charge, stored.samples);
    if (!decoded) return decoded.error();
    if (decoded->warning && warn) warn(*decoded->warning);
    if (codec == Codec::Rle &&
        layout.bits_allocated > 1) {  // whole words of the allocated size, as native ones
      extract(stored.samples, stored_bits(layout), Excess::Drop);
    } else if (auto error = finish_decoded(stored, *decoded, layout)) {
      return *std::move(error);
    }
    stored.colour = colour_model(layout, *decoded, codec);
  }
  if (stored.samples.depth() == CV_32S && !layout.is_signed) {
    cv::Mat wide(rows, columns, CV_MAKETYPE(CV_64F, layout.samples));
    const std::uint32_t* from = stored.samples.ptr<std::uint32_t>();
    std::copy(from, from + wide.total() * static_cast<std::size_t>(wide.channels()), wide.ptr<double>());
    stored.samples = std::move(wide);
  }
  return stored;
}

}  // namespace radflow
