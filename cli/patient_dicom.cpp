// The patient of a DICOM object.
#include "cli/patient.hpp"
#include "graph/digest.hpp"
#include "nodes/decode/dicom/file.hpp"
#include "nodes/decode/dicom/tags.hpp"
#include "nodes/decode/format_name.hpp"

namespace radflow::cli {
namespace {

std::optional<std::string> read(const Record& record) {
  if (format_of(record) != Format::Dicom) return std::nullopt;
  const auto file = parse_dicom(as_span(record.value.text()), {}, {});
  if (!file) return std::nullopt;
  const std::string patient = text_of(*file->dataset, DCM_PatientID);
  if (patient.empty()) return std::nullopt;
  return xxh3_digest(text_of(*file->dataset, DCM_IssuerOfPatientID) + "\\" + patient);
}

const RegisterPatient registered{&read};

}  // namespace
}  // namespace radflow::cli
