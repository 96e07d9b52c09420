// What `radflow inspect` shows of a DICOM object, of which it decodes the frame that was asked for and no other.
#include "cli/inspect_format.hpp"
#include "nodes/decode/dicom/image.hpp"

namespace radflow::cli {
namespace {

using Json = nlohmann::ordered_json;

Json dicom_report(const DicomImage& image) {
  const PixelLayout& layout = image.layout();
  DcmItem& dataset = image.dataset();
  Json report;
  report["transfer_syntax"] = image.syntax().uid;
  report["transfer_syntax_name"] = image.syntax().name;
  report["photometric"] = layout.photometric;
  report["bits_allocated"] = layout.bits_allocated;
  report["bits_stored"] = layout.bits_stored;
  report["sign"] = layout.kind != PixelElement::Kind::Integer ? "floating point"
                   : layout.is_signed                         ? "signed"
                                                              : "unsigned";
  const auto padding = number_of(dataset, DCM_PixelPaddingValue);
  report["padding_value"] = padding ? Json(*padding) : Json();
  return report;
}

Result<InspectedFrame> inspect_dicom(const Record& record, std::int64_t index, const ReadOptions& options) {
  const auto image = DicomImage::open(as_span(record.value.text()), options, {});
  if (!image) return image.error();
  if (index < 0 || index >= image->layout().frames) return no_such_frame(index, image->layout().frames);
  auto frame = image->frame(index);
  if (!frame) return frame.error();
  return InspectedFrame{*std::move(frame), image->identity(index), dicom_report(*image)};
}

const RegisterInspect registered{Format::Dicom, &inspect_dicom};

}  // namespace
}  // namespace radflow::cli
