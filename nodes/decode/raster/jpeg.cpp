#include "nodes/decode/raster/jpeg.hpp"

#include <csetjmp>
#include <cstdio>

// Needs FILE, which it does not declare.
#include <jpeglib.h>

namespace radflow {
namespace {

// What libjpeg calls where it cannot go on must not return: it goes back to where read_rows() began.
struct Failure {
  jpeg_error_mgr manager;
  std::jmp_buf begin;
};

void fail(j_common_ptr jpeg) { std::longjmp(reinterpret_cast<Failure*>(jpeg->err)->begin, 1); }
// A warning is about bytes that the decoder has passed over: the picture is there.
void say_nothing(j_common_ptr, int) {}

// Rows of `stride` bytes from `out` on. Holds nothing that has a destructor, which a jump would leave out.
bool read_rows(ByteSpan bytes, bool colour, cv::Size size, unsigned char* out, std::size_t stride) {
  jpeg_decompress_struct jpeg{};
  Failure failure{};
  jpeg.err = jpeg_std_error(&failure.manager);
  failure.manager.error_exit = fail;
  failure.manager.emit_message = say_nothing;
  if (setjmp(failure.begin)) {
    jpeg_destroy_decompress(&jpeg);
    return false;
  }
  jpeg_create_decompress(&jpeg);
  jpeg_mem_src(&jpeg, bytes.data(), bytes.size());
  jpeg_read_header(&jpeg, TRUE);
  jpeg.out_color_space = colour ? JCS_RGB : JCS_GRAYSCALE;
  jpeg_start_decompress(&jpeg);
  const bool fits = static_cast<int>(jpeg.output_width) == size.width &&
                    static_cast<int>(jpeg.output_height) == size.height;
  while (fits && jpeg.output_scanline < jpeg.output_height) {
    unsigned char* row = out + jpeg.output_scanline * stride;
    jpeg_read_scanlines(&jpeg, &row, 1);
  }
  jpeg_destroy_decompress(&jpeg);
  return fits;
}

}  // namespace

std::optional<cv::Mat> read_jpeg(ByteSpan bytes, bool colour, cv::Size size) {
  cv::Mat pixels(size, colour ? CV_8UC3 : CV_8UC1);
  if (!read_rows(bytes, colour, size, pixels.data, pixels.step)) return std::nullopt;
  return pixels;
}

}  // namespace radflow
