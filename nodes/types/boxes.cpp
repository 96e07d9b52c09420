// How boxes are written: in pixels of the source image and in mm, whatever was done to the frame since.
#include "nodes/types/boxes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "graph/register_payload.hpp"

namespace radflow {

std::size_t Boxes::bytes() const {
  std::size_t names = 0;
  for (const Box& box : list) names += box.name.capacity();
  return sizeof *this + list.capacity() * sizeof(Box) + names;
}

namespace {

using Json = nlohmann::ordered_json;

// What surrounds the box in the source image.
SourceRectangle in_source(const Box& box, const Geometry& geometry) {
  const auto& map = geometry.to_source;
  double low[2] = {}, high[2] = {};
  for (int corner = 0; corner < 4; ++corner) {
    const double x = box.column - 0.5 + (corner % 2) * box.columns,
                 y = box.row - 0.5 + (corner / 2) * box.rows;
    for (int i = 0; i < 2; ++i) {
      const double at = map[3 * i] * x + map[3 * i + 1] * y + map[3 * i + 2] + 0.5;
      low[i] = corner == 0 ? at : std::min(low[i], at);
      high[i] = corner == 0 ? at : std::max(high[i], at);
    }
  }
  return {low[0], low[1], high[0] - low[0], high[1] - low[1]};
}

void write(const Boxes& boxes, ResultFields& result) {
  const std::optional<Spacing> spacing = source_spacing(boxes.geometry);
  Json list = Json::array();
  for (const Box& box : boxes.list) {
    Json& one = list.emplace_back(Json::object());
    if (box.label > 0) one["label"] = box.label;
    if (!box.name.empty()) one["name"] = box.name;
    const auto [x, y, width, height] = box.in_source.value_or(in_source(box, boxes.geometry));
    if (box.score) one["score"] = *box.score;
    one["x"] = x;
    one["y"] = y;
    one["width"] = width;
    one["height"] = height;
    if (!spacing) continue;
    one["x_mm"] = x * spacing->column;
    one["y_mm"] = y * spacing->row;
    one["width_mm"] = width * spacing->column;
    one["height_mm"] = height * spacing->row;
  }
  result.add("boxes", list);
}

std::string summary(const Json& result) {
  const Json& boxes = result.at("boxes");
  std::string text = fmt::format("{} box{}", boxes.size(), boxes.size() == 1 ? "" : "es");
  if (!boxes.empty())
    text += fmt::format(": {:.4g}x{:.4g} at ({:.4g}, {:.4g})", boxes[0].at("width").get<double>(),
                        boxes[0].at("height").get<double>(), boxes[0].at("x").get<double>(),
                        boxes[0].at("y").get<double>());
  return text;
}

const RegisterPayload<Boxes> registered{{
    .sentence = "Rectangles in the source image.",
    .json = write,
    .schema = R"({
      "required": ["boxes"],
      "properties": {
        "boxes": {"type": "array", "items": {
          "type": "object",
          "description": "What surrounds it in the source image, in pixels and, where the spacing is known, in mm. 0 is the outer edge of the first pixel.",
          "required": ["x", "y", "width", "height"],
          "properties": {
            "label": {"type": "integer", "minimum": 1},
            "name": {"type": "string"},
            "score": {"type": "number", "description": "How sure the node is of it: more is surer. Absent where it knows none."},
            "x": {"type": "number"},
            "y": {"type": "number"},
            "width": {"type": "number"},
            "height": {"type": "number"},
            "x_mm": {"type": "number"},
            "y_mm": {"type": "number"},
            "width_mm": {"type": "number"},
            "height_mm": {"type": "number"}
          }
        }}
      }
    })",
    .summary = summary,
}};

}  // namespace
}  // namespace radflow
