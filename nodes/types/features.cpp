#include "nodes/types/features.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "graph/register_payload.hpp"

namespace radflow {

std::size_t Features::bytes() const {
  return sizeof *this + values.capacity() * sizeof(double) + units.capacity() + photometric.capacity();
}

namespace {

using Json = nlohmann::ordered_json;

void write(const Features& features, ResultFields& result) {
  if (!features.units.empty()) result.add("units", features.units);
  if (!features.photometric.empty()) result.add("photometric", features.photometric);
  // Two lists rather than an object: hundreds of names, in an order that means something.
  result.add_texts("names", *features.names);
  result.add_numbers("values", features.values);
}

std::string summary(const Json& result) {
  const Json& values = result.at("values");
  std::string text = fmt::format("{} values:", values.size());
  for (std::size_t i = 0; i < values.size() && i < 3; ++i)
    text += values[i].is_number() ? fmt::format(" {:.4g}", values[i].get<double>()) : " -";
  return text + (values.size() > 3 ? " ..." : "");
}

const RegisterPayload<Features> registered{{
    .sentence = "Named numbers that describe a message.",
    .json = write,
    .schema = R"({
      "required": ["names", "values"],
      "properties": {
        "names": {"type": "array", "items": {"type": "string"}, "description": "Names of the features."},
        "values": {"type": "array", "items": {"type": ["number", "null"]}, "description": "Their values, as many as names; null: not a finite number."},
        "units": {"type": "string", "description": "Units of the pixels (HU, GML, stored, ...), of which the features were taken; several joined by ', '."},
        "photometric": {"type": "string", "description": "Photometric interpretation of the pixels; several joined by ', '."}
      }
    })",
    .summary = summary,
}};

}  // namespace
}  // namespace radflow
