#include "nodes/decode/dicom/tags.hpp"

#include <dcmtk/dcmdata/dcspchrs.h>
#include <iconv.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "graph/text.hpp"

namespace radflow {
namespace {

std::string_view trimmed(std::string_view padded) {
  static constexpr std::string_view padding{" \t\0", 3};
  const auto first = padded.find_first_not_of(padding);
  if (first == padded.npos) return {};
  return padded.substr(first, padded.find_last_not_of(padding) - first + 1);
}

std::optional<double> parse(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

DcmElement* element_of(DcmItem& item, const DcmTagKey& tag) {
  DcmElement* element = nullptr;
  return item.findAndGetElement(tag, element).good() ? element : nullptr;
}

// Bytes are no text: DCMTK would write them in hexadecimal digits, which read as numbers.
bool is_bytes(const DcmElement& element) {
  switch (element.ident()) {
    case EVR_OB:
    case EVR_OW:
    case EVR_OD:
    case EVR_OF:
    case EVR_OL:
    case EVR_ox:
    case EVR_UN:
    case EVR_UNKNOWN:
    case EVR_UNKNOWN2B:
    case EVR_lt:
    case EVR_px:
    case EVR_PixelData:
    case EVR_SQ:
      return true;
    default:
      return false;
  }
}

// An escape character begins a code extension of ISO 2022.
bool is_ascii(const std::string& text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c < 0x80 && c != 0x1b; });
}

// The item that says in what character set the text of `item` is: itself, or one that it lies in.
DcmItem& with_character_set(DcmItem& item) {
  DcmItem* at = &item;
  while (at && !at->tagExistsWithValue(DCM_SpecificCharacterSet)) at = at->getParentItem();
  return at ? *at : item;
}

// Japanese text in code extensions: DCMTK asks iconv for ISO-IR-87 by a name that glibc's does not know.
std::optional<std::string> from_japanese(std::string text) {
  const iconv_t converter = iconv_open("UTF-8", "ISO-2022-JP-2");
  if (converter == reinterpret_cast<iconv_t>(-1)) return std::nullopt;
  std::string out(text.size() * 4, '\0');
  char *from = text.data(), *to = out.data();
  std::size_t left = text.size(), room = out.size();
  const bool done = iconv(converter, &from, &left, &to, &room) != static_cast<std::size_t>(-1);
  iconv_close(converter);
  if (!done) return std::nullopt;
  out.resize(out.size() - room);
  return out;
}

std::string in_utf8(DcmItem& item, const std::string& text) {
  DcmSpecificCharacterSet converter;
  OFString converted;
  DcmItem& root = with_character_set(item);
  if (root.tagExistsWithValue(DCM_SpecificCharacterSet) && converter.selectCharacterSet(root).good() &&
      converter.convertString(text.c_str(), converted, "\\").good())
    return as_utf8(std::string_view{converted.c_str(), converted.size()});
  if (text.find('\x1b') != std::string::npos)
    if (const auto japanese = from_japanese(text)) return *japanese;
  return as_utf8(text);
}

DcmElement* text_element_of(DcmItem& item, const DcmTagKey& tag) {
  DcmElement* element = element_of(item, tag);
  return element && !is_bytes(*element) ? element : nullptr;
}

// The bytes of an element of text, as DCMTK holds them: asked for one value, it counts all of them first. Nothing if the
// element holds numbers.
std::optional<std::string_view> bytes_of_text(DcmElement& element) {
  char* text = nullptr;
  Uint32 length = 0;
  if (element.getString(text, length).bad()) return std::nullopt;
  return text ? std::string_view{text, length} : std::string_view{};
}

// In these a backslash is a character.
bool is_one_value(const DcmElement& element) {
  const DcmEVR vr = element.ident();
  return vr == EVR_ST || vr == EVR_LT || vr == EVR_UT || vr == EVR_UR;
}

// Takes the first value, and the backslash behind it, from the front of `values`.
std::string_view take_value(std::string_view& values) {
  const std::size_t end = values.find('\\');
  const std::string_view value = values.substr(0, end);
  values.remove_prefix(end == values.npos ? values.size() : end + 1);
  return value;
}

std::string_view value_of(const DcmElement& element, std::string_view values, unsigned long index) {
  if (is_one_value(element)) return index == 0 ? values : std::string_view{};
  for (; index > 0 && !values.empty(); --index) take_value(values);
  return take_value(values);
}

// Of an element of numbers.
std::optional<double> value_at(DcmElement& element, unsigned long index) {
  if (element.ident() == EVR_FD) {
    Float64 value = 0;
    if (element.getFloat64(value, index).bad() || !std::isfinite(value)) return std::nullopt;
    return value;
  }
  if (element.ident() == EVR_FL) {
    Float32 value = 0;
    if (element.getFloat32(value, index).bad() || !std::isfinite(value)) return std::nullopt;
    return value;
  }
  OFString value;
  if (element.getOFString(value, index).bad()) return std::nullopt;
  return parse(trimmed({value.c_str(), value.size()}));
}

}  // namespace

std::string text_of(DcmItem& item, const DcmTagKey& tag, unsigned long index) {
  DcmElement* element = text_element_of(item, tag);
  if (!element) return {};
  std::string text;
  OFString value;
  if (const auto values = bytes_of_text(*element))
    text = trimmed(value_of(*element, *values, index));
  else if (element->getOFString(value, index).good())
    text = trimmed({value.c_str(), value.size()});
  return is_ascii(text) ? text : in_utf8(item, text);
}

std::vector<double> numbers_of(DcmItem& item, const DcmTagKey& tag, std::size_t most) {
  DcmElement* element = text_element_of(item, tag);
  if (!element) return {};
  std::vector<double> values;
  if (const auto text = bytes_of_text(*element)) {
    std::string_view left = *text;
    for (bool more = !left.empty(); more && values.size() < most;) {
      const std::size_t end = is_one_value(*element) ? left.npos : left.find('\\');
      const auto value = parse(trimmed(left.substr(0, end)));
      if (!value) return {};
      values.push_back(*value);
      more = end != left.npos;
      left.remove_prefix(more ? end + 1 : left.size());
    }
    return values;
  }
  const unsigned long count = std::min<std::size_t>(element->getVM(), most);
  for (unsigned long i = 0; i < count; ++i) {
    const auto value = value_at(*element, i);
    if (!value) return {};
    values.push_back(*value);
  }
  return values;
}

std::optional<double> number_of(DcmItem& item, const DcmTagKey& tag) {
  const auto values = numbers_of(item, tag, 1);
  return values.empty() ? std::nullopt : std::optional{values.front()};
}

std::optional<std::int64_t> integer_of(DcmItem& item, const DcmTagKey& tag) {
  const auto value = number_of(item, tag);
  if (!value || *value != std::floor(*value) || std::abs(*value) > 9e15) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

std::vector<std::uint16_t> words_of(DcmItem& item, const DcmTagKey& tag) {
  DcmElement* element = element_of(item, tag);
  if (!element || element->getLength() == 0) return {};
  Uint16* words = nullptr;
  Sint16* signed_words = nullptr;
  Uint8* bytes = nullptr;
  const std::size_t length = element->getLength();
  if (element->getUint16Array(words).good() && words) return {words, words + length / 2};
  if (element->getSint16Array(signed_words).good() && signed_words)
    return {signed_words, signed_words + length / 2};
  if (element->getUint8Array(bytes).good() && bytes) return {bytes, bytes + length};
  return {};
}

std::vector<std::uint16_t> bytes_of(const std::vector<std::uint16_t>& words) {
  std::vector<std::uint16_t> bytes;
  for (const std::uint16_t word : words) {
    bytes.push_back(word & 0xff);
    bytes.push_back(word >> 8);
  }
  return bytes;
}

bool has(DcmItem& item, const DcmTagKey& tag) { return item.tagExistsWithValue(tag); }

DcmItem* item_of(DcmItem& item, const DcmTagKey& sequence, unsigned long index) {
  DcmSequenceOfItems* items = nullptr;
  if (item.findAndGetSequence(sequence, items).bad() || index >= items->card()) return nullptr;
  return items->getItem(index);
}

FrameTags::FrameTags(DcmItem& dataset, unsigned long frame)
    : top_{&dataset},
      shared_{item_of(dataset, DCM_SharedFunctionalGroupsSequence)},
      own_{item_of(dataset, DCM_PerFrameFunctionalGroupsSequence, frame)} {}

DcmItem* FrameTags::group(const DcmTagKey& sequence) const {
  for (DcmItem* from : {own_, shared_})
    if (from)
      if (DcmItem* found = item_of(*from, sequence)) return found;
  return nullptr;
}

DcmItem& FrameTags::group_or_top(const DcmTagKey& sequence) const {
  DcmItem* found = group(sequence);
  return found ? *found : *top_;
}

}  // namespace radflow
