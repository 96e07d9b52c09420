// How a frame is written: its description; the pixels stay out.
#include <nlohmann/json.hpp>

#include "graph/register_payload.hpp"
#include "nodes/types/frame.hpp"

namespace radflow {
namespace {

using Json = nlohmann::ordered_json;

void write(const Frame& frame, Json& json) {
  static constexpr const char* depths[] = {"u8", "i8", "u16", "i16", "i32", "f32", "f64", "f16"};
  if (!json.contains("modality") && !frame.modality.empty()) json["modality"] = frame.modality;
  if (!frame.units.empty()) json["units"] = frame.units;
  json["photometric"] = name(frame.photometric);
  json["rows"] = frame.pixels.rows;
  json["columns"] = frame.pixels.cols;
  json["channels"] = frame.pixels.channels();
  json["depth"] = depths[frame.pixels.depth()];
  json["spacing_source"] = name(frame.geometry.spacing_source);
  if (frame.geometry.spacing) {
    json["row_spacing_mm"] = frame.geometry.spacing->row;
    json["column_spacing_mm"] = frame.geometry.spacing->column;
  }
  if (frame.geometry.position) json["position_mm"] = *frame.geometry.position;
  if (frame.geometry.orientation) json["orientation"] = *frame.geometry.orientation;
  if (!frame.geometry.laterality.empty()) json["laterality"] = frame.geometry.laterality;
}

const RegisterPayload<Frame> registered{{
    .sentence = "One 2-D image: pixels and what gives them meaning.",
    .json = write,
    .schema = R"({
      "required": ["rows", "columns", "channels", "depth", "units", "photometric", "spacing_source"],
      "properties": {
        "rows": {"type": "integer", "minimum": 0},
        "columns": {"type": "integer", "minimum": 0},
        "channels": {"type": "integer", "minimum": 1},
        "depth": {"enum": ["u8", "i8", "u16", "i16", "i32", "f16", "f32", "f64"]},
        "units": {"type": "string", "description": "Units of the pixels: HU, GML, stored, ..."},
        "photometric": {"type": "string", "description": "Photometric interpretation of the pixels."},
        "spacing_source": {"enum": ["unknown", "patient", "detector", "ultrasound_region"]},
        "row_spacing_mm": {"type": "number", "description": "Distance of the rows' centres; absent: unknown."},
        "column_spacing_mm": {"type": "number", "description": "Distance of the columns' centres; absent: unknown."},
        "position_mm": {"type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3, "description": "Centre of the first pixel, patient coordinates (LPS)."},
        "orientation": {"type": "array", "items": {"type": "number"}, "minItems": 6, "maxItems": 6, "description": "Direction of a row, then of a column."},
        "laterality": {"enum": ["L", "R", "B"]}
      }
    })",
}};

}  // namespace
}  // namespace radflow
