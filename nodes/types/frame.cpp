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

// A matrix keeps the whole buffer that it is a part of.
std::size_t Frame::bytes() const {
  const auto held = [](const cv::Mat& mat) { return mat.u ? mat.u->size : mat.total() * mat.elemSize(); };
  return sizeof *this + held(pixels) + held(valid);
}

}  // namespace radflow
