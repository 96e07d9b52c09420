// How a frame is written: its description; the pixels stay out.
#include <nlohmann/json.hpp>

#include "graph/register_payload.hpp"
#include "nodes/types/depth_name.hpp"
#include "nodes/types/frame.hpp"
#include "nodes/types/geometry_json.hpp"

namespace radflow {
namespace {

void write(const Frame& frame, ResultFields& result) {
  if (!result.has("modality") && !frame.modality.empty()) result.add_text("modality", frame.modality);
  if (!frame.units.empty()) result.add_text("units", frame.units);
  result.add("photometric", name(frame.photometric));
  result.add("rows", frame.pixels.rows);
  result.add("columns", frame.pixels.cols);
  result.add("channels", frame.pixels.channels());
  result.add("depth", depth_name(frame.pixels.depth()));
  write_geometry(frame.geometry, result);
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
