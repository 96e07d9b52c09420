#include "cli/patient.hpp"

namespace radflow::cli {
namespace {

PatientOf& registered() {
  static PatientOf of = nullptr;
  return of;
}

}  // namespace

RegisterPatient::RegisterPatient(PatientOf of) { registered() = of; }

std::optional<std::string> patient_digest(const Record& record) {
  return registered() ? registered()(record) : std::nullopt;
}

}  // namespace radflow::cli
