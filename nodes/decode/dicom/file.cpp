#include "nodes/decode/dicom/file.hpp"

#include <dcmtk/oflog/oflog.h>
#include <fmt/format.h>

#include <mutex>
#include <optional>
#include <vector>

#include "nodes/decode/dicom/inflate.hpp"
#include "nodes/decode/dicom/outline.hpp"
#include "nodes/decode/dicom/pixel_element.hpp"
#include "nodes/decode/dicom/stream.hpp"
#include "nodes/decode/dicom/tags.hpp"

namespace radflow {
namespace {

// Longer values are loaded when asked for, see MemoryStream.
constexpr Uint32 max_loaded_bytes = 64 * 1024;
const DcmTagKey pixel_group{0x7fe0, 0x0000};
constexpr std::uint16_t item_group = 0xfffe;

// Once for the process; both settings are DCMTK's own globals.
void configure_dcmtk() {
  static std::once_flag once;
  std::call_once(once, [] {
    // It logs what it finds odd, with values of elements: none of it is for radflow's log.
    OFLog::configure(OFLogger::OFF_LOG_LEVEL);
    // Converters write elements they do not know as UN: they are read as the dictionary says.
    dcmEnableUnknownVRConversion.set(OFTrue);
  });
}

// Some writers name one of the two little-endian encodings and use the other; the first element tells, for
// only a VR has two capitals there: an implicit length of them would be above 16,000.
E_TransferSyntax actual_encoding(E_TransferSyntax named, ByteSpan body) {
  const DcmXfer syntax{named};
  if (named == EXS_Unknown || syntax.getByteOrder() != EBO_LittleEndian || body.size() < 8) return named;
  const auto is_capital = [](std::uint8_t byte) { return byte >= 'A' && byte <= 'Z'; };
  const bool is_explicit = is_capital(body[4]) && is_capital(body[5]);
  if (is_explicit == static_cast<bool>(syntax.isExplicitVR())) return named;
  return is_explicit ? EXS_LittleEndianExplicit : EXS_LittleEndianImplicit;
}

Error broken(const OFCondition& condition, const MemoryStream& stream, std::size_t size,
             std::string_view what) {
  if (stream.is_directory()) return {"no_pixel_data", "a DICOMDIR names files and holds no image"};
  if (stream.too_deep()) return {"malformed", "sequences are nested too deeply"};
  if (stream.too_many()) return {"malformed", "there are more than two million elements"};
  if (stream.position() >= size || condition == EC_StreamNotifyClient)
    return {"truncated", fmt::format("the file ends within the {}, after {} bytes", what, size)};
  return {"malformed",
          fmt::format("the {} cannot be parsed near byte {}: {}", what, stream.position(), condition.text())};
}

// Without a meta header nothing names the codec, but a codestream does:
// JPEG's frame header, or JPEG 2000's SIZ.
TransferSyntax guess_syntax(const PixelElement& pixels) {
  for (const Fragment& fragment : pixels.fragments) {
    const ByteSpan bytes = fragment.bytes;
    if (bytes.size() < 4) continue;
    if (bytes[0] == 0xff && bytes[1] == 0x4f) return transfer_syntax(UID_JPEG2000TransferSyntax);
    if (bytes[0] != 0xff || bytes[1] != 0xd8) continue;
    for (std::size_t at = 2; at + 4 <= bytes.size() && bytes[at] == 0xff;) {
      const std::uint8_t marker = bytes[at + 1];
      if (marker == 0xf7) return transfer_syntax(UID_JPEGLSLosslessTransferSyntax);
      if (marker >= 0xc0 && marker <= 0xc3) return transfer_syntax(UID_JPEGProcess14SV1TransferSyntax);
      at += 2 + std::size_t{bytes[at + 2]} * 256 + bytes[at + 3];
    }
  }
  return transfer_syntax("");
}

// The elements before the pixel data.
struct ParsedDataset {
  ParsedDataset(ByteSpan body, E_TransferSyntax syntax, std::span<const ByteRange> left_out = {})
      : stream{body, left_out} {
    dataset->transferInit();
    read = dataset->readUntilTag(stream, syntax, EGL_noChange, max_loaded_bytes, pixel_group);
    dataset->transferEnd();
  }
  MemoryStream stream;
  std::unique_ptr<DcmDataset> dataset = std::make_unique<DcmDataset>();
  OFCondition read;
};

std::uint16_t group_at(ByteSpan body, std::size_t at, bool big_endian) {
  if (at + 2 > body.size()) return 0;
  return static_cast<std::uint16_t>(big_endian ? body[at] << 8 | body[at + 1] : body[at + 1] << 8 | body[at]);
}

Outline outline_as(E_TransferSyntax named, ByteSpan body) {
  const DcmXfer syntax{named};
  return outline_of(body, syntax.isExplicitVR(), syntax.getByteOrder() == EBO_BigEndian);
}

// True if sequences had to be mended: file.inflated is then the data set. Not done where there is no memory.
bool mend_sequences(ByteSpan body, const std::vector<LengthFix>& fixes, E_TransferSyntax syntax,
                    DicomFile& file, const Charge& charge, const Warn& warn) {
  if (fixes.empty()) return false;
  if (file.inflated.empty()) {
    if (charge && charge(body.size())) return false;
    file.inflated.assign(body.begin(), body.end());
  }
  apply(fixes, DcmXfer{syntax}.getByteOrder() == EBO_BigEndian, file.inflated);
  if (warn)
    warn({"sequence_length", fmt::format("{} sequence(s) say a length of zero and have items, the first at "
                                         "byte {} of the data set: the items are read",
                                         fixes.size(), fixes.front().position)});
  return true;
}

// False if a value says that it is longer than all there is. DCMTK loads long values when they are asked for, and
// allocates what they say before it reads.
bool fits(DcmObject& object, std::size_t size) {
  if (object.isLeaf()) return object.getLengthField() <= size;
  for (DcmObject* inner = object.nextInContainer(nullptr); inner; inner = object.nextInContainer(inner))
    if (!fits(*inner, size)) return false;
  return true;
}

// Elements that belong before the pixel data and come behind it, up to where they can be parsed. Nothing else goes on with a lower group: two
// million zero bytes behind an image are no elements.
void take_elements_behind(ByteSpan body, DicomFile& file, const Warn& warn) {
  const ByteSpan rest = body.subspan(std::min(file.pixels->end, body.size()));
  const std::uint16_t group = group_at(rest, 0, file.big_endian);
  if (group < 8 || group >= pixel_group.getGroup()) return;
  ParsedDataset behind{rest, file.dataset->getOriginalXfer()};
  std::size_t taken = 0;
  while (DcmElement* element = behind.dataset->remove(0UL)) {
    if (fits(*element, rest.size()) && file.dataset->insert(element).good())
      ++taken;
    else
      delete element;
  }
  if (taken > 0 && warn)
    warn({"element_order",
          fmt::format("{} element(s) come behind the pixel data and belong before it", taken)});
}

}  // namespace

Result<DicomFile> parse_dicom(ByteSpan bytes, const Charge& charge, const Warn& warn, Elements elements) {
  configure_dcmtk();
  DicomFile file;
  MemoryStream head{bytes};
  DcmMetaInfo meta;
  meta.transferInit();
  const OFCondition meta_read = meta.read(head, EXS_Unknown, EGL_noChange, max_loaded_bytes);
  meta.transferEnd();
  if (meta_read.bad() && meta_read != EC_EndOfStream)
    return broken(meta_read, head, bytes.size(), "meta header");
  file.syntax = transfer_syntax(text_of(meta, DCM_TransferSyntaxUID));

  ByteSpan body = bytes.subspan(head.position());
  if (file.syntax.deflated) {
    auto inflated = inflate_dataset(body, charge);
    if (!inflated) return inflated.error();
    file.inflated = *std::move(inflated);
    body = file.inflated;
  }
  if (body.empty()) return Error{"truncated", "the file ends after the meta header"};

  const E_TransferSyntax named = actual_encoding(file.syntax.read_as, body);
  std::optional<Outline> outline;
  if (elements == Elements::Read && named != EXS_Unknown) outline = outline_as(named, body);
  const std::vector<ByteRange> unread = outline ? std::move(outline->unread) : std::vector<ByteRange>{};
  auto parsed = std::make_unique<ParsedDataset>(body, named, unread);
  if (unread.empty()) {
    const E_TransferSyntax read_as = parsed->dataset->getOriginalXfer();
    if (!outline || read_as != named) outline = outline_as(read_as, body);
    if (mend_sequences(body, outline->fixes, read_as, file, charge, warn))
      parsed = std::make_unique<ParsedDataset>(body = file.inflated, named);
  }
  if (parsed->read.bad() && parsed->read != EC_EndOfStream)
    return broken(parsed->read, parsed->stream, body.size(), "data set");
  const MemoryStream& stream = parsed->stream;
  file.dataset = std::move(parsed->dataset);

  file.sop_class = text_of(*file.dataset, DCM_SOPClassUID);
  if (file.sop_class.empty()) file.sop_class = text_of(meta, DCM_MediaStorageSOPClassUID);
  const DcmXfer actual{file.dataset->getOriginalXfer()};
  file.big_endian = actual.getByteOrder() == EBO_BigEndian;
  auto pixels = find_pixel_element(body, stream.marked(), actual.isExplicitVR(), file.big_endian);
  if (!pixels) return pixels.error();
  file.pixels = *std::move(pixels);
  const std::uint16_t stopped_at = group_at(body, stream.marked(), file.big_endian);
  if (!file.pixels && body.size() - stream.position() >= 8 &&
      (stopped_at < pixel_group.getGroup() || stopped_at == item_group))
    return Error{
        "malformed",
        fmt::format("the data set cannot be parsed beyond byte {}, and no pixel data comes before it",
                    stream.marked())};
  if (file.pixels) take_elements_behind(body, file, warn);
  if (file.syntax.uid.empty()) {
    if (file.pixels && file.pixels->encapsulated)
      file.syntax = guess_syntax(*file.pixels);
    else
      file.syntax = transfer_syntax(actual.getXferID());
    if (file.syntax.uid.empty())
      return Error{"unsupported_transfer_syntax",
                   "the pixel data is compressed and the file does not say how"};
  }
  return file;
}

}  // namespace radflow
