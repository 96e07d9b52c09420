#include "nodes/types/geometry_json.hpp"

#include <nlohmann/json.hpp>

namespace radflow {

void write_geometry(const Geometry& geometry, nlohmann::ordered_json& json) {
  json["spacing_source"] = name(geometry.spacing_source);
  if (geometry.spacing) {
    json["row_spacing_mm"] = geometry.spacing->row;
    json["column_spacing_mm"] = geometry.spacing->column;
  }
  if (geometry.position) json["position_mm"] = *geometry.position;
  if (geometry.orientation) json["orientation"] = *geometry.orientation;
  if (!geometry.laterality.empty()) json["laterality"] = geometry.laterality;
}

}  // namespace radflow
