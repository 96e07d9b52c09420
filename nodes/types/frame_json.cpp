// How a frame is written: its description; the pixels stay out.
#include <nlohmann/json.hpp>

#include "graph/register_payload.hpp"
#include "nodes/types/frame.hpp"
#include "nodes/types/geometry_json.hpp"

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
  write_geometry(frame.geometry, json);
}

const RegisterPayload<Frame> registered{{
    .sentence = "One 2-D image: pixels and what gives them meaning.",
    .json = write,
    .schema = std::string{R"({
      "required": ["rows", "columns", "channels", "depth", "units", "photometric", "spacing_source"],
      "properties": {
        "rows": {"type": "integer", "minimum": 0},
        "columns": {"type": "integer", "minimum": 0},
        "channels": {"type": "integer", "minimum": 1},
        "depth": {"enum": ["u8", "i8", "u16", "i16", "i32", "f16", "f32", "f64"]},
        "units": {"type": "string", "description": "Units of the pixels: HU, GML, stored, ..."},
        "photometric": {"type": "string", "description": "Photometric interpretation of the pixels."},)"} +
              std::string{geometry_properties} + R"(
      }
    })",
}};

}  // namespace
}  // namespace radflow
