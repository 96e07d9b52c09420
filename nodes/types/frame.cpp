#include "nodes/types/frame.hpp"

#include "nodes/types/own_memory.hpp"

#include <algorithm>
#include <cmath>

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

// A step to the next column covers (a, d) pixels of the source and spacing.column mm, a step to the next row (b, e) pixels
// and spacing.row mm: two equations for the squares of the source's spacings.
std::optional<Spacing> source_spacing(const Geometry& geometry) {
  if (!geometry.spacing) return std::nullopt;
  const auto& [a, b, c, d, e, f] = geometry.to_source;
  const double across = geometry.spacing->column * geometry.spacing->column;
  const double down = geometry.spacing->row * geometry.spacing->row;
  const double determinant = a * a * e * e - d * d * b * b;
  // Turned by 45 degrees the two say the same: only square pixels are certain then.
  if (std::abs(determinant) < 1e-9 * (a * a + d * d) * (b * b + e * e)) {
    const double square = std::sqrt((across + down) / (a * a + b * b + d * d + e * e));
    return Spacing{square, square};
  }
  return Spacing{.row = std::sqrt(std::max(0.0, (a * a * down - b * b * across) / determinant)),
                 .column = std::sqrt(std::max(0.0, (e * e * across - d * d * down) / determinant))};
}

std::size_t Frame::bytes() const { return sizeof *this + held_bytes(pixels) + held_bytes(valid); }

Frame Frame::detached() const {
  Frame frame = *this;
  frame.pixels = own_memory(pixels);
  frame.valid = own_memory(valid);
  return frame;
}

}  // namespace radflow
