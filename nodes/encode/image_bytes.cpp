#include "nodes/encode/image_bytes.hpp"

#include <fmt/format.h>

#include <opencv2/core.hpp>
#include <string_view>
#include <vector>

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

// "": there is none.
std::string_view nrrd_type(int depth) {
  switch (depth) {
    case CV_8U:
      return "uint8";
    case CV_8S:
      return "int8";
    case CV_16U:
      return "uint16";
    case CV_16S:
      return "int16";
    case CV_32S:
      return "int32";
    case CV_32F:
      return "float";
    case CV_64F:
      return "double";
    default:
      return "";
  }
}

}  // namespace

std::string to_npy(const cv::Mat& pixels) {
  std::vector<int> sizes(pixels.size.p, pixels.size.p + pixels.dims);
  if (pixels.channels() > 1) sizes.push_back(pixels.channels());
  const std::string shape = fmt::format("({})", fmt::join(sizes, ", "));
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}",
                                   npy_type(pixels.depth()), shape);
  // Magic, version and length are 10 bytes; the data begins at a multiple of 64,
  // the header ends in a line feed.
  header.append(63 - (10 + header.size()) % 64, ' ') += '\n';
  std::string bytes{"\x93NUMPY\x01\x00", 8};
  bytes.reserve(10 + header.size() + pixels.total() * pixels.elemSize());
  bytes += static_cast<char>(header.size() & 0xff);
  bytes += static_cast<char>(header.size() >> 8);
  bytes += header;
  if (pixels.isContinuous()) return bytes.append(pixels.ptr<char>(), pixels.total() * pixels.elemSize());
  for (int i = 0; i < pixels.rows; ++i) bytes.append(pixels.ptr<char>(i), pixels.cols * pixels.elemSize());
  return bytes;
}

Result<std::string> to_nrrd(const Volume& volume) {
  const std::string_view type = nrrd_type(volume.voxels.depth());
  if (type.empty()) return Error{"unsupported_depth", "NRRD has no floating point of 16 bit: write npy"};
  const auto& [ax, ay, az, bx, by, bz] = volume.geometry.orientation;
  const auto [nx, ny, nz] = volume.geometry.slice_direction();
  const auto& [slice, row, column] = volume.geometry.spacing;
  const auto& [x, y, z] = volume.geometry.position;
  std::string bytes = fmt::format(
      "NRRD0004\n"
      "type: {}\n"
      "dimension: 3\n"
      "space: left-posterior-superior\n"
      "sizes: {} {} {}\n"
      "space directions: ({},{},{}) ({},{},{}) ({},{},{})\n"
      "kinds: domain domain domain\n"
      "endian: little\n"
      "encoding: raw\n"
      "space units: \"mm\" \"mm\" \"mm\"\n"
      "space origin: ({},{},{})\n\n",
      type, volume.columns(), volume.rows(), volume.slices(), ax * column, ay * column, az * column, bx * row,
      by * row, bz * row, nx * slice, ny * slice, nz * slice, x, y, z);
  return bytes.append(volume.voxels.ptr<char>(), volume.voxels.total() * volume.voxels.elemSize());
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
