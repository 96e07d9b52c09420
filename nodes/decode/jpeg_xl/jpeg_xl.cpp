// JPEG XL by libjxl 0.7 or later, on the caller's thread alone. Of a damaged codestream libjxl as Debian builds it also writes
// to standard error where in its code it gave up (JXL_DEBUG_ON_ERROR, which is on unless NDEBUG is set when libjxl is
// compiled). It has no switch or callback for that, and the function is not exported.
#include <fmt/format.h>
#include <jxl/decode.h>

#include <algorithm>
#include <memory>

#include "nodes/decode/jpeg_xl/limited_memory.hpp"
#include "nodes/decode/jpeg_xl_codec.hpp"

namespace radflow {
namespace {

using Decoder = std::unique_ptr<JxlDecoder, decltype(&JxlDecoderDestroy)>;

// A decoding of one codestream, event by event.
class Decoding {
 public:
  Decoding(JxlDecoder* decoder, const JpegXlWanted& wanted, const Charge& charge)
      : decoder_{decoder}, wanted_{wanted}, charge_{charge} {}

  Result<JpegXlPicture> run(ByteSpan bytes) {
    JxlDecoderSubscribeEvents(
        decoder_, JXL_DEC_BASIC_INFO | JXL_DEC_JPEG_RECONSTRUCTION | JXL_DEC_FRAME | JXL_DEC_FULL_IMAGE);
    JxlDecoderSetKeepOrientation(decoder_, JXL_TRUE);
    JxlDecoderSetInput(decoder_, bytes.data(), bytes.size());
    for (;;) {
      const JxlDecoderStatus event = JxlDecoderProcessInput(decoder_);
      if (event == JXL_DEC_SUCCESS) break;
      if (auto error = handle(event)) return *std::move(error);
    }
    if (auto error = finish(bytes)) return *std::move(error);
    return std::move(picture_);
  }

 private:
  std::optional<Error> handle(JxlDecoderStatus event) {
    switch (event) {
      case JXL_DEC_BASIC_INFO:
        return check_info();
      case JXL_DEC_FRAME:
        if (++frames_ > 1) return Error{"unsupported_pixels", "a JPEG XL animation"};
        return std::nullopt;
      case JXL_DEC_JPEG_RECONSTRUCTION:
      case JXL_DEC_JPEG_NEED_MORE_OUTPUT:
        return more_room_for_jpeg();
      case JXL_DEC_NEED_IMAGE_OUT_BUFFER:
        return make_room();
      case JXL_DEC_FULL_IMAGE:
        return std::nullopt;
      case JXL_DEC_NEED_MORE_INPUT:
        // Some containers end where their bytes do. What is cut short is an error once libjxl knows that there is no more.
        if (no_more_) return cut_short();
        JxlDecoderCloseInput(decoder_);
        no_more_ = true;
        return std::nullopt;
      default:
        if (no_more_) return cut_short();
        return Error{"malformed", "the JPEG XL codestream is damaged"};
    }
  }

  static Error cut_short() { return {"truncated", "the JPEG XL codestream is cut short"}; }

  std::optional<Error> check_info() {
    JxlBasicInfo info;
    if (JxlDecoderGetBasicInfo(decoder_, &info) != JXL_DEC_SUCCESS)
      return Error{"malformed", "the JPEG XL header cannot be read"};
    if (info.xsize != wanted_.columns || info.ysize != wanted_.rows ||
        info.num_color_channels != wanted_.samples)
      return Error{"malformed", fmt::format("the header says {} x {} x {}, the codestream {} x {} x {}",
                                            wanted_.columns, wanted_.rows, wanted_.samples, info.xsize,
                                            info.ysize, info.num_color_channels)};
    if (info.have_animation) return Error{"unsupported_pixels", "a JPEG XL animation"};
    if (info.num_extra_channels > 0)
      return Error{"unsupported_pixels", "JPEG XL with channels beside the colours"};
    if (info.exponent_bits_per_sample > 0 || info.bits_per_sample < 1 || info.bits_per_sample > 16)
      return Error{"unsupported_pixels",
                   fmt::format("JPEG XL of {} bits{}", info.bits_per_sample,
                               info.exponent_bits_per_sample > 0 ? " in floating point" : "")};
    picture_.precision = static_cast<int>(info.bits_per_sample);
    return std::nullopt;
  }

  std::optional<Error> make_room() {
    const bool wide = picture_.precision > 8;
    picture_.samples.create(static_cast<int>(wanted_.rows), static_cast<int>(wanted_.columns),
                            CV_MAKETYPE(wide ? CV_16U : CV_8U, static_cast<int>(wanted_.samples)));
    const JxlPixelFormat format{static_cast<std::uint32_t>(wanted_.samples),
                                wide ? JXL_TYPE_UINT16 : JXL_TYPE_UINT8, JXL_LITTLE_ENDIAN, 0};
    const std::size_t size = picture_.samples.total() * picture_.samples.elemSize();
    std::size_t needed = 0;
    if (JxlDecoderImageOutBufferSize(decoder_, &format, &needed) != JXL_DEC_SUCCESS || needed != size ||
        JxlDecoderSetImageOutBuffer(decoder_, &format, picture_.samples.data, size) != JXL_DEC_SUCCESS)
      return Error{"malformed", "the JPEG XL codestream holds another picture than its header says"};
    return std::nullopt;
  }

  std::optional<Error> more_room_for_jpeg() {
    std::vector<std::uint8_t>& jpeg = picture_.jpeg;
    const std::size_t used = jpeg.empty() ? 0 : jpeg.size() - JxlDecoderReleaseJPEGBuffer(decoder_);
    // libjxl writes what a JPEG file holds beside its picture, too, which a few bytes may expand to.
    const std::size_t more = std::clamp<std::size_t>(jpeg.size(), 64 * 1024, 64 << 20);
    if (charge_)
      if (auto refused = charge_(more)) return refused;
    jpeg.resize(jpeg.size() + more);
    if (JxlDecoderSetJPEGBuffer(decoder_, jpeg.data() + used, jpeg.size() - used) != JXL_DEC_SUCCESS)
      return Error{"malformed", "the JPEG file in JPEG XL cannot be rebuilt"};
    return std::nullopt;
  }

  std::optional<Error> finish(ByteSpan bytes) {
    const ByteSpan behind = bytes.last(JxlDecoderReleaseInput(decoder_));
    if (std::ranges::any_of(behind, [](std::uint8_t byte) { return byte != 0; }))
      return Error{"malformed", fmt::format("{} bytes behind the JPEG XL codestream", behind.size())};
    if (frames_ != 1) return Error{"malformed", "JPEG XL without a picture"};
    if (!picture_.jpeg.empty())
      picture_.jpeg.resize(picture_.jpeg.size() - JxlDecoderReleaseJPEGBuffer(decoder_));
    else if (picture_.samples.empty())
      return Error{"malformed", "JPEG XL without pixels"};
    else
      to_own_range();
    return std::nullopt;
  }

  // libjxl spreads values of `precision` bits over 8 or 16, to the nearest: the nearest of the smaller range is the one
  // that was there. Version 0.8 can be told to leave them, 0.7 cannot.
  void to_own_range() {
    const int width = picture_.precision > 8 ? 16 : 8;
    if (picture_.precision == width) return;
    const std::uint32_t most = (1u << picture_.precision) - 1, full = (1u << width) - 1;
    const std::size_t count =
        picture_.samples.total() * static_cast<std::size_t>(picture_.samples.channels());
    const auto narrow = [&](auto* values) {
      for (std::size_t i = 0; i < count; ++i)
        values[i] = static_cast<std::remove_pointer_t<decltype(values)>>(
            (std::uint64_t{values[i]} * most + full / 2) / full);
    };
    if (width == 8)
      narrow(picture_.samples.ptr<std::uint8_t>());
    else
      narrow(picture_.samples.ptr<std::uint16_t>());
  }

  JxlDecoder* decoder_;
  const JpegXlWanted& wanted_;
  const Charge& charge_;
  JpegXlPicture picture_;
  int frames_ = 0;
  bool no_more_ = false;  // libjxl has been told that all bytes are there
};

Result<JpegXlPicture> decode(ByteSpan codestream, const JpegXlWanted& wanted, const Charge& charge) {
  LimitedMemory memory{jpeg_xl_working_memory(wanted)};
  const Decoder decoder{JxlDecoderCreate(memory.manager()), &JxlDecoderDestroy};
  if (!decoder) return Error{"malformed", "the JPEG XL decoder cannot be started"};
  auto picture = Decoding{decoder.get(), wanted, charge}.run(codestream);
  if (!picture && memory.refused())
    return Error{"malformed",
                 fmt::format("the JPEG XL codestream asks for more than {} MiB, which no picture "
                             "of its size needs",
                             memory.limit() >> 20)};
  return picture;
}

const RegisterJpegXl registered{&decode};

}  // namespace
}  // namespace radflow
