// PNG and JPEG: as stored, colour in RGB order, alpha dropped, EXIF orientation not applied.
#include <fmt/format.h>

#include "nodes/decode/raster/jpeg.hpp"
#include "nodes/decode/raster/raster_header.hpp"
#include "nodes/imaging/png.hpp"

namespace radflow {
namespace {

Result<Frame> to_frame(const cv::Mat& decoded, const RasterHeader& header) {
  if (decoded.rows != static_cast<int>(header.rows) || decoded.cols != static_cast<int>(header.columns))
    return Error{"malformed", "the decoded size is not that of the file's header"};
  Frame frame;
  frame.pixels = decoded;
  frame.photometric = decoded.channels() == 1 ? Photometric::Monochrome2 : Photometric::Rgb;
  frame.bits_stored = static_cast<int>(decoded.elemSize1()) * 8;
  return frame;
}

}  // namespace

Result<Frames> read_raster(Format format, ByteSpan bytes, const ReadOptions& options, const Charge& charge) {
  const auto header = raster_header(format, bytes);
  if (!header) return header.error();
  if (header->rows == 0 || header->columns == 0) return Error{"malformed", "an image without pixels"};
  if (header->rows > 0x7fffffff || header->columns > 0x7fffffff || bytes.size() > 0x7fffffff ||
      header->rows > static_cast<std::uint64_t>(options.max_pixels) / header->columns)
    return Error{"too_large", fmt::format("a frame of {} x {} pixels; max_pixels is {}", header->columns,
                                          header->rows, options.max_pixels)};
  static constexpr std::uint64_t bytes_per_pixel = 8;  // four channels of 16 bits
  if (charge)
    if (auto refused = charge(header->rows * header->columns * bytes_per_pixel)) return *std::move(refused);

  const cv::Size size{static_cast<int>(header->columns), static_cast<int>(header->rows)};
  std::optional<cv::Mat> decoded;
  if (format == Format::Png) {
    decoded = read_png(bytes);
  } else if (auto picture = read_jpeg(bytes, header->components == 3, size)) {
    decoded = std::move(picture->pixels);
    if (picture->surplus && options.warn)
      options.warn({"jpeg_surplus", "the JPEG file's scan goes on behind the last pixel"});
  }
  if (!decoded) return Error{"malformed", "the file is damaged or cut short"};
  auto frame = to_frame(*decoded, *header);
  if (!frame) return frame.error();
  if (!header->more_images.empty() && options.warn) options.warn({"more_images", header->more_images});
  Frames frames;
  frames.push_back({*std::move(frame), {}});
  return frames;
}

}  // namespace radflow
