#include "nodes/types/frame.hpp"

namespace radflow {

std::string_view name(Photometric photometric) {
  switch (photometric) {
    case Photometric::Monochrome1:
      return "MONOCHROME1";
    case Photometric::Monochrome2:
      return "MONOCHROME2";
    case Photometric::Rgb:
      return "RGB";
  }
  return "";
}

std::string_view name(SpacingSource source) {
  switch (source) {
    case SpacingSource::Unknown:
      return "unknown";
    case SpacingSource::Patient:
      return "patient";
    case SpacingSource::Detector:
      return "detector";
    case SpacingSource::UltrasoundRegion:
      return "ultrasound_region";
  }
  return "";
}

}  // namespace radflow
