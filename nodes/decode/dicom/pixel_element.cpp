#include "nodes/decode/dicom/pixel_element.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace radflow {
namespace {

constexpr std::uint32_t undefined_length = 0xffffffff;
constexpr std::uint32_t item_tag = 0xfffee000, delimiter_tag = 0xfffee0dd;

// Reads numbers one after the other; ok turns false at the end of the bytes.
class Cursor {
 public:
  Cursor(ByteSpan bytes, std::size_t position, bool big_endian)
      : bytes_{bytes}, position_{position}, big_{big_endian} {}

  std::uint64_t number(std::size_t size) {
    if (left() < size) {
      ok = false;
      return 0;
    }
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
      value |= std::uint64_t{bytes_[position_ + i]} << (8 * (big_ ? size - 1 - i : i));
    position_ += size;
    return value;
  }
  std::uint32_t tag() {
    const auto group = static_cast<std::uint32_t>(number(2));
    return group << 16 | static_cast<std::uint32_t>(number(2));
  }
  std::string vr() {
    if (left() < 2) {
      ok = false;
      return {};
    }
    position_ += 2;
    return {reinterpret_cast<const char*>(&bytes_[position_ - 2]), 2};
  }
  // Takes as many of `count` bytes as there are.
  ByteSpan take(std::uint64_t count) {
    const ByteSpan taken = bytes_.subspan(position_, std::min<std::uint64_t>(count, left()));
    position_ += taken.size();
    return taken;
  }
  std::size_t left() const { return bytes_.size() - position_; }
  std::size_t position() const { return position_; }

  bool ok = true;

 private:
  ByteSpan bytes_;
  std::size_t position_;
  bool big_;
};

std::vector<std::uint64_t> table(ByteSpan bytes, std::size_t entry) {
  std::vector<std::uint64_t> values;
  Cursor cursor{bytes, 0, false};
  while (cursor.left() >= entry) values.push_back(cursor.number(entry));
  return values;
}

// Items up to the sequence delimiter (PS3.5 A.4); the first holds the basic offset table, which may be empty.
std::optional<Error> read_fragments(Cursor& cursor, PixelElement& pixels) {
  bool first = true;
  std::uint64_t start = 0;
  for (;;) {
    const std::uint64_t offset = cursor.position();
    const std::uint32_t tag = cursor.tag();
    const auto length = static_cast<std::uint32_t>(cursor.number(4));
    if (!cursor.ok || tag == delimiter_tag) {
      pixels.delimited = cursor.ok;
      return std::nullopt;
    }
    if (tag != item_tag || length == undefined_length)
      return Error{"malformed", fmt::format("no item of pixel data at byte {}", offset)};
    const ByteSpan bytes = cursor.take(length);
    if (first) {
      if (pixels.offsets.empty()) pixels.offsets = table(bytes, 4);
      first = false;
      start = cursor.position();
    } else {
      pixels.fragments.push_back({bytes, offset - start, bytes.size() == length});
    }
  }
}

}  // namespace

Result<std::optional<PixelElement>> find_pixel_element(ByteSpan body, std::size_t position, bool explicit_vr,
                                                       bool big_endian) {
  Cursor cursor{body, position, big_endian};
  PixelElement pixels;
  while (cursor.left() > 0) {
    const std::uint32_t tag = cursor.tag();
    if (cursor.ok && (tag < 0x7fe00000 || tag >> 16 == item_tag >> 16)) break;
    std::string vr;
    std::uint32_t length = 0;
    if (explicit_vr) {
      vr = cursor.vr();
      static constexpr std::array<std::string_view, 13> long_vrs{"OB", "OW", "OF", "OD", "OL", "OV", "SQ",
                                                                 "UN", "UT", "UC", "UR", "SV", "UV"};
      const bool is_short = std::ranges::find(long_vrs, vr) == long_vrs.end();
      if (!is_short) cursor.number(2);
      length = static_cast<std::uint32_t>(cursor.number(is_short ? 2 : 4));
    } else {
      length = static_cast<std::uint32_t>(cursor.number(4));
    }
    if (!cursor.ok) return Error{"truncated", "the file ends within the header of the pixel data"};
    if (tag == 0x7fe00001) {  // extended offset table
      pixels.offsets = table(cursor.take(length), 8);
      continue;
    }
    // An element of a higher group may stand before the pixels of a writer that does not sort.
    if (tag > 0x7fe00010 && length == undefined_length) break;
    if (tag != 0x7fe00010 && tag != 0x7fe00008 && tag != 0x7fe00009) {
      cursor.take(length);
      continue;
    }
    if (tag == 0x7fe00008) pixels.kind = PixelElement::Kind::Float;
    if (tag == 0x7fe00009) pixels.kind = PixelElement::Kind::Double;
    pixels.words = vr.empty() || vr == "OW";
    pixels.encapsulated = length == undefined_length;
    if (pixels.encapsulated) {
      if (auto error = read_fragments(cursor, pixels)) return *std::move(error);
    } else {
      pixels.declared = length;
      pixels.bytes = cursor.take(length);
    }
    pixels.end = cursor.position();
    return std::optional{std::move(pixels)};
  }
  return std::optional<PixelElement>{};
}

}  // namespace radflow
