// Codecs: one frame of encapsulated pixel data to samples. They share nothing: any thread.
#pragma once

#include <optional>

#include "nodes/decode/dicom/layout.hpp"

namespace radflow {

// What the codestream says of the samples that it gave.
struct Decoded {
  int precision = 0;         // significant bits of a sample, right-aligned
  bool already_rgb = false;  // the codec has undone its colour transform (JPEG 2000 MCT, Adobe marker)
  bool is_ybr = false;       // the codestream says that it is YCbCr, whatever the header says
  std::optional<Error> warning = {};
};

// Each fills `out`, of layout.mat_type(), with interleaved samples in its low `precision` bits. Errors:
// truncated, malformed, unsupported_pixels.
Result<Decoded> decode_rle(ByteSpan frame, const PixelLayout& layout, cv::Mat& out);
Result<Decoded> decode_jpeg(ByteSpan codestream, const PixelLayout& layout, cv::Mat& out);
Result<Decoded> decode_jpeg_ls(ByteSpan codestream, const PixelLayout& layout, cv::Mat& out);
// Charges for what it needs besides the samples, if that is much; errors of `charge` too.
Result<Decoded> decode_jpeg2000(ByteSpan codestream, const PixelLayout& layout, const Charge& charge,
                                cv::Mat& out);

// `lossless` is what the transfer syntax says. Charges as JPEG 2000; left_out where this build is without libjxl.
Result<Decoded> decode_jpeg_xl(ByteSpan codestream, const PixelLayout& layout, bool lossless,
                               std::int64_t frame, const Charge& charge, cv::Mat& out);

// What a codec takes besides the samples is not asked for below this: more than most images need.
inline constexpr std::uint64_t uncharged_memory = std::uint64_t{32} << 20;

// Samples of `bytes_per_sample` (1, 2 or 4, little endian) into out's width; by plane if `planar`.
void place_samples(const std::uint8_t* samples, int bytes_per_sample, bool planar, cv::Mat& out);

// Complains unless size, components and precision are those of the header.
std::optional<Error> check_codestream(const PixelLayout& layout, std::uint64_t columns, std::uint64_t rows,
                                      std::uint64_t components, int precision);

}  // namespace radflow
