// JPEG-LS, lossless and near-lossless, by CharLS 2. DCMTK's own JPEG-LS codecs must never be registered in
// this process: they bring CharLS 1, whose JpegLsDecode and JpegLsEncode are other
// functions of the same names.
#include <charls/charls.h>

#include <fmt/format.h>

#include "nodes/decode/dicom/codecs.hpp"

namespace radflow {

Result<Decoded> decode_jpeg_ls(ByteSpan codestream, const PixelLayout& layout, cv::Mat& out) {
  try {
    charls::jpegls_decoder decoder;
    decoder.source(codestream.data(), codestream.size());
    decoder.read_header();
    const charls::frame_info info = decoder.frame_info();
    if (auto error = check_codestream(layout, info.width, info.height,
                                      static_cast<std::uint64_t>(info.component_count), info.bits_per_sample))
      return *std::move(error);
    const std::size_t width = info.bits_per_sample <= 8 ? 1 : 2, size = decoder.destination_size();
    const bool planar = layout.samples > 1 && decoder.interleave_mode() == charls::interleave_mode::none;
    if (!planar && width == out.elemSize1() && size == out.total() * out.elemSize()) {
      decoder.decode(out.data, size);
    } else {
      std::vector<std::uint8_t> samples(size);
      decoder.decode(samples);
      place_samples(samples.data(), static_cast<int>(width), planar, out);
    }
    return Decoded{.precision = info.bits_per_sample};
  } catch (const charls::jpegls_error& error) {
    const bool cut = error.code() == charls::jpegls_errc::source_buffer_too_small;
    return Error{cut ? "truncated" : "malformed",
                 fmt::format("the JPEG-LS codestream cannot be decoded: {}", error.what())};
  }
}

}  // namespace radflow
