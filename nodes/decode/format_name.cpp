#include "nodes/decode/format_name.hpp"

#include <algorithm>
#include <array>

namespace radflow {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::string_view bytes;
  std::size_t at;
  NamedFormat is;
};

// The first that fits counts. DICOM leaves its first 128 bytes to other formats.
constexpr std::array<Magic, 30> magics{{
    {"DICM"sv, 128, {Format::Dicom, "DICOM"}},
    {"\x89PNG\r\n\x1a\n"sv, 0, {Format::Png, "PNG"}},
    {"\xff\xd8\xff"sv, 0, {Format::Jpeg, "JPEG"}},
    {"II*\0"sv, 0, {Format::Tiff, "TIFF"}},
    {"MM\0*"sv, 0, {Format::Tiff, "TIFF"}},
    {"II+\0"sv, 0, {Format::Tiff, "TIFF"}},  // BigTIFF
    {"MM\0+"sv, 0, {Format::Tiff, "TIFF"}},
    {"n+1\0"sv, 344, {Format::Unknown, "NIfTI"}},
    {"ni1\0"sv, 344, {Format::Unknown, "a NIfTI header without its pixels"}},
    {"n+2\0"sv, 4, {Format::Unknown, "NIfTI"}},
    {"\x5c\x01\0\0"sv, 0, {Format::Unknown, "an Analyze 7.5 header"}},
    {"\0\0\x01\x5c"sv, 0, {Format::Unknown, "an Analyze 7.5 header"}},
    {"\x93NUMPY"sv, 0, {Format::Unknown, "NumPy (.npy)"}},
    {"PK\x03\x04"sv, 0, {Format::Unknown, "ZIP (such as .npz)"}},
    {"\x1f\x8b"sv, 0, {Format::Unknown, "gzip (such as .nii.gz)"}},
    {"NRRD0"sv, 0, {Format::Unknown, "NRRD"}},
    {"ObjectType ="sv, 0, {Format::Unknown, "MetaImage"}},
    {"NDims ="sv, 0, {Format::Unknown, "MetaImage"}},
    {"\x89HDF\r\n\x1a\n"sv, 0, {Format::Unknown, "HDF5"}},
    {"CDF\x01"sv, 0, {Format::Unknown, "NetCDF (such as MINC)"}},
    {"\0\0\0\x0cjP  "sv, 0, {Format::Unknown, "JPEG 2000 outside DICOM"}},
    {"\xff\x4f\xff\x51"sv, 0, {Format::Unknown, "JPEG 2000 outside DICOM"}},
    {"\0\0\0\x0cJXL "sv, 0, {Format::Unknown, "JPEG XL"}},
    {"GIF8"sv, 0, {Format::Unknown, "GIF"}},
    {"WEBP"sv, 8, {Format::Unknown, "WebP"}},
    {"ftyp"sv, 4, {Format::Unknown, "an ISO media file (MP4, HEIF or AVIF)"}},
    {"%PDF-"sv, 0, {Format::Unknown, "PDF"}},
    {"P5\n"sv, 0, {Format::Unknown, "PGM"}},
    {"P6\n"sv, 0, {Format::Unknown, "PPM"}},
    {"<?xml"sv, 0, {Format::Unknown, "XML"}},
}};

bool fits(const Magic& magic, ByteSpan bytes) {
  return bytes.size() >= magic.at + magic.bytes.size() &&
         std::equal(magic.bytes.begin(), magic.bytes.end(),
                    bytes.begin() + static_cast<std::ptrdiff_t>(magic.at),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

}  // namespace

std::string_view format_name(Format format) {
  switch (format) {
    case Format::Dicom:
      return "DICOM";
    case Format::Png:
      return "PNG";
    case Format::Jpeg:
      return "JPEG";
    case Format::Tiff:
      return "TIFF";
    case Format::Raw:
      return "raw";
    case Format::Unknown:
      break;
  }
  return "unknown";
}

NamedFormat format_by_bytes(ByteSpan bytes) {
  for (const Magic& magic : magics)
    if (fits(magic, bytes)) return magic.is;
  // Two letters are little, so the size that follows them has to be the file's.
  if (bytes.size() >= 6 && bytes[0] == 'B' && bytes[1] == 'M' &&
      (bytes[2] | bytes[3] << 8 | bytes[4] << 16 | std::uint64_t{bytes[5]} << 24) == bytes.size())
    return {Format::Unknown, "BMP"};
  return {};
}

}  // namespace radflow
