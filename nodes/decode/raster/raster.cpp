// PNG and JPEG by OpenCV: as stored, colour in RGB order, alpha dropped, EXIF orientation not applied.
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <fmt/format.h>

#include "nodes/decode/raster/raster_header.hpp"

namespace radflow {
namespace {

Result<Frame> to_frame(const cv::Mat& decoded, const RasterHeader& header) {
  if (decoded.rows != static_cast<int>(header.rows) || decoded.cols != static_cast<int>(header.columns))
    return Error{"malformed", "the decoded size is not that of the file's header"};
  Frame frame;
  switch (decoded.channels()) {
    case 1:
      frame.pixels = decoded;
      break;
    case 3:
      cv::cvtColor(decoded, frame.pixels, cv::COLOR_BGR2RGB);
      break;
    case 4:
      cv::cvtColor(decoded, frame.pixels, cv::COLOR_BGRA2RGB);
      break;
    default:
      return Error{"unsupported_pixels", fmt::format("{} channels", decoded.channels())};
  }
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

  const cv::Mat buffer(1, static_cast<int>(bytes.size()), CV_8U, const_cast<std::uint8_t*>(bytes.data()));
  cv::Mat decoded;
  try {
    decoded = cv::imdecode(
        buffer, header->grey_alpha ? cv::IMREAD_GRAYSCALE | cv::IMREAD_ANYDEPTH : cv::IMREAD_UNCHANGED);
  } catch (const cv::Exception&) {
    decoded.release();
  }
  if (decoded.empty()) return Error{"malformed", "the file is damaged or cut short: OpenCV cannot read it"};
  auto frame = to_frame(decoded, *header);
  if (!frame) return frame.error();
  if (!header->more_images.empty() && options.warn) options.warn({"more_images", header->more_images});
  Frames frames;
  frames.push_back({*std::move(frame), {}});
  return frames;
}

}  // namespace radflow
