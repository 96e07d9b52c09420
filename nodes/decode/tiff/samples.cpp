#include "nodes/decode/tiff/samples.hpp"

#include <algorithm>
#include <cstring>
#include <opencv2/core.hpp>

namespace radflow {
namespace {

// Which samples of a row are taken, and where the first of them goes.
struct Samples {
  int pixels;
  int stored;  // in the row for each pixel
  int taken;   // how many of them are kept, from the first on
  int across;  // channels of the image
};

template <typename From, typename To>
void place(const std::uint8_t* row, To* out, const Samples& samples) {
  if constexpr (std::is_same_v<From, To>)
    if (samples.stored == samples.taken && samples.taken == samples.across) {
      std::memcpy(out, row, static_cast<std::size_t>(samples.pixels) * samples.taken * sizeof(From));
      return;
    }
  for (std::size_t i = 0; i < static_cast<std::size_t>(samples.pixels); ++i)
    for (std::size_t c = 0; c < static_cast<std::size_t>(samples.taken); ++c) {
      From value;
      std::memcpy(&value, row + (i * samples.stored + c) * sizeof(From), sizeof value);
      out[i * samples.across + c] = static_cast<To>(value);
    }
}

// Samples without gaps between them, most significant bit first.
template <typename To>
void place_packed(const std::uint8_t* row, int bits, To* out, const Samples& samples) {
  const auto bit = [&](std::size_t at) { return (row[at / 8] >> (7 - at % 8)) & 1; };
  for (std::size_t i = 0; i < static_cast<std::size_t>(samples.pixels); ++i)
    for (std::size_t c = 0; c < static_cast<std::size_t>(samples.taken); ++c) {
      const std::size_t first = (i * samples.stored + c) * static_cast<std::size_t>(bits);
      int value = 0;
      for (std::size_t b = first; b < first + static_cast<std::size_t>(bits); ++b)
        value = value << 1 | bit(b);
      out[i * samples.across + c] = static_cast<To>(value);
    }
}

bool eight_bits_suffice(const std::uint16_t* table, int count) {
  return std::all_of(table, table + count, [](int entry) { return entry % 256 == 0 || entry % 257 == 0; });
}

}  // namespace

int tiff_stored_type(const TiffLayout& layout) {
  using Kind = TiffLayout::Kind;
  const int depth = layout.kind == Kind::Float    ? (layout.bits == 16   ? CV_16F
                                                     : layout.bits == 32 ? CV_32F
                                                                         : CV_64F)
                    : layout.kind == Kind::Signed ? (layout.bits == 8    ? CV_8S
                                                     : layout.bits == 16 ? CV_16S
                                                                         : CV_32S)
                    : layout.bits <= 8            ? CV_8U
                    : layout.bits <= 16           ? CV_16U
                                                  : CV_64F;
  return CV_MAKETYPE(depth, layout.stored_channels());
}

void place_tiff_row(const std::uint8_t* row, const TiffLayout& layout, int plane, cv::Mat& out, int y, int x,
                    int pixels) {
  const int channels = out.channels();
  const Samples samples{pixels, layout.separate ? 1 : layout.samples, layout.separate ? 1 : channels,
                        channels};
  std::uint8_t* const to = out.ptr<std::uint8_t>(y) + static_cast<std::size_t>(x) * out.elemSize() +
                           static_cast<std::size_t>(plane) * out.elemSize1();
  switch (layout.bits) {
    case 8:
      return place<std::uint8_t>(row, to, samples);
    case 16:
      return place<std::uint16_t>(row, reinterpret_cast<std::uint16_t*>(to), samples);
    case 32:
      if (layout.kind == TiffLayout::Kind::Unsigned)
        return place<std::uint32_t>(row, reinterpret_cast<double*>(to), samples);
      return place<std::uint32_t>(row, reinterpret_cast<std::uint32_t*>(to), samples);
    case 64:
      return place<double>(row, reinterpret_cast<double*>(to), samples);
    default:
      if (layout.bits < 8) return place_packed(row, layout.bits, to, samples);
      return place_packed(row, layout.bits, reinterpret_cast<std::uint16_t*>(to), samples);
  }
}

cv::Vec3b TiffYCbCr::rgb(int y, int cb, int cr) const {
  const auto scaled = [&](int value, int at, double range) {
    const double width = reference[at + 1] - reference[at];
    return (value - reference[at]) * range / (width != 0 ? width : 1);
  };
  const double luminance = scaled(y, 0, 255), blue_difference = scaled(cb, 2, 127),
               red_difference = scaled(cr, 4, 127);
  const double red = red_difference * (2 - 2 * luma[0]) + luminance;
  const double blue = blue_difference * (2 - 2 * luma[2]) + luminance;
  const double green = (luminance - luma[2] * blue - luma[0] * red) / (luma[1] != 0 ? luma[1] : 1);
  // Before it is made an integer: coefficients of a damaged file give what no integer holds.
  const auto shade = [](double value) {
    return static_cast<std::uint8_t>(!(value > 0) ? 0 : value < 255 ? value + 0.5 : 255);
  };
  return {shade(red), shade(green), shade(blue)};
}

void place_tiff_ycbcr(const std::uint8_t* block, const TiffLayout& layout, const TiffYCbCr& colours,
                      cv::Mat& out, int y, int x, int block_rows) {
  const int across = layout.chroma_columns, down = layout.chroma_rows;
  const int columns = static_cast<int>(layout.block_columns);
  const std::uint8_t* unit = block;
  for (int row = 0; row < block_rows; row += down)
    for (int column = 0; column < columns; column += across, unit += across * down + 2)
      for (int i = 0; i < across * down; ++i) {
        const int to_row = y + row + i / across, to_column = x + column + i % across;
        if (row + i / across >= block_rows || to_row >= out.rows || to_column >= out.cols) continue;
        out.at<cv::Vec3b>(to_row, to_column) =
            colours.rgb(unit[i], unit[across * down], unit[across * down + 1]);
      }
}

cv::Mat apply_tiff_palette(const cv::Mat& indices, const std::uint16_t* const tables[3], int bits) {
  const int count = 1 << bits;
  bool old = true, eight = true;  // writers of old put values of 8 bits into the table
  for (int c = 0; c < 3; ++c) {
    old = old && std::all_of(tables[c], tables[c] + count, [](int entry) { return entry < 256; });
    eight = eight && eight_bits_suffice(tables[c], count);
  }
  const auto fill = [&](auto zero, int shift) {
    using T = decltype(zero);
    cv::Mat colours(indices.size(), CV_MAKETYPE(cv::DataType<T>::depth, 3));
    for (int row = 0; row < indices.rows; ++row) {
      T* out = colours.ptr<T>(row);
      for (int column = 0; column < indices.cols; ++column) {
        const int index = indices.depth() == CV_8U ? indices.ptr<std::uint8_t>(row)[column]
                                                   : indices.ptr<std::uint16_t>(row)[column];
        for (int c = 0; c < 3; ++c) *out++ = static_cast<T>(tables[c][index] >> shift);
      }
    }
    return colours;
  };
  if (old) return fill(std::uint8_t{}, 0);
  return eight ? fill(std::uint8_t{}, 8) : fill(std::uint16_t{}, 0);
}

}  // namespace radflow
