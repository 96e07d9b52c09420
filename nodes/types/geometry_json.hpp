// The fields of a result that say where an image lies, the same for frames and masks.
#pragma once

#include <string_view>

#include "graph/result_fields.hpp"
#include "nodes/types/frame.hpp"

namespace radflow {

void write_geometry(const Geometry& geometry, ResultFields& result);

// Their JSON Schema: the properties without the braces around them. `spacing_source` is always there.
inline constexpr std::string_view geometry_properties = R"(
        "spacing_source": {"enum": ["unknown", "patient", "detector", "ultrasound_region"]},
        "row_spacing_mm": {"type": "number", "description": "Distance of the rows' centres; absent: unknown."},
        "column_spacing_mm": {"type": "number", "description": "Distance of the columns' centres; absent: unknown."},
        "position_mm": {"type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3, "description": "Centre of the first pixel, patient coordinates (LPS)."},
        "orientation": {"type": "array", "items": {"type": "number"}, "minItems": 6, "maxItems": 6, "description": "Direction of a row, then of a column."},
        "laterality": {"enum": ["L", "R", "B"]})";

}  // namespace radflow
