// How a volume is written: its description; the voxels stay out.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "graph/register_payload.hpp"
#include "nodes/types/depth_name.hpp"
#include "nodes/types/volume.hpp"

namespace radflow {
namespace {

using Json = nlohmann::ordered_json;

void write(const Volume& volume, ResultFields& result) {
  if (!result.has("modality") && !volume.modality.empty()) result.add_text("modality", volume.modality);
  result.add_text("units", volume.units);
  result.add("photometric", name(volume.photometric));
  result.add("slices", volume.slices());
  result.add("rows", volume.rows());
  result.add("columns", volume.columns());
  result.add("depth", depth_name(volume.voxels.depth()));
  const VolumeGeometry& geometry = volume.geometry;
  result.add("slice_spacing_mm", geometry.spacing.slice);
  result.add("row_spacing_mm", geometry.spacing.row);
  result.add("column_spacing_mm", geometry.spacing.column);
  result.add("position_mm", geometry.position);
  result.add("orientation", geometry.orientation);
}

std::string summary(const Json& result) {
  return fmt::format("{} x {} x {} voxels", result.at("slices").get<int>(), result.at("rows").get<int>(),
                     result.at("columns").get<int>());
}

const RegisterPayload<Volume> registered{{
    .sentence = "One 3-D image on a regular grid: voxels and what gives them meaning.",
    .json = write,
    .schema = R"({
      "required": ["slices", "rows", "columns", "depth", "units", "photometric", "slice_spacing_mm",
                   "row_spacing_mm", "column_spacing_mm", "position_mm", "orientation"],
      "properties": {
        "slices": {"type": "integer", "minimum": 1},
        "rows": {"type": "integer", "minimum": 1},
        "columns": {"type": "integer", "minimum": 1},
        "depth": {"enum": ["u8", "i8", "u16", "i16", "i32", "f16", "f32", "f64"]},
        "units": {"type": "string", "description": "Units of the voxels: HU, GML, stored, ..."},
        "photometric": {"type": "string", "description": "Photometric interpretation of the voxels."},
        "slice_spacing_mm": {"type": "number", "exclusiveMinimum": 0, "description": "Between the centres of slices."},
        "row_spacing_mm": {"type": "number", "exclusiveMinimum": 0},
        "column_spacing_mm": {"type": "number", "exclusiveMinimum": 0},
        "position_mm": {"type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3,
                        "description": "Patient coordinates (LPS) of the centre of the first voxel."},
        "orientation": {"type": "array", "items": {"type": "number"}, "minItems": 6, "maxItems": 6,
                        "description": "Unit vectors along a row and along a column; slices follow their cross product."}
      }
    })",
    .summary = summary,
}};

}  // namespace
}  // namespace radflow
