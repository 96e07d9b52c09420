#include "nodes/imaging/dicom_file.hpp"

#include <dcmtk/oflog/oflog.h>
#include <fmt/format.h>

#include <mutex>

#include "nodes/imaging/dicom_inflate.hpp"
#include "nodes/imaging/dicom_pixel_element.hpp"
#include "nodes/imaging/dicom_stream.hpp"
#include "nodes/imaging/dicom_tags.hpp"

namespace radflow {
namespace {

// Longer values are loaded when asked for, see MemoryStream.
constexpr Uint32 max_loaded_bytes = 64 * 1024;
const DcmTagKey pixel_group{0x7fe0, 0x0000};

// Once for the process; both settings are DCMTK's own globals.
void configure_dcmtk() {
  static std::once_flag once;
  std::call_once(once, [] {
    // It logs what it finds odd, with values of elements: none of it is for radflow's log.
    OFLog::configure(OFLogger::OFF_LOG_LEVEL);
    // Converters write elements they do not know as UN: read those as the dictionary says.
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

// Without a meta header nothing names the codec, but a codestream does: JPEG's frame header, or JPEG 2000's
// SIZ.
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

}  // namespace

Result<DicomFile> parse_dicom(ByteSpan bytes, const Charge& charge) {
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

  MemoryStream stream{body};
  file.dataset = std::make_unique<DcmDataset>();
  file.dataset->transferInit();
  const OFCondition read = file.dataset->readUntilTag(stream, actual_encoding(file.syntax.read_as, body),
                                                      EGL_noChange, max_loaded_bytes, pixel_group);
  file.dataset->transferEnd();
  if (read.bad() && read != EC_EndOfStream) return broken(read, stream, body.size(), "data set");

  file.sop_class = text_of(*file.dataset, DCM_SOPClassUID);
  if (file.sop_class.empty()) file.sop_class = text_of(meta, DCM_MediaStorageSOPClassUID);
  const DcmXfer actual{file.dataset->getOriginalXfer()};
  file.big_endian = actual.getByteOrder() == EBO_BigEndian;
  auto pixels = find_pixel_element(body, stream.marked(), actual.isExplicitVR(), file.big_endian);
  if (!pixels) return pixels.error();
  file.pixels = *std::move(pixels);
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
