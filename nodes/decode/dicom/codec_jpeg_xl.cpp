// JPEG XL (PS3.5 A.4.12), of pixels and of a JPEG file that it stands for.
#include "nodes/decode/dicom/codecs.hpp"
#include "nodes/decode/jpeg_xl_codec.hpp"

namespace radflow {

Result<Decoded> decode_jpeg_xl(ByteSpan codestream, const PixelLayout& layout, bool lossless,
                               std::int64_t frame, const Charge& charge, cv::Mat& out) {
  const JpegXlWanted wanted{static_cast<std::uint64_t>(layout.columns),
                            static_cast<std::uint64_t>(layout.rows),
                            static_cast<std::uint64_t>(layout.samples)};
  // Each frame gives its memory back before the next one asks.
  const std::uint64_t memory = jpeg_xl_working_memory(wanted);
  if (charge && frame == 0 && memory > uncharged_memory)
    if (auto refused = charge(memory)) return *std::move(refused);
  auto picture = decode_jpeg_xl(codestream, wanted, charge);
  if (!picture) return picture.error();
  if (!picture->jpeg.empty()) return decode_jpeg(picture->jpeg, layout, out);
  if (auto error = check_codestream(layout, wanted.columns, wanted.rows, wanted.samples, picture->precision))
    return *std::move(error);
  place_samples(picture->samples.data, static_cast<int>(picture->samples.elemSize1()), false, out);
  // libjxl gives the colours of a picture, whichever way it stores them. What is lossless is what its writer handed in,
  // which is YCbCr if the file says so.
  return Decoded{.precision = picture->precision, .already_rgb = !lossless};
}

}  // namespace radflow
