#include "nodes/decode/dicom/geometry.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace radflow {
namespace {

using SpacingAndSource = std::pair<Spacing, SpacingSource>;

// "row\column" in mm.
std::optional<Spacing> spacing_of(DcmItem& item, const DcmTagKey& tag) {
  const auto values = numbers_of(item, tag, 3);
  if (values.size() != 2 || values[0] <= 0 || values[1] <= 0) return std::nullopt;
  return Spacing{values[0], values[1]};
}

bool close(const Spacing& a, const Spacing& b) {
  return std::abs(a.row - b.row) <= 1e-6 * a.row && std::abs(a.column - b.column) <= 1e-6 * a.column;
}

// PS3.3 C.8.5.5: regions of tissue (2D) with distances in cm.
// Where they differ the frame has no spacing.
std::optional<Spacing> ultrasound_spacing(DcmItem& top) {
  static constexpr int format_2d = 1, centimetres = 3;
  static constexpr unsigned long most_regions = 256;
  std::optional<Spacing> spacing;
  for (unsigned long i = 0; i < most_regions; ++i) {
    DcmItem* region = item_of(top, DCM_SequenceOfUltrasoundRegions, i);
    if (!region) break;
    if (integer_of(*region, DCM_RegionSpatialFormat) != format_2d) continue;
    if (integer_of(*region, DCM_PhysicalUnitsXDirection) != centimetres ||
        integer_of(*region, DCM_PhysicalUnitsYDirection) != centimetres)
      continue;
    const auto x = number_of(*region, DCM_PhysicalDeltaX), y = number_of(*region, DCM_PhysicalDeltaY);
    if (!x || !y || *x == 0 || *y == 0) continue;
    const Spacing found{std::abs(*y) * 10, std::abs(*x) * 10};
    if (spacing && !close(*spacing, found)) return std::nullopt;
    spacing = found;
  }
  return spacing;
}

bool is_projection(std::string_view modality) {
  static constexpr std::array<std::string_view, 9> projections{"CR", "DX", "MG", "XA",     "RF",
                                                               "IO", "PX", "RG", "RTIMAGE"};
  return std::ranges::find(projections, modality) != projections.end();
}

std::optional<SpacingAndSource> read_spacing(const FrameTags& tags) {
  DcmItem& top = tags.top();
  if (DcmItem* measures = tags.group(DCM_PixelMeasuresSequence))
    if (const auto spacing = spacing_of(*measures, DCM_PixelSpacing))
      return SpacingAndSource{*spacing, SpacingSource::Patient};
  if (item_of(top, DCM_SequenceOfUltrasoundRegions)) {
    const auto spacing = ultrasound_spacing(top);
    if (spacing) return SpacingAndSource{*spacing, SpacingSource::UltrasoundRegion};
    return std::nullopt;
  }
  const auto spacing = spacing_of(top, DCM_PixelSpacing);
  auto detector = spacing_of(top, DCM_ImagerPixelSpacing);
  if (!detector) detector = spacing_of(top, DCM_NominalScannedPixelSpacing);
  if (!detector) detector = spacing_of(top, DCM_ImagePlanePixelSpacing);  // RT image, at its own plane
  if (spacing) {
    // PS3.3 10.7.1.3: in a projection Pixel Spacing is the patient's only if it was calibrated, that is if it
    // says so or differs from the detector's.
    const bool calibrated =
        has(top, DCM_PixelSpacingCalibrationType) || (detector && !close(*spacing, *detector));
    const bool projection = detector || is_projection(text_of(top, DCM_Modality));
    return SpacingAndSource{*spacing,
                            projection && !calibrated ? SpacingSource::Detector : SpacingSource::Patient};
  }
  if (detector) return SpacingAndSource{*detector, SpacingSource::Detector};
  return std::nullopt;
}

template <std::size_t N>
std::optional<std::array<double, N>> array_of(DcmItem& item, const DcmTagKey& tag) {
  const auto values = numbers_of(item, tag, N + 1);
  if (values.size() != N) return std::nullopt;
  std::array<double, N> array;
  std::ranges::copy(values, array.begin());
  return array;
}

// PS3.3 C.8.8.3.2: frame n of a dose grid lies GridFrameOffsetVector[n] along the normal. Vectors that do not
// begin with 0 hold coordinates, which only axial grids can have.
void move_to_dose_plane(const std::vector<double>& offsets, std::size_t frame, Geometry& geometry) {
  if (offsets.empty() || !geometry.position || !geometry.orientation) return;
  if (frame >= offsets.size()) {
    geometry.position.reset();
    return;
  }
  const auto& o = *geometry.orientation;
  auto& position = *geometry.position;
  const std::array<double, 3> normal{o[1] * o[5] - o[2] * o[4], o[2] * o[3] - o[0] * o[5],
                                     o[0] * o[4] - o[1] * o[3]};
  const double distance =
      offsets[0] == 0 ? offsets[frame] : (offsets[frame] - position[2]) * (normal[2] < 0 ? -1 : 1);
  if (offsets[0] != 0 && std::abs(std::abs(normal[2]) - 1) > 1e-6) {
    geometry.position.reset();
    return;
  }
  for (std::size_t i = 0; i < 3; ++i) position[i] += distance * normal[i];
}

std::string laterality(const FrameTags& tags) {
  std::string side;
  if (DcmItem* anatomy = tags.group(DCM_FrameAnatomySequence)) side = text_of(*anatomy, DCM_FrameLaterality);
  for (const DcmTagKey& tag : {DCM_ImageLaterality, DCM_Laterality})
    if (side.empty()) side = text_of(tags.top(), tag);
  return side == "L" || side == "R" || side == "B" ? side : "";
}

}  // namespace

std::vector<double> read_plane_offsets(DcmItem& top, std::size_t frames) {
  return numbers_of(top, DCM_GridFrameOffsetVector, frames);
}

Geometry read_geometry(const FrameTags& tags, const std::vector<double>& plane_offsets, std::size_t frame) {
  Geometry geometry;
  if (const auto found = read_spacing(tags)) std::tie(geometry.spacing, geometry.spacing_source) = *found;
  geometry.position = array_of<3>(tags.group_or_top(DCM_PlanePositionSequence), DCM_ImagePositionPatient);
  geometry.orientation =
      array_of<6>(tags.group_or_top(DCM_PlaneOrientationSequence), DCM_ImageOrientationPatient);
  move_to_dose_plane(plane_offsets, frame, geometry);
  geometry.laterality = laterality(tags);
  return geometry;
}

}  // namespace radflow
