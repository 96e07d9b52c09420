// JPEG XL, by libjxl where it is: the folder jpeg_xl registers its decoder here.
#pragma once

#include <opencv2/core.hpp>

#include "nodes/decode/reader.hpp"

namespace radflow {

// What the file around a codestream says that is in it. Another picture is not decoded.
struct JpegXlWanted {
  std::uint64_t columns = 0, rows = 0, samples = 0;  // samples of a pixel
};

// What libjxl takes for one picture besides its samples, at most; it is not given more.
std::uint64_t jpeg_xl_working_memory(const JpegXlWanted& wanted);

struct JpegXlPicture {
  cv::Mat samples;    // CV_8U or CV_16U, interleaved, in the low `precision` bits
  int precision = 0;  // significant bits of a sample
  // The JPEG file from which the codestream was made, byte by byte as it was; then there are no samples. Decoding that
  // file gives the pixels that everybody has seen.
  std::vector<std::uint8_t> jpeg;
};

class RegisterJpegXl {
 public:
  // Charges for the JPEG file. Any thread. Errors: those of `charge`, truncated, malformed, unsupported_pixels.
  using Decode = Result<JpegXlPicture> (*)(ByteSpan codestream, const JpegXlWanted& wanted,
                                           const Charge& charge);

  explicit RegisterJpegXl(Decode decode);

  // Null if this build has none. Known before main(), as nodes are.
  static Decode registered();
};

// True if the bytes begin as a codestream or a container.
bool is_jpeg_xl(ByteSpan bytes);

// As above; left_out where this build is without libjxl.
Result<JpegXlPicture> decode_jpeg_xl(ByteSpan codestream, const JpegXlWanted& wanted, const Charge& charge);

}  // namespace radflow
