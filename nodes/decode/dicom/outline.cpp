#include "nodes/decode/dicom/outline.hpp"

#include "nodes/decode/dicom/read_tags.hpp"

namespace radflow {
namespace {

constexpr std::uint32_t undefined = 0xffffffff;
constexpr std::uint32_t item = 0xfffee000, item_end = 0xfffee00d, sequence_end = 0xfffee0dd;
constexpr std::uint32_t pixel_group = 0x7fe00000;

enum class Vr {
  Unknown,
  Short,
  Long,
  Sequence,
  Bytes
};  // Short: a length of 16 bits; Bytes: UN, which may be a sequence

constexpr unsigned letters(const char (&vr)[3]) {
  return static_cast<unsigned>(vr[0]) << 8 | static_cast<unsigned>(vr[1]);
}

Vr vr_of(unsigned two) {
  switch (two) {
    case letters("SQ"):
      return Vr::Sequence;
    case letters("UN"):
      return Vr::Bytes;
    case letters("OB"):
    case letters("OW"):
    case letters("OF"):
    case letters("OD"):
    case letters("OL"):
    case letters("OV"):
    case letters("UT"):
    case letters("UC"):
    case letters("UR"):
    case letters("SV"):
    case letters("UV"):
      return Vr::Long;
    case letters("AE"):
    case letters("AS"):
    case letters("AT"):
    case letters("CS"):
    case letters("DA"):
    case letters("DS"):
    case letters("DT"):
    case letters("FD"):
    case letters("FL"):
    case letters("IS"):
    case letters("LO"):
    case letters("LT"):
    case letters("PN"):
    case letters("SH"):
    case letters("SL"):
    case letters("SS"):
    case letters("ST"):
    case letters("TM"):
    case letters("UI"):
    case letters("UL"):
    case letters("US"):
      return Vr::Short;
    default:
      return Vr::Unknown;
  }
}

class Walk {
 public:
  Walk(ByteSpan bytes, bool big) : bytes_{bytes}, big_{big} {}

  // Elements from `at`, up to `end` or a tag that is none of an element; returns where it stops.
  std::size_t elements(std::size_t at, std::size_t end, bool explicit_vr, int depth) {
    while (ok && at + 8 <= end) {
      const std::size_t begin = at;
      const std::uint32_t tag = tag_at(at);
      if (tag >> 16 == 0xfffe || (depth == 0 && tag >= pixel_group)) break;
      if (depth > max_depth || ++elements_ > max_elements) ok = false;
      const Vr vr = explicit_vr ? vr_of(unsigned{bytes_[at + 4]} << 8 | bytes_[at + 5]) : Vr::Unknown;
      const bool is_long = vr == Vr::Long || vr == Vr::Sequence || vr == Vr::Bytes;
      const std::size_t length_at = is_long ? at + 8 : explicit_vr ? at + 6 : at + 4;
      const std::size_t width = explicit_vr && !is_long ? 2 : 4, value = length_at + width;
      if (value > end) {
        ok = false;
        break;
      }
      const auto length = static_cast<std::uint32_t>(number(length_at, width));
      const bool may_hold_items = !explicit_vr || vr == Vr::Sequence || vr == Vr::Bytes;
      const bool has_item = may_hold_items && value + 8 <= end && tag_at(value) == item;
      // Items of unknown VR are implicit (PS3.5 6.2.2).
      const bool inner_vr = explicit_vr && vr != Vr::Bytes;
      if (tag < lowest_tag || (explicit_vr && vr == Vr::Unknown)) usual = false;
      if (length == undefined) {
        if (!may_hold_items) usual = false;
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
        at = value + length;
        const bool filled = has_item && items(value, at, inner_vr, depth + 1) == at;
        if ((has_item || vr == Vr::Sequence) && length > 0 && !filled) usual = false;
      }
      if (depth == 0) note(tag, begin, at);
    }
    return at;
  }

  bool at_pixel_group(std::size_t at) const { return tag_at(at) >> 16 == pixel_group >> 16; }

  std::vector<LengthFix> fixes;
  std::vector<ByteRange> unread;
  bool ok = true;     // false: the elements make no sense
  bool usual = true;  // false: DCMTK has to see all elements

 private:
  static constexpr std::uint32_t lowest_tag = 0x00080000;
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
  // An element of the data set itself.
  void note(std::uint32_t tag, std::size_t begin, std::size_t end) {
    if (tag <= last_tag_) usual = false;
    last_tag_ = tag;
    while (*next_read_ < tag) ++next_read_;  // the last of them is above any tag
    if (*next_read_ == tag) return;
    if (!unread.empty() && unread.back().end == begin)
      unread.back().end = end;
    else
      unread.push_back({begin, end});
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
  std::uint32_t last_tag_ = 0;
  const std::uint32_t* next_read_ = read_tags().data();
};

}  // namespace

Outline outline_of(ByteSpan body, bool explicit_vr, bool big_endian) {
  Walk walk{body, big_endian};
  const std::size_t end = walk.elements(0, body.size(), explicit_vr, 0);
  Outline outline;
  if (!walk.ok) return outline;
  outline.fixes = std::move(walk.fixes);
  const bool has_pixels = end + 8 <= body.size() && walk.at_pixel_group(end);
  if (walk.usual && has_pixels && outline.fixes.empty()) outline.unread = std::move(walk.unread);
  return outline;
}

void apply(const std::vector<LengthFix>& fixes, bool big_endian, std::vector<std::uint8_t>& body) {
  for (const LengthFix& fix : fixes)
    for (std::size_t i = 0; i < 4; ++i)
      body[fix.position + i] = static_cast<std::uint8_t>(fix.length >> (8 * (big_endian ? 3 - i : i)));
}

}  // namespace radflow
