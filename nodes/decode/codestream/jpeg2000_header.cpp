#include "nodes/decode/codestream/jpeg2000_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace radflow {
namespace {

constexpr std::uint64_t soc = 0xff4f, siz = 0xff51, cod = 0xff52, coc = 0xff53, sot = 0xff90, sod = 0xff93;
constexpr std::uint64_t eoc = 0xffd9;

// What OpenJPEG 2.5.0 allocates for each on 64 bits, malloc's own bytes included: measured, rounded up.
constexpr std::uint64_t tile_bytes = 9'000, tile_component_bytes = 1'120;
constexpr std::uint64_t precinct_bytes = 250, block_bytes = 450, packet_bytes = 2;
// What they may take. Code blocks of 4 x 4 samples, the smallest, take 28 bytes a sample, and a blank image
// in them is 141 bytes however large it is. A tile is worth its 10 KB from 19 x 19 samples on.
constexpr std::uint64_t allowed_bytes = std::uint64_t{32} << 20, allowed_a_sample = 30, allowed_a_byte = 64;

Error cut() { return {"truncated", "the JPEG 2000 header is cut short"}; }

std::uint64_t number(ByteSpan bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8 | bytes[at + i];
  return value;
}
std::uint64_t ceil_shift(std::uint64_t value, unsigned bits) {
  return (value + (std::uint64_t{1} << bits) - 1) >> bits;
}
// The most cells of 2^bits that `length` samples touch, wherever the grid lies.
std::uint64_t cells(std::uint64_t length, unsigned bits) { return ceil_shift(length, bits) + 1; }

// How COD and COC cut up a component of a tile.
struct CodingStyle {
  unsigned levels = 0;
  unsigned block_width = 0, block_height = 0;  // exponents of two
  std::array<std::uint8_t, 33> precincts;      // one per resolution: width in the low four bits, height above
};

// Reads from the number of levels on.
Result<CodingStyle> read_style(ByteSpan bytes, bool own_precincts) {
  CodingStyle style;
  style.levels = bytes[0];
  style.block_width = (bytes[1] & 0xfu) + 2;
  style.block_height = (bytes[2] & 0xfu) + 2;
  style.precincts.fill(0xff);
  if (style.levels >= style.precincts.size())
    return Error{"malformed", fmt::format("JPEG 2000 of {} decomposition levels", style.levels)};
  if (own_precincts) {
    if (bytes.size() < 6 + style.levels) return cut();
    std::copy_n(bytes.begin() + 5, style.levels + 1, style.precincts.begin());
  }
  return style;
}

// Bytes of one component of the largest tile: some whatever the layers are, and some for each layer.
struct Costs {
  std::uint64_t fixed = 0, layer = 0;
};

Costs style_costs(const CodingStyle& style, const Jpeg2000Header& header) {
  Costs costs;
  std::uint64_t most_precincts = 0;
  for (unsigned resolution = 0; resolution <= style.levels; ++resolution) {
    const std::uint64_t columns = ceil_shift(header.tile_columns, style.levels - resolution);
    const std::uint64_t rows = ceil_shift(header.tile_rows, style.levels - resolution);
    const unsigned width = style.precincts[resolution] & 0xfu, height = style.precincts[resolution] >> 4u;
    // Above the lowest resolution there are three bands of half its size.
    const unsigned half = resolution > 0 ? 1 : 0;
    const std::uint64_t bands = resolution > 0 ? 3 : 1;
    const unsigned block_width = std::min(style.block_width, std::max(width, half) - half);
    const unsigned block_height = std::min(style.block_height, std::max(height, half) - half);
    const std::uint64_t precincts = cells(columns, width) * cells(rows, height);
    const std::uint64_t blocks =
        cells(ceil_shift(columns, half), block_width) * cells(ceil_shift(rows, half), block_height);
    costs.fixed += bands * (precincts * precinct_bytes + blocks * block_bytes);
    most_precincts = std::max(most_precincts, precincts);
  }
  costs.layer = (style.levels + 1) * most_precincts * packet_bytes;
  return costs;
}

// Where the codestream begins: in a JP2 file behind the boxes before `jp2c`.
std::optional<std::size_t> find_codestream(ByteSpan bytes) {
  if (!is_jp2(bytes)) return 0;
  for (std::size_t at = 0; bytes.size() - at >= 16;) {
    const bool wide = number(bytes, at, 4) == 1;
    const std::uint64_t length = wide ? number(bytes, at + 8, 8) : number(bytes, at, 4);
    if (std::memcmp(bytes.data() + at + 4, "jp2c", 4) == 0) return at + (wide ? 16 : 8);
    if (length < 8 || length > bytes.size() - at) break;
    at += length;
  }
  return std::nullopt;
}

// Goes through the markers as OpenJPEG does.
class Walk {
 public:
  explicit Walk(ByteSpan bytes) : bytes_{bytes} {}

  Result<Jpeg2000Header> size() && {
    if (auto error = first()) return *std::move(error);
    return header_;
  }

  Result<std::uint64_t> table_bytes() && {
    if (auto error = first()) return *std::move(error);
    if (auto error = segments(sot)) return *std::move(error);
    while (at_ + 12 <= bytes_.size() && number(bytes_, at_, 2) == sot) {
      const std::uint64_t length = number(bytes_, at_ + 6, 4);  // 0: up to the end
      const std::size_t end = length == 0 ? bytes_.size() : at_ + length;
      at_ += 12;
      if (auto error = segments(sod)) return *std::move(error);
      at_ = std::max(at_ + 2, end);
    }
    const std::uint64_t samples = header_.columns * header_.rows * header_.components;
    const std::uint64_t needed = header_.tiles * (tile_bytes + header_.components * tile_component_bytes) +
                                 header_.components * (costs_.fixed + (layers_ + 1) * costs_.layer);
    if (needed <= allowed_bytes + samples * allowed_a_sample + bytes_.size() * allowed_a_byte) return needed;
    return Error{"malformed",
                 fmt::format("the JPEG 2000 headers promise {} tiles, {} layers and so many code blocks that "
                             "decoding {} bytes takes {} MB",
                             header_.tiles, layers_, bytes_.size(), needed >> 20)};
  }

  // Goes from tile-part to tile-part, as their lengths say.
  std::size_t end() && {
    if (first() || segments(sot)) return bytes_.size();
    while (at_ + 12 <= bytes_.size() && number(bytes_, at_, 2) == sot) {
      const std::uint64_t length = number(bytes_, at_ + 6, 4);
      if (length > bytes_.size() - at_) return bytes_.size();
      at_ += std::max<std::uint64_t>(length, 12);
      if (length == 0)  // the last one: up to the end marker, which its data cannot hold
        while (at_ + 2 <= bytes_.size() && number(bytes_, at_, 2) != eoc) ++at_;
    }
    return at_ + 2 <= bytes_.size() && number(bytes_, at_, 2) == eoc ? at_ + 2 : bytes_.size();
  }

 private:
  std::optional<Error> first() {
    if (bytes_.size() < 6 || number(bytes_, 0, 2) != soc || number(bytes_, 2, 2) != siz)
      return Error{"malformed", "the JPEG 2000 codestream does not begin with its size"};
    const std::uint64_t length = number(bytes_, 4, 2);
    if (length < 2 || length + 4 > bytes_.size()) return cut();
    at_ = 4 + length;
    return read_size(bytes_.subspan(6, length - 2));
  }

  // The segments up to the marker `last`, or to the end: a codestream without it gives no image.
  std::optional<Error> segments(std::uint64_t last) {
    while (at_ + 4 <= bytes_.size() && number(bytes_, at_, 2) != last) {
      const std::uint64_t marker = number(bytes_, at_, 2), length = number(bytes_, at_ + 2, 2);
      if (!known(marker)) {  // OpenJPEG does not go by its length, it looks for a marker that it knows
        at_ += 2;
        continue;
      }
      if (length < 2 || length + 2 > bytes_.size() - at_) return cut();
      if (auto error = segment(marker, bytes_.subspan(at_ + 4, length - 2))) return error;
      at_ += 2 + length;
    }
    return std::nullopt;
  }

  static bool known(std::uint64_t marker) {
    static constexpr std::array<std::uint8_t, 21> markers{0x50, 0x51, 0x52, 0x53, 0x55, 0x57, 0x58,
                                                          0x59, 0x5c, 0x5d, 0x5e, 0x5f, 0x60, 0x61,
                                                          0x63, 0x64, 0x74, 0x75, 0x77, 0x78, 0x90};
    return marker >> 8 == 0xff && std::ranges::find(markers, marker & 0xff) != markers.end();
  }

  std::optional<Error> segment(std::uint64_t marker, ByteSpan bytes) {
    if (marker == cod) {
      if (bytes.size() < 10) return cut();
      layers_ = std::max(layers_, number(bytes, 2, 2));
      return add(bytes.subspan(5), bytes[0]);
    }
    if (marker == coc) {
      const std::size_t index = header_.components < 257 ? 1 : 2;
      if (bytes.size() < index + 6) return cut();
      return add(bytes.subspan(index + 1), bytes[index]);
    }
    return std::nullopt;
  }

  std::optional<Error> add(ByteSpan bytes, unsigned flags) {
    const auto style = read_style(bytes, (flags & 1) != 0);
    if (!style) return style.error();
    const Costs costs = style_costs(*style, header_);
    costs_.fixed = std::max(costs_.fixed, costs.fixed);
    costs_.layer = std::max(costs_.layer, costs.layer);
    return std::nullopt;
  }

  std::optional<Error> read_size(ByteSpan bytes) {
    if (bytes.size() < 39) return cut();
    const auto word = [&](std::size_t i) { return number(bytes, 2 + 4 * i, 4); };
    const std::uint64_t x1 = word(0), y1 = word(1), x0 = word(2), y0 = word(3);
    const std::uint64_t tile_width = word(4), tile_height = word(5), tile_x0 = word(6), tile_y0 = word(7);
    header_.components = number(bytes, 34, 2);
    if (x1 <= x0 || y1 <= y0 || tile_width == 0 || tile_height == 0 || tile_x0 > x0 || tile_y0 > y0 ||
        tile_x0 + tile_width <= x0 || tile_y0 + tile_height <= y0)
      return Error{"malformed", "a JPEG 2000 image or first tile of no size"};
    header_.columns = x1 - x0;
    header_.rows = y1 - y0;
    header_.tile_columns = std::min(tile_width, header_.columns);
    header_.tile_rows = std::min(tile_height, header_.rows);
    header_.tiles =
        ((x1 - tile_x0 + tile_width - 1) / tile_width) * ((y1 - tile_y0 + tile_height - 1) / tile_height);
    return std::nullopt;
  }

  ByteSpan bytes_;
  std::size_t at_ = 0;
  Jpeg2000Header header_;
  std::uint64_t layers_ = 0;
  Costs costs_;
};

}  // namespace

bool is_jp2(ByteSpan bytes) { return bytes.size() >= 12 && std::memcmp(bytes.data() + 4, "jP  ", 4) == 0; }

Result<Jpeg2000Header> read_jpeg2000_header(ByteSpan bytes) {
  const auto start = find_codestream(bytes);
  if (!start) return Error{"malformed", "a JP2 file without a codestream"};
  return Walk{bytes.subspan(*start)}.size();
}

Result<std::uint64_t> jpeg2000_table_bytes(ByteSpan bytes) {
  const auto start = find_codestream(bytes);
  if (!start) return Error{"malformed", "a JP2 file without a codestream"};
  return Walk{bytes.subspan(*start)}.table_bytes();
}

std::size_t jpeg2000_end(ByteSpan bytes) {
  if (!is_jp2(bytes)) return Walk{bytes}.end();
  std::size_t at = 0;
  while (bytes.size() - at >= 8 && (at == 0 || !is_jp2(bytes.subspan(at)))) {
    const std::uint64_t length = number(bytes, at, 4);
    if (length < 8 || length > bytes.size() - at) return bytes.size();
    at += length;
  }
  return at;
}

}  // namespace radflow
