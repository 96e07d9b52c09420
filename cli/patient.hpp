// Patient: who an image is of, as a digest, so that `--group PatientID` keeps the images of a person together. The
// identifier itself goes nowhere.
#pragma once

#include <optional>
#include <string>

#include "graph/record.hpp"

namespace radflow::cli {

using PatientOf = std::optional<std::string> (*)(const Record& record);

// A format that names patients registers how they are read; a build without it has none.
class RegisterPatient {
 public:
  explicit RegisterPatient(PatientOf of);
};

// "xxh3:..." of PatientID and its issuer; absent where the record names no patient.
std::optional<std::string> patient_digest(const Record& record);

}  // namespace radflow::cli
