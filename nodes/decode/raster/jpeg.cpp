#include "nodes/decode/raster/jpeg.hpp"

#include <csetjmp>
#include <cstdio>

// Needs FILE, which it does not declare.
#include <jpeglib.h>

#include <jerror.h>

namespace radflow {
namespace {

struct RowReading {
  jpeg_error_mgr manager;
  std::jmp_buf begin;
  bool all_rows = false;
  int damages = 0;
  bool surplus = false;
};

RowReading& reading_of(j_common_ptr jpeg) { return *reinterpret_cast<RowReading*>(jpeg->err); }

// What libjpeg calls where it cannot go on must not return: it goes back to where read_rows() began.
void fail(j_common_ptr jpeg) { std::longjmp(reading_of(jpeg).begin, 1); }

// libjpeg warns of damage and goes on with grey: such a frame is no result. Files of some devices have scans that go on
// behind the last pixel, which leaves the picture whole.
void hear(j_common_ptr jpeg, int level) {
  if (level >= 0) return;
  RowReading& at = reading_of(jpeg);
  const int code = at.manager.msg_code;
  if (code == JWRN_JFIF_MAJOR || code == JWRN_NOT_SEQUENTIAL) return;
  if (at.all_rows)
    at.surplus = true;
  else
    ++at.damages;
}

// Rows of `stride` bytes from `out` on. Holds nothing that has a destructor, which a jump would leave out.
bool read_rows(ByteSpan bytes, bool colour, cv::Size size, unsigned char* out, std::size_t stride,
               RowReading& reading) {
  jpeg_decompress_struct jpeg{};
  jpeg.err = jpeg_std_error(&reading.manager);
  reading.manager.error_exit = fail;
  reading.manager.emit_message = hear;
  if (setjmp(reading.begin)) {
    jpeg_destroy_decompress(&jpeg);
    reading.surplus = true;
    return reading.all_rows;
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
  if (fits) {
    reading.all_rows = true;
    jpeg_finish_decompress(&jpeg);
  }
  jpeg_destroy_decompress(&jpeg);
  return fits;
}

}  // namespace

std::optional<JpegPicture> read_jpeg(ByteSpan bytes, bool colour, cv::Size size) {
  cv::Mat pixels(size, colour ? CV_8UC3 : CV_8UC1);
  RowReading reading{};
  if (!read_rows(bytes, colour, size, pixels.data, pixels.step, reading) || reading.damages > 0)
    return std::nullopt;
  return JpegPicture{std::move(pixels), reading.surplus};
}

}  // namespace radflow
