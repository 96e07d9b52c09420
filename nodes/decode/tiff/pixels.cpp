#include "nodes/decode/tiff/pixels.hpp"

#include <algorithm>
#include <opencv2/core.hpp>

#include "nodes/decode/tiff/samples.hpp"

namespace radflow {
namespace {

// Codecs that keep a block's pixels themselves while they work, in up to twice its size (coefficients of a
// progressive JPEG).
bool keeps_a_block(int compression) {
  return compression == COMPRESSION_JPEG || compression == COMPRESSION_LERC ||
         compression == COMPRESSION_WEBP;
}

// The memory that a Zstandard frame asks for (RFC 8878, 3.1.1.1): its window, or its content if it is one
// segment. 0 if there is no frame.
std::uint64_t zstd_window(ByteSpan frame) {
  if (frame.size() < 6 || frame[0] != 0x28 || frame[1] != 0xb5 || frame[2] != 0x2f || frame[3] != 0xfd)
    return 0;
  const bool single_segment = (frame[4] & 0x20) != 0;
  if (!single_segment) {
    const std::uint64_t base = std::uint64_t{1} << (10 + (frame[5] >> 3));
    return base + base / 8 * (frame[5] & 7);
  }
  const int dictionary = frame[4] & 3, at = 5 + (dictionary == 3 ? 4 : dictionary);
  const int size = 1 << (frame[4] >> 6);
  std::uint64_t content = 0;
  for (int i = 0; i < size && static_cast<std::size_t>(at + i) < frame.size(); ++i)
    content |= std::uint64_t{frame[static_cast<std::size_t>(at + i)]} << (8 * i);
  return content;
}

// Strips or tiles, one after the other, through one buffer.
class Blocks {
 public:
  Blocks(const TiffFile& file, const TiffLayout& layout, const Charge& charge)
      : file_{file}, layout_{layout}, charge_{charge} {
    if (layout.colour == TiffLayout::Colour::YCbCr) {
      float* given = nullptr;
      if (TIFFGetFieldDefaulted(file.handle(), TIFFTAG_YCBCRCOEFFICIENTS, &given) && given)
        std::copy_n(given, 3, ycbcr_.luma);
      if (TIFFGetFieldDefaulted(file.handle(), TIFFTAG_REFERENCEBLACKWHITE, &given) && given)
        std::copy_n(given, 6, ycbcr_.reference);
    }
  }

  std::optional<Error> read(cv::Mat& out) {
    const std::uint64_t kept = keeps_a_block(layout_.compression) ? 3 : 1;
    if (layout_.block_bytes > (std::uint64_t{1} << 40))
      return Error{"too_large", "a TIFF strip or tile above 1 TiB"};
    if (charge_)
      if (auto refused = charge_(layout_.block_bytes * kept)) return refused;
    buffer_.resize(layout_.block_bytes);
    const int planes = layout_.separate ? out.channels() : 1;
    for (int plane = 0; plane < planes; ++plane)
      for (std::uint64_t y = 0; y < static_cast<std::uint64_t>(out.rows); y += layout_.block_rows)
        for (std::uint64_t x = 0; x < static_cast<std::uint64_t>(out.cols); x += layout_.block_columns)
          if (auto error = read_block(out, plane, static_cast<int>(y), static_cast<int>(x))) return error;
    return std::nullopt;
  }

 private:
  std::optional<Error> read_block(cv::Mat& out, int plane, int y, int x) {
    TIFF* tiff = file_.handle();
    const auto row = static_cast<std::uint32_t>(y);
    const auto sample = static_cast<std::uint16_t>(plane);
    const std::uint32_t index = layout_.tiled
                                    ? TIFFComputeTile(tiff, static_cast<std::uint32_t>(x), row, 0, sample)
                                    : TIFFComputeStrip(tiff, row, sample);
    if (auto error = ask_for_window(index)) return error;
    const auto left = static_cast<std::uint32_t>(out.rows - y);
    const std::uint32_t rows = layout_.tiled ? layout_.block_rows : std::min(layout_.block_rows, left);
    const std::uint64_t size = layout_.tiled ? layout_.block_bytes : TIFFVStripSize64(tiff, rows);
    if (size == 0 || size > buffer_.size()) return file_.damage();
    const auto length = static_cast<tmsize_t>(size);
    const tmsize_t got = layout_.tiled ? TIFFReadEncodedTile(tiff, index, buffer_.data(), length)
                                       : TIFFReadEncodedStrip(tiff, index, buffer_.data(), length);
    if (got != length || file_.was_filled_up()) return file_.damage();

    if (layout_.colour == TiffLayout::Colour::YCbCr) {
      place_tiff_ycbcr(buffer_.data(), layout_, ycbcr_, out, y, x, static_cast<int>(rows));
      return std::nullopt;
    }
    const auto columns = std::min(layout_.block_columns, static_cast<std::uint32_t>(out.cols - x));
    for (std::uint32_t i = 0; i < std::min(rows, left); ++i)
      place_tiff_row(buffer_.data() + i * layout_.block_row_bytes, layout_, plane, out,
                     y + static_cast<int>(i), x, static_cast<int>(columns));
    return std::nullopt;
  }

  std::optional<Error> ask_for_window(std::uint32_t index) {
    if (layout_.compression != COMPRESSION_ZSTD) return std::nullopt;
    TIFF* tiff = file_.handle();
    const std::uint64_t window =
        zstd_window(file_.part(TIFFGetStrileOffset(tiff, index), TIFFGetStrileByteCount(tiff, index)));
    if (window <= window_ || !charge_) return std::nullopt;
    window_ = window;
    return charge_(window);
  }

  const TiffFile& file_;
  const TiffLayout& layout_;
  const Charge& charge_;
  TiffYCbCr ycbcr_;
  std::uint64_t window_ = 0;  // asked for already
  std::vector<std::uint8_t> buffer_;
};

}  // namespace

Result<cv::Mat> read_tiff_pixels(const TiffFile& file, const TiffLayout& layout, const Charge& charge) {
  const int type = tiff_stored_type(layout);
  const bool is_half = CV_MAT_DEPTH(type) == CV_16F,
             has_palette = layout.colour == TiffLayout::Colour::Palette;
  std::uint64_t pixel = CV_ELEM_SIZE(type);
  if (is_half) pixel *= 3;
  if (has_palette) pixel += 6;
  if (charge)
    if (auto refused = charge(layout.pixels() * pixel)) return *std::move(refused);
  cv::Mat stored(layout.rows, layout.columns, type);
  if (auto error = Blocks{file, layout, charge}.read(stored)) return *std::move(error);
  if (is_half) {
    cv::Mat values;
    stored.convertTo(values, CV_32F);
    return values;
  }
  if (!has_palette) return stored;
  std::uint16_t* tables[3] = {};
  if (!TIFFGetField(file.handle(), TIFFTAG_COLORMAP, &tables[0], &tables[1], &tables[2]) || !tables[2])
    return Error{"malformed", "TIFF: the palette is missing"};
  return apply_tiff_palette(stored, tables, layout.bits);
}

}  // namespace radflow
