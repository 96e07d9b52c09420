#include "nodes/types/geometry_json.hpp"

#include <nlohmann/json.hpp>

namespace radflow {

void write_geometry(const Geometry& geometry, ResultFields& result) {
  result.add("spacing_source", name(geometry.spacing_source));
  if (geometry.spacing) {
    result.add("row_spacing_mm", geometry.spacing->row);
    result.add("column_spacing_mm", geometry.spacing->column);
  }
  if (geometry.position) result.add("position_mm", *geometry.position);
  if (geometry.orientation) result.add("orientation", *geometry.orientation);
  if (!geometry.laterality.empty()) result.add("laterality", geometry.laterality);
}

}  // namespace radflow
