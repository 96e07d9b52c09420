#include "nodes/types/modality.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "graph/param.hpp"
#include "graph/suggestion.hpp"

namespace radflow {
namespace {

// Defined terms of Modality, retired ones too (PS3.3 C.7.3.1.1.1).
const std::vector<std::string> modalities{
    "AR",      "ASMT",     "AU",     "BDUS",   "BI",         "BMD",      "CD",       "CF",         "CFM",
    "CP",      "CR",       "CS",     "CT",     "CTPROTOCOL", "DD",       "DF",       "DG",         "DM",
    "DMS",     "DOC",      "DS",     "DX",     "EC",         "ECG",      "EEG",      "EMG",        "EOG",
    "EPS",     "ES",       "FA",     "FID",    "FS",         "GM",       "HC",       "HD",         "IO",
    "IOL",     "IVOCT",    "IVUS",   "KER",    "KO",         "LEN",      "LP",       "LS",         "M3D",
    "MA",      "MG",       "MR",     "MS",     "NM",         "OAM",      "OCT",      "OP",         "OPM",
    "OPR",     "OPT",      "OPTBSV", "OPTENF", "OPV",        "OSS",      "OT",       "PA",         "PLAN",
    "POS",     "PR",       "PT",     "PX",     "REG",        "RESP",     "RF",       "RG",         "RTDOSE",
    "RTIMAGE", "RTINTENT", "RTPLAN", "RTRAD",  "RTRECORD",   "RTSEGANN", "RTSTRUCT", "RWV",        "SC",
    "SEG",     "SM",       "SMR",    "SR",     "SRF",        "ST",       "STAIN",    "TEXTUREMAP", "TG",
    "US",      "VA",       "VF",     "XA",     "XAPROTOCOL", "XC"};

}  // namespace

std::string in_upper_case(std::string code) {
  std::ranges::transform(code, code.begin(), [](unsigned char c) { return std::toupper(c); });
  return code;
}

void take_modalities(std::vector<std::string>& codes, const std::string& otherwise) {
  for (std::string& code : codes) {
    code = in_upper_case(std::move(code));
    if (std::ranges::find(modalities, code) != modalities.end()) continue;
    throw ParamError{
        "modality", fmt::format("'{}' is no modality of DICOM{}; a code of your own is asked for by {}", code,
                                suggestion(code, modalities), fmt::format(fmt::runtime(otherwise), code))};
  }
}

}  // namespace radflow
