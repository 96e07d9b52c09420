#include "nodes/encode/image_bytes.hpp"

#include <fmt/format.h>

#include <opencv2/core.hpp>
#include <string_view>

#include "nodes/imaging/png.hpp"

namespace radflow {
namespace {

std::string_view npy_type(int depth) {
  switch (depth) {
    case CV_8U:
      return "|u1";
    case CV_8S:
      return "|i1";
    case CV_16U:
      return "<u2";
    case CV_16S:
      return "<i2";
    case CV_32S:
      return "<i4";
    case CV_32F:
      return "<f4";
    case CV_64F:
      return "<f8";
    default:
      return "<f2";  // CV_16F, the last one there is
  }
}

}  // namespace

std::string to_npy(const cv::Mat& pixels) {
  const std::string shape = pixels.channels() == 1
                                ? fmt::format("({}, {})", pixels.rows, pixels.cols)
                                : fmt::format("({}, {}, {})", pixels.rows, pixels.cols, pixels.channels());
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}",
                                   npy_type(pixels.depth()), shape);
  // Magic, version and length are 10 bytes; the data begins at a multiple of 64,
  // the header ends in a line feed.
  header.append(63 - (10 + header.size()) % 64, ' ') += '\n';
  const std::size_t row = pixels.cols * pixels.elemSize();
  std::string bytes{"\x93NUMPY\x01\x00", 8};
  bytes.reserve(10 + header.size() + row * pixels.rows);
  bytes += static_cast<char>(header.size() & 0xff);
  bytes += static_cast<char>(header.size() >> 8);
  bytes += header;
  for (int i = 0; i < pixels.rows; ++i) bytes.append(pixels.ptr<char>(i), row);
  return bytes;
}

Result<std::string> to_png(const Frame& frame) {
  if (frame.pixels.depth() != CV_8U && frame.pixels.depth() != CV_16U)
    return Error{"unsupported_depth", "PNG holds 8 or 16 bit only: put window before it, or write npy"};
  return write_png(frame.pixels);
}

std::string to_png(const Mask& mask) {
  double highest = 0;
  cv::minMaxIdx(mask.labels, nullptr, &highest);
  cv::Mat labels = mask.labels;
  if (highest < 256) mask.labels.convertTo(labels, CV_8U);
  return write_png(labels);
}

}  // namespace radflow
