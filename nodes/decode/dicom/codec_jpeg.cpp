// JPEG baseline, extended, progressive and lossless, 8 to 16 bits,
// by DCMTK's three builds of the IJG library.
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmjpeg/djcparam.h>
#include <dcmtk/dcmjpeg/djdijg12.h>
#include <dcmtk/dcmjpeg/djdijg16.h>
#include <dcmtk/dcmjpeg/djdijg8.h>

#include <fmt/format.h>

#include "nodes/decode/codestream/jpeg_header.hpp"
#include "nodes/decode/dicom/codecs.hpp"

namespace radflow {
namespace {

// The library warns of damage and goes on with grey: such a frame is no result.
template <typename Decoder>
class Strict final : public Decoder {
 public:
  using Decoder::Decoder;
  void emitMessage(int level) const override { warnings += level < 0 ? 1 : 0; }
  mutable int warnings = 0;
};

template <typename Decoder>
std::optional<Error> decode(ByteSpan codestream, const JpegHeader& header, std::span<std::uint8_t> samples) {
  // Never: radflow converts colour itself, once it knows what it is.
  static const DJCodecParameter parameter{ECC_lossyYCbCr, EDC_never, EUC_default, EPC_colorByPixel};
  Strict<Decoder> decoder{parameter, OFFalse};
  if (decoder.init().bad()) return Error{"malformed", "the JPEG decoder cannot be started"};
  const OFCondition done =
      decoder.decode(const_cast<Uint8*>(codestream.data()), static_cast<Uint32>(codestream.size()),
                     samples.data(), static_cast<Uint32>(samples.size()), OFFalse);
  if (done == EJ_Suspension) return Error{"truncated", "the JPEG codestream is cut short"};
  if (done.bad())
    return Error{"malformed", fmt::format("the JPEG codestream cannot be decoded: {}", done.text())};
  if (decoder.warnings > header.odd_scans) return Error{"malformed", "the JPEG codestream is damaged"};
  return std::nullopt;
}

std::optional<Error> decode_all(ByteSpan codestream, const JpegHeader& header,
                                std::span<std::uint8_t> samples) {
  return header.precision <= 8 ? decode<DJDecompressIJG8Bit>(codestream, header, samples)
         : header.precision <= 12 && header.process != 0xc3
             ? decode<DJDecompressIJG12Bit>(codestream, header, samples)
             : decode<DJDecompressIJG16Bit>(codestream, header, samples);
}

// A codestream without an end-of-image marker, with one put behind it: whole if the library then finds all
// that it needs, for it warns where it has to make values up. A last zero byte may be padding.
std::optional<Error> decode_open(ByteSpan codestream, const JpegHeader& header,
                                 std::span<std::uint8_t> samples) {
  std::vector<std::uint8_t> closed{codestream.begin(), codestream.end()};
  const auto whole = [&] {
    std::vector<std::uint8_t> ended = closed;
    ended.insert(ended.end(), {0xff, 0xd9});
    return !decode_all(ended, header, samples);
  };
  if (whole()) return std::nullopt;
  if (closed.back() == 0) {
    closed.pop_back();
    if (whole()) return std::nullopt;
  }
  return Error{"truncated", "the JPEG codestream has no end-of-image marker and lacks pixels"};
}

}  // namespace

Result<Decoded> decode_jpeg(ByteSpan codestream, const PixelLayout& layout, cv::Mat& out) {
  const auto header = read_jpeg_header(codestream);
  if (!header || header->process == 0xf7) return Error{"malformed", "no JPEG frame header"};
  if (auto error = too_many_scans(*header)) return *std::move(error);
  if (auto error = check_codestream(layout, header->columns, header->rows,
                                    static_cast<std::uint64_t>(header->components), header->precision))
    return *std::move(error);

  const int width = header->precision <= 8 ? 1 : 2;
  const std::uint64_t size = out.total() * static_cast<std::uint64_t>(layout.samples * width);
  if (size > 0xffffffff || codestream.size() > 0xffffffff)
    return Error{"unsupported_pixels", "JPEG above 4 GiB"};
  // Samples of out's width go where they belong.
  const bool in_place = width == static_cast<int>(out.elemSize1());
  std::vector<std::uint8_t> other(in_place ? 0 : size);
  const std::span<std::uint8_t> samples = in_place ? std::span{out.data, size} : std::span{other};
  if (auto error = header->complete ? decode_all(codestream, *header, samples)
                                    : decode_open(codestream, *header, samples))
    return *std::move(error);
  if (!in_place) place_samples(samples.data(), width, false, out);
  // The Adobe marker says what the samples are. JFIF does for lossy JPEG; lossless encoders write it around
  // RGB too.
  const bool lossless = header->process == 0xc3;
  Decoded decoded{
      .precision = header->precision,
      .already_rgb = header->adobe_transform == 0,
      .is_ybr = header->adobe_transform ? header->adobe_transform == 1 : header->jfif && !lossless};
  if (!header->complete)
    decoded.warning = Error{"no_end_marker", "the JPEG codestream is whole but for its end-of-image marker"};
  return decoded;
}

}  // namespace radflow
