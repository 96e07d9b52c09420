// How a mask is written: what it labels and where; the label image itself stays out.
#include "nodes/types/mask.hpp"

#include <fmt/format.h>

#include <array>
#include <memory>
#include <nlohmann/json.hpp>

#include "graph/register_payload.hpp"
#include "nodes/types/geometry_json.hpp"
#include "nodes/types/own_memory.hpp"

namespace radflow {

Mask Mask::detached() const {
  Mask mask = *this;
  mask.labels = own_memory(labels);
  return mask;
}

std::size_t Mask::bytes() const { return sizeof *this + held_bytes(labels); }

namespace {

using Json = nlohmann::ordered_json;

// How many pixels have each label.
std::vector<std::size_t> counts(const cv::Mat& labels) {
  std::vector<std::size_t> pixels(Mask::most_labels + 1);
  for (int row = 0; row < labels.rows; ++row) {
    const auto* line = labels.ptr<std::uint16_t>(row);
    for (int column = 0; column < labels.cols; ++column) ++pixels[line[column]];
  }
  return pixels;
}

void write(const Mask& mask, ResultFields& result) {
  result.add("rows", mask.labels.rows);
  result.add("columns", mask.labels.cols);
  write_geometry(mask.geometry, result);
  Json list = Json::array();
  const std::vector<std::size_t> pixels = counts(mask.labels);
  for (int label = 1; label <= Mask::most_labels; ++label) {
    const std::size_t count = pixels[static_cast<std::size_t>(label)];
    if (count == 0) continue;
    Json& one = list.emplace_back(Json{{"label", label}});
    if (const auto name = mask.label_name(label); !name.empty()) one["name"] = name;
    one["pixels"] = count;
    if (const auto& spacing = mask.geometry.spacing)
      one["area_mm2"] = static_cast<double>(count) * spacing->row * spacing->column;
  }
  result.add("labels", list);
}

std::string summary(const Json& result) {
  const Json& labels = result.at("labels");
  std::size_t pixels = 0;
  for (const Json& label : labels) pixels += label.at("pixels").get<std::size_t>();
  return fmt::format("{} label{}, {} pixels", labels.size(), labels.size() == 1 ? "" : "s", pixels);
}

const RegisterPayload<Mask> registered{{
    .sentence = "A label image on the grid of a frame.",
    .json = write,
    .schema = std::string{R"({
      "required": ["rows", "columns", "labels", "spacing_source"],
      "properties": {
        "rows": {"type": "integer", "minimum": 0},
        "columns": {"type": "integer", "minimum": 0},
        "labels": {"type": "array", "description": "Every label that a pixel has; 0 is none.", "items": {
          "type": "object",
          "required": ["label", "pixels"],
          "properties": {
            "label": {"type": "integer", "minimum": 1, "maximum": 65535},
            "name": {"type": "string"},
            "pixels": {"type": "integer", "minimum": 1},
            "area_mm2": {"type": "number", "description": "Absent: the spacing is unknown."}
          }
        }},)"} +
              std::string{geometry_properties} +
              R"(
      }
    })",
    .summary = summary,
}};

}  // namespace
}  // namespace radflow
