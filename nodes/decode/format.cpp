// Which format a record's bytes are in.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <exception>
#include <map>
#include <new>
#include <string>

#include "graph/left_out.hpp"
#include "nodes/decode/format_name.hpp"
#include "nodes/decode/register_reader.hpp"

namespace radflow {
namespace {

std::optional<Format> by_content_type(std::string_view type) {
  std::string lower{type.substr(0, type.find(';'))};
  while (!lower.empty() && lower.back() == ' ') lower.pop_back();
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  if (lower == "application/dicom") return Format::Dicom;
  if (lower == "image/png") return Format::Png;
  if (lower == "image/jpeg") return Format::Jpeg;
  if (lower == "image/tiff") return Format::Tiff;
  if (lower == "application/x-radflow-raw") return Format::Raw;
  return std::nullopt;
}

bool starts_with(ByteSpan bytes, std::string_view magic, std::size_t at = 0) {
  return bytes.size() >= at + magic.size() &&
         std::equal(magic.begin(), magic.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

// A data set without preamble starts with an element of group 2 or 8:
// its tag, then a VR or a length that fits.
bool is_bare_dicom(ByteSpan bytes) {
  if (bytes.size() < 8) return false;
  const bool little = (bytes[0] == 2 || bytes[0] == 8) && bytes[1] == 0;
  const bool big = bytes[0] == 0 && (bytes[1] == 2 || bytes[1] == 8);
  if (!little && !big) return false;
  if ((little ? bytes[3] : bytes[2]) > 0x30) return false;  // elements of these groups are below (gggg,3100)
  static constexpr std::array<std::string_view, 12> vrs{"UL", "UI", "CS", "DA", "TM", "LO",
                                                        "SH", "DT", "OB", "SQ", "PN", "ST"};
  for (std::string_view vr : vrs)
    if (starts_with(bytes, vr, 4)) return true;
  const std::uint64_t length = bytes[4] | bytes[5] << 8 | bytes[6] << 16 | std::uint64_t{bytes[7]} << 24;
  return little && length % 2 == 0 && length <= 1024;  // big endian is explicit
}

}  // namespace

Format format_of(const Record& record) {
  if (const auto type = record.header("content-type"))
    if (const auto format = by_content_type(*type)) return *format;
  const ByteSpan bytes = as_span(record.value.text());
  if (const NamedFormat named = format_by_bytes(bytes); named.format != Format::Unknown) return named.format;
  if (is_bare_dicom(bytes)) return Format::Dicom;
  return Format::Unknown;
}

namespace {

std::map<Format, RegisterReader::Read>& readers() {
  static std::map<Format, RegisterReader::Read> known;
  return known;
}

Result<Frames> read_as(Format format, const Record& record, const ReadOptions& options,
                       const Charge& charge) {
  const ByteSpan bytes = as_span(record.value.text());
  if (bytes.empty())
    return Error{"empty",
                 "the record has no bytes, and no header ce_dataref says where they are (`radflow describe "
                 "decode` lists the headers)"};
  try {
    switch (format) {
      case Format::Dicom:
      case Format::Tiff:
        if (auto none = left_out(format)) return *std::move(none);
        return RegisterReader::of(format)(bytes, options, charge);
      case Format::Png:
      case Format::Jpeg:
        return read_raster(format, bytes, options, charge);
      case Format::Raw:
        return read_raw(record, options, charge);
      case Format::Unknown:
        break;
    }
  } catch (const std::bad_alloc&) {
    return Error{"too_large", "there is not enough memory for the frames"};
  } catch (
      const std::exception&) {  // DCMTK and OpenCV throw at some damaged values; their words may quote them
    return Error{"malformed", "a library gave up on a damaged value"};
  }
  if (const NamedFormat named = format_by_bytes(bytes); !named.name.empty())
    return Error{"unknown_format",
                 fmt::format("the first bytes are those of {}, which radflow does not read: convert it to "
                             "DICOM, PNG, TIFF or raw pixels",
                             named.name)};
  return Error{"unknown_format",
               "neither the content-type header nor the first bytes name DICOM, PNG, JPEG, TIFF or raw "
               "(`radflow describe decode` lists the headers)"};
}

}  // namespace

std::optional<Error> left_out(Format format) {
  if ((format != Format::Dicom && format != Format::Tiff) || RegisterReader::of(format)) return std::nullopt;
  const bool dicom = format == Format::Dicom;
  return Error{"left_out", fmt::format("{} cannot be read: {}", format_name(format),
                                       family_left_out(dicom ? "nodes/decode/dicom" : "nodes/decode/tiff"))};
}

RegisterReader::RegisterReader(Format format, Read read) { readers()[format] = read; }

RegisterReader::Read RegisterReader::of(Format format) {
  const auto known = readers().find(format);
  return known == readers().end() ? nullptr : known->second;
}

Result<Frames> read_frames(Format format, const Record& record, const ReadOptions& options,
                           const Charge& charge) {
  auto frames = read_as(format, record, options, charge);
  if (frames || format == Format::Unknown || format == Format::Raw) return frames;
  // A wrong label makes every reader complain of something else.
  const NamedFormat named = format_by_bytes(as_span(record.value.text()));
  if (named.name.empty() || named.format == format) return frames;
  return Error{frames.error().reason, fmt::format("the record is to be read as {}, but its first bytes are "
                                                  "those of {} ({})",
                                                  format_name(format), named.name, frames.error().detail)};
}

}  // namespace radflow
