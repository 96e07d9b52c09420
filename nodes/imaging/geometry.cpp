#include "nodes/imaging/geometry.hpp"

#include <cmath>

namespace radflow {
namespace {

// In mm, seen in the image plane: x along a row, y along a column.
struct Step {
  double x = 0;
  double y = 0;
  double length() const { return std::hypot(x, y); }
};

std::array<double, 3> in_patient(const std::array<double, 6>& orientation, Step step) {
  std::array<double, 3> vector{};
  for (int i = 0; i < 3; ++i) vector[i] = orientation[i] * step.x + orientation[3 + i] * step.y;
  return vector;
}

void remap_without_spacing(Geometry& geometry, const PixelMap& to_old) {
  if (to_old[2] != 0 || to_old[5] != 0) geometry.position.reset();
  if (!geometry.orientation) return;
  const bool along_axes = to_old[1] == 0 && to_old[3] == 0;
  if (!along_axes) {
    geometry.orientation.reset();
    return;
  }
  for (int i = 0; i < 3; ++i) {
    (*geometry.orientation)[i] *= to_old[0] < 0 ? -1 : 1;
    (*geometry.orientation)[3 + i] *= to_old[4] < 0 ? -1 : 1;
  }
}

}  // namespace

std::array<double, 2> apply(const PixelMap& map, double column, double row) {
  return {map[0] * column + map[1] * row + map[2], map[3] * column + map[4] * row + map[5]};
}

PixelMap compose(const PixelMap& outer, const PixelMap& inner) {
  const auto origin = apply(outer, inner[2], inner[5]);
  return {outer[0] * inner[0] + outer[1] * inner[3], outer[0] * inner[1] + outer[1] * inner[4], origin[0],
          outer[3] * inner[0] + outer[4] * inner[3], outer[3] * inner[1] + outer[4] * inner[4], origin[1]};
}

Geometry remapped(const Geometry& old, const PixelMap& to_old) {
  Geometry geometry = old;
  geometry.to_source = compose(old.to_source, to_old);
  if (!old.spacing) {
    remap_without_spacing(geometry, to_old);
    return geometry;
  }
  const auto [row_mm, column_mm] = *old.spacing;
  const Step across{to_old[0] * column_mm, to_old[3] * row_mm};  // from one new column to the next
  const Step down{to_old[1] * column_mm, to_old[4] * row_mm};    // from one new row to the next
  const Step shift{to_old[2] * column_mm, to_old[5] * row_mm};
  geometry.spacing = {down.length(), across.length()};

  if (!old.orientation) {
    if (shift.x != 0 || shift.y != 0) geometry.position.reset();
    return geometry;
  }
  const auto row_direction = in_patient(*old.orientation, across);
  const auto column_direction = in_patient(*old.orientation, down);
  const auto moved = in_patient(*old.orientation, shift);
  for (int i = 0; i < 3; ++i) {
    (*geometry.orientation)[i] = row_direction[i] / across.length();
    (*geometry.orientation)[3 + i] = column_direction[i] / down.length();
    if (geometry.position) (*geometry.position)[i] += moved[i];
  }
  return geometry;
}

std::optional<std::array<double, 3>> patient_position(const Geometry& geometry, double column, double row) {
  if (!geometry.spacing || !geometry.position || !geometry.orientation) return std::nullopt;
  auto position =
      in_patient(*geometry.orientation, {column * geometry.spacing->column, row * geometry.spacing->row});
  for (int i = 0; i < 3; ++i) position[i] += (*geometry.position)[i];
  return position;
}

std::array<double, 2> from_source(const Geometry& geometry, double column, double row) {
  const auto& [a, b, c, d, e, f] = geometry.to_source;
  const double determinant = a * e - b * d, x = column - c, y = row - f;
  return {(e * x - b * y) / determinant, (a * y - d * x) / determinant};
}

}  // namespace radflow
