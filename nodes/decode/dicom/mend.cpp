#include "nodes/decode/dicom/mend.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace radflow {
namespace {

constexpr std::uint32_t undefined = 0xffffffff;
constexpr std::uint32_t item = 0xfffee000, item_end = 0xfffee00d, sequence_end = 0xfffee0dd;
constexpr std::uint32_t pixel_group = 0x7fe00000;
constexpr std::array<std::string_view, 13> long_vrs{"OB", "OW", "OF", "OD", "OL", "OV", "SQ",
                                                    "UN", "UT", "UC", "UR", "SV", "UV"};

class Walk {
 public:
  Walk(ByteSpan bytes, bool big) : bytes_{bytes}, big_{big} {}

  // Elements from `at`, up to `end` or a tag that is none of an element; returns where it stops.
  std::size_t elements(std::size_t at, std::size_t end, bool explicit_vr, int depth) {
    while (ok && at + 8 <= end) {
      const std::uint32_t tag = tag_at(at);
      if (tag >> 16 == 0xfffe || (depth == 0 && tag >= pixel_group)) break;
      if (depth > max_depth || ++elements_ > max_elements) ok = false;
      const std::string_view vr{reinterpret_cast<const char*>(bytes_.data()) + at + 4, 2};
      const bool is_long = explicit_vr && std::ranges::find(long_vrs, vr) != long_vrs.end();
      const std::size_t length_at = is_long ? at + 8 : explicit_vr ? at + 6 : at + 4;
      const std::size_t width = explicit_vr && !is_long ? 2 : 4, value = length_at + width;
      if (value > end) {
        ok = false;
        break;
      }
      const auto length = static_cast<std::uint32_t>(number(length_at, width));
      const bool may_hold_items = width == 4 && (!explicit_vr || vr == "SQ" || vr == "UN");
      const bool has_item = may_hold_items && value + 8 <= end && tag_at(value) == item;
      // Items of unknown VR are implicit (PS3.5 6.2.2).
      const bool inner_vr = explicit_vr && vr != "UN";
      if (length == undefined) {
        at = items(value, end, inner_vr, depth + 1);
        at = expect(sequence_end, at, end);
      } else if (length == 0 && has_item) {
        at = items(value, end, inner_vr, depth + 1);
        const bool delimited = at + 8 <= end && tag_at(at) == sequence_end;
        fixes.push_back({length_at, delimited ? undefined : static_cast<std::uint32_t>(at - value)});
        if (delimited) at += 8;
      } else if (length > end - value) {
        ok = false;
      } else {
        if (has_item) items(value, value + length, inner_vr, depth + 1);
        at = value + length;
      }
    }
    return at;
  }

  std::vector<LengthFix> fixes;
  bool ok = true;

 private:
  static constexpr int max_depth = 32;
  static constexpr std::size_t max_elements = 2'000'000;

  // Items from `at`; returns what lies behind the last.
  std::size_t items(std::size_t at, std::size_t end, bool explicit_vr, int depth) {
    while (ok && at + 8 <= end && tag_at(at) == item) {
      const auto length = static_cast<std::uint32_t>(number(at + 4, 4));
      at += 8;
      if (length == undefined) {
        at = expect(item_end, elements(at, end, explicit_vr, depth), end);
      } else if (length > end - at) {
        ok = false;
      } else {
        elements(at, at + length, explicit_vr, depth);
        at += length;
      }
    }
    return at;
  }
  std::size_t expect(std::uint32_t tag, std::size_t at, std::size_t end) {
    ok = ok && at + 8 <= end && tag_at(at) == tag;
    return at + 8;
  }
  std::uint64_t number(std::size_t at, std::size_t size) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
      value |= std::uint64_t{bytes_[at + i]} << (8 * (big_ ? size - 1 - i : i));
    return value;
  }
  std::uint32_t tag_at(std::size_t at) const {
    return static_cast<std::uint32_t>(number(at, 2) << 16 | number(at + 2, 2));
  }

  ByteSpan bytes_;
  bool big_;
  std::size_t elements_ = 0;
};

}  // namespace

std::vector<LengthFix> find_hidden_items(ByteSpan body, bool explicit_vr, bool big_endian) {
  Walk walk{body, big_endian};
  walk.elements(0, body.size(), explicit_vr, 0);
  return walk.ok ? std::move(walk.fixes) : std::vector<LengthFix>{};
}

void apply(const std::vector<LengthFix>& fixes, bool big_endian, std::vector<std::uint8_t>& body) {
  for (const LengthFix& fix : fixes)
    for (std::size_t i = 0; i < 4; ++i)
      body[fix.position + i] = static_cast<std::uint8_t>(fix.length >> (8 * (big_endian ? 3 - i : i)));
}

}  // namespace radflow
