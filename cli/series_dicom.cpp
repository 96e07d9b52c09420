// What a DICOM object says of its series, without its pixels.
#include "cli/series.hpp"
#include "nodes/decode/dicom/geometry.hpp"
#include "nodes/decode/dicom/image.hpp"

namespace radflow::cli {
namespace {

FileHeader described(DcmItem& dataset) {
  FileHeader header;
  header.key = text_of(dataset, DCM_SeriesInstanceUID);
  header.modality = text_of(dataset, DCM_Modality);
  header.description = text_of(dataset, DCM_SeriesDescription);
  header.body_part = text_of(dataset, DCM_BodyPartExamined);
  header.instance = integer_of(dataset, DCM_InstanceNumber);
  // Without a series an object is alone.
  if (header.key.empty()) header.key = text_of(dataset, DCM_SOPInstanceUID);
  return header;
}

Result<FileHeader> read(const Record& record) {
  const ByteSpan bytes = as_span(record.value.text());
  const auto image = DicomImage::open(bytes, {}, {});
  if (!image && image.error().reason == "no_pixel_data")
    if (const auto file = parse_dicom(bytes, {}, {}); file) return described(*file->dataset);
  if (!image) return image.error();
  FileHeader header = described(image->dataset());
  header.rows = static_cast<int>(image->layout().rows);
  header.columns = static_cast<int>(image->layout().columns);
  for (std::int64_t frame = 0; frame < image->layout().frames; ++frame)
    header.frames.push_back(image->geometry(frame));
  return header;
}

const RegisterHeader registered{Format::Dicom, &read};

}  // namespace
}  // namespace radflow::cli
