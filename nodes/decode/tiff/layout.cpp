#include "nodes/decode/tiff/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace radflow {
namespace {

Error unsupported(std::string detail) { return {"unsupported_pixels", "TIFF: " + std::move(detail)}; }

template <typename T>
T field(TIFF* tiff, std::uint32_t tag) {
  T value{};
  TIFFGetFieldDefaulted(tiff, tag, &value);
  return value;
}

// Those whose codec takes only what it is told; of the rest LZMA's asks for a dictionary of any size.
std::optional<Error> check_compression(int compression) {
  static constexpr std::array readable{
      COMPRESSION_NONE,     COMPRESSION_CCITTRLE, COMPRESSION_CCITTFAX3,     COMPRESSION_CCITTFAX4,
      COMPRESSION_LZW,      COMPRESSION_JPEG,     COMPRESSION_ADOBE_DEFLATE, COMPRESSION_CCITTRLEW,
      COMPRESSION_PACKBITS, COMPRESSION_DEFLATE,  COMPRESSION_LERC,          COMPRESSION_ZSTD,
      COMPRESSION_WEBP};
  const auto scheme = static_cast<std::uint16_t>(compression);
  if (std::ranges::find(readable, compression) != readable.end() && TIFFIsCODECConfigured(scheme))
    return std::nullopt;
  const TIFFCodec* codec = TIFFFindCODEC(scheme);
  return unsupported(
      fmt::format("compression {}{} is not read; none, LZW, Deflate, PackBits, JPEG, CCITT, "
                  "ZSTD, WebP and LERC are",
                  compression, codec ? fmt::format(" ({})", codec->name) : ""));
}

std::string_view photometric_name(int photometric) {
  switch (photometric) {
    case PHOTOMETRIC_MASK:
      return " (transparency mask)";
    case PHOTOMETRIC_SEPARATED:
      return " (inks, CMYK)";
    case PHOTOMETRIC_CIELAB:
    case PHOTOMETRIC_ICCLAB:
    case PHOTOMETRIC_ITULAB:
      return " (CIE Lab)";
    case PHOTOMETRIC_CFA:
      return " (a camera's colour filter array)";
    case PHOTOMETRIC_LOGL:
    case PHOTOMETRIC_LOGLUV:
      return " (logarithmic)";
    case 34892:
      return " (a camera's linear raw)";
    default:
      return "";
  }
}

// The colours. A file that does not say is grey if it has one sample, RGB if it has three.
std::optional<Error> read_colour(TIFF* tiff, int colours, TiffLayout& layout) {
  std::uint16_t photometric = colours >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK;
  const bool fax = layout.compression == COMPRESSION_CCITTRLE ||
                   layout.compression == COMPRESSION_CCITTRLEW ||
                   layout.compression == COMPRESSION_CCITTFAX3 || layout.compression == COMPRESSION_CCITTFAX4;
  if (fax) photometric = PHOTOMETRIC_MINISWHITE;
  TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric);
  switch (photometric) {
    case PHOTOMETRIC_MINISWHITE:
    case PHOTOMETRIC_MINISBLACK:
      layout.colour = TiffLayout::Colour::Grey;
      layout.white_is_zero = photometric == PHOTOMETRIC_MINISWHITE;
      break;
    case PHOTOMETRIC_RGB:
      layout.colour = TiffLayout::Colour::Rgb;
      break;
    case PHOTOMETRIC_PALETTE:
      layout.colour = TiffLayout::Colour::Palette;
      break;
    case PHOTOMETRIC_YCBCR:
      layout.colour = TiffLayout::Colour::YCbCr;
      break;
    default:
      return unsupported(
          fmt::format("photometric interpretation {}{} is not read; grey, RGB, palette and YCbCr are",
                      photometric, photometric_name(photometric)));
  }
  return std::nullopt;
}

// What stands behind the colours. Alpha is left out; another sample may be another image.
std::optional<Error> check_extra_samples(TIFF* tiff, TiffLayout& layout) {
  const int extra = layout.samples - layout.stored_channels();
  if (extra < 0)
    return unsupported(fmt::format("{} samples a pixel, which are too few for its colours", layout.samples));
  std::uint16_t count = 0;
  const std::uint16_t* kinds = nullptr;
  TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds);
  int alpha = 0;
  for (int i = 0; i < count && kinds; ++i)
    alpha += kinds[i] == EXTRASAMPLE_ASSOCALPHA || kinds[i] == EXTRASAMPLE_UNASSALPHA;
  layout.unknown_sample = alpha < extra;
  if (layout.unknown_sample && (layout.colour != TiffLayout::Colour::Rgb || extra > 1))
    return unsupported(fmt::format(
        "{} samples a pixel, of which the file does not say that they are colours or alpha", layout.samples));
  return std::nullopt;
}

std::optional<Error> check_depth(const TiffLayout& layout, int sample_format) {
  using Kind = TiffLayout::Kind;
  using Colour = TiffLayout::Colour;
  const int bits = layout.bits;
  const bool whole_bytes = bits == 8 || bits == 16 || bits == 32;
  bool readable = false;
  switch (layout.kind) {
    case Kind::Unsigned:
      readable = (bits >= 1 && bits <= 16) || bits == 32;
      break;
    case Kind::Signed:
      readable = whole_bytes;
      break;
    case Kind::Float:
      readable = bits == 16 || bits == 32 || bits == 64;
      break;
  }
  if (layout.colour == Colour::Palette) readable &= layout.kind == Kind::Unsigned && bits <= 16;
  if (layout.colour == Colour::YCbCr || layout.compression == COMPRESSION_JPEG)
    readable &= layout.kind == Kind::Unsigned && bits == 8;
  if (readable && sample_format <= SAMPLEFORMAT_VOID) return std::nullopt;
  static constexpr std::array<std::string_view, 7> formats{
      "unsigned integers", "unsigned integers", "signed integers", "floating point",
      "untyped samples",   "complex integers",  "complex numbers"};
  const std::string_view name = formats[static_cast<std::size_t>(std::clamp(sample_format, 0, 6))];
  return unsupported(fmt::format("{} of {} bits{} are not read", name, bits,
                                 layout.colour == Colour::Palette         ? " with a palette"
                                 : layout.colour == Colour::YCbCr         ? " in YCbCr"
                                 : layout.compression == COMPRESSION_JPEG ? " in JPEG"
                                                                          : ""));
}

// Sizes of strips and tiles in 64 bits; libtiff gives 0 for what does not fit.
std::optional<Error> read_blocks(const TiffFile& file, std::int64_t max_pixels, TiffLayout& layout) {
  TIFF* tiff = file.handle();
  layout.tiled = TIFFIsTiled(tiff) != 0;
  if (layout.tiled) {
    layout.block_columns = field<std::uint32_t>(tiff, TIFFTAG_TILEWIDTH);
    layout.block_rows = field<std::uint32_t>(tiff, TIFFTAG_TILELENGTH);
    if (layout.block_columns == 0 || layout.block_rows == 0)
      return Error{"malformed", "TIFF: tiles without pixels"};
    if (layout.block_rows > static_cast<std::uint64_t>(max_pixels) / layout.block_columns)
      return Error{"too_large", fmt::format("TIFF: tiles of {} x {} pixels; max_pixels is {}",
                                            layout.block_columns, layout.block_rows, max_pixels)};
    layout.block_bytes = TIFFTileSize64(tiff);
    layout.block_row_bytes = TIFFTileRowSize64(tiff);
  } else {
    layout.block_columns = static_cast<std::uint32_t>(layout.columns);
    layout.block_rows =
        std::min(field<std::uint32_t>(tiff, TIFFTAG_ROWSPERSTRIP), static_cast<std::uint32_t>(layout.rows));
    layout.block_bytes = TIFFStripSize64(tiff);
    layout.block_row_bytes = TIFFScanlineSize64(tiff);
  }
  const std::uint64_t samples = layout.separate ? 1 : static_cast<std::uint64_t>(layout.samples);
  const std::uint64_t row = (layout.block_columns * samples * static_cast<unsigned>(layout.bits) + 7) / 8;
  if (layout.colour == TiffLayout::Colour::YCbCr)
    layout.block_row_bytes = 0;
  else if (layout.block_row_bytes != row || layout.block_bytes / row < layout.block_rows)
    return Error{"malformed", "TIFF: the size of a strip or tile is not that of its pixels"};
  if (layout.block_rows == 0 || layout.block_bytes == 0) return file.damage();
  return std::nullopt;
}

std::optional<Error> read_ycbcr(TIFF* tiff, TiffLayout& layout) {
  if (layout.separate) return unsupported("YCbCr in separate planes is not read");
  if (layout.compression == COMPRESSION_JPEG) {
    TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    layout.colour = TiffLayout::Colour::Rgb;
    return std::nullopt;
  }
  std::uint16_t across = 2, down = 2;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_YCBCRSUBSAMPLING, &across, &down);
  const auto usual = [](int n) { return n == 1 || n == 2 || n == 4; };
  if (!usual(across) || !usual(down))
    return Error{"malformed", "TIFF: chroma is subsampled by other than 1, 2 or 4"};
  if (layout.samples != 3) return unsupported("YCbCr with more than three samples is not read");
  layout.chroma_columns = across;
  layout.chroma_rows = down;
  return std::nullopt;
}

}  // namespace

Result<TiffLayout> read_tiff_layout(const TiffFile& file, std::int64_t max_pixels) {
  TIFF* tiff = file.handle();
  const auto columns = field<std::uint32_t>(tiff, TIFFTAG_IMAGEWIDTH),
             rows = field<std::uint32_t>(tiff, TIFFTAG_IMAGELENGTH);
  if (rows == 0 || columns == 0) return Error{"malformed", "TIFF: a page without pixels"};
  if (rows > 0x7fffffff || columns > 0x7fffffff || rows > static_cast<std::uint64_t>(max_pixels) / columns)
    return Error{"too_large",
                 fmt::format("a frame of {} x {} pixels; max_pixels is {}", columns, rows, max_pixels)};
  TiffLayout layout;
  layout.columns = static_cast<int>(columns);
  layout.rows = static_cast<int>(rows);
  layout.compression = field<std::uint16_t>(tiff, TIFFTAG_COMPRESSION);
  if (auto error = check_compression(layout.compression)) return *std::move(error);
  if (field<std::uint32_t>(tiff, TIFFTAG_IMAGEDEPTH) > 1)
    return unsupported("a volume in one page (ImageDepth) is not read");
  layout.bits = field<std::uint16_t>(tiff, TIFFTAG_BITSPERSAMPLE);
  layout.samples = field<std::uint16_t>(tiff, TIFFTAG_SAMPLESPERPIXEL);
  layout.separate =
      layout.samples > 1 && field<std::uint16_t>(tiff, TIFFTAG_PLANARCONFIG) == PLANARCONFIG_SEPARATE;
  const int sample_format = field<std::uint16_t>(tiff, TIFFTAG_SAMPLEFORMAT);
  if (sample_format == SAMPLEFORMAT_INT) layout.kind = TiffLayout::Kind::Signed;
  if (sample_format == SAMPLEFORMAT_IEEEFP) layout.kind = TiffLayout::Kind::Float;
  if (auto error = read_colour(tiff, layout.samples, layout)) return *std::move(error);
  if (auto error = check_depth(layout, sample_format)) return *std::move(error);
  if (auto error = check_extra_samples(tiff, layout)) return *std::move(error);
  if (layout.colour == TiffLayout::Colour::YCbCr)
    if (auto error = read_ycbcr(tiff, layout)) return *std::move(error);
  if (auto error = read_blocks(file, max_pixels, layout)) return *std::move(error);
  return layout;
}

}  // namespace radflow
