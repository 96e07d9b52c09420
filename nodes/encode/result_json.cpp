#include "nodes/encode/result_json.hpp"

#include <nlohmann/json.hpp>

#include "graph/text.hpp"
#include "nodes/types/features.hpp"
#include "nodes/types/frame.hpp"
#include "nodes/types/prediction.hpp"

namespace radflow {
namespace {

using Json = nlohmann::ordered_json;

// What every result says of where it comes from.
Json common(const Context& context, std::string_view kind) {
  const Record& record = context.record();
  const Identity& identity = context.identity();
  Json json{{"schema", result_schema_version}, {"kind", kind},
            {"graph", context.graph().name},   {"graph_digest", context.graph().digest},
            {"topic", record.position.topic},  {"partition", record.position.partition},
            {"offset", record.position.offset}};
  add_key(json, record.key);
  json["input_digest"] = context.input_digest();
  json["frame"] = identity.index + 1;  // as DICOM counts
  json["frames"] = identity.count;
  for (const auto& [name, value] : identity.ids) {
    // Identifiers of objects, never of people, whatever a decoder may know.
    if (name.ends_with("UID")) json["dicom"][name] = value;
    if (name == "Modality" && !value.empty()) json["modality"] = value;
  }
  if (const auto label = record.header("label")) json["expected"] = *label;
  return json;
}

void add_meaning(Json& json, const std::string& units, std::string_view photometric) {
  if (!units.empty()) json["units"] = units;
  if (!photometric.empty()) json["photometric"] = photometric;
}

// Names from outside (keys of old files, DICOM text) may not be UTF-8: what is not becomes U+FFFD.
std::string text(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string result_json(const Prediction& prediction, const Context& context) {
  Json json = common(context, Prediction::payload_name);
  json["label"] = (*prediction.classes)[prediction.label];
  Json& probabilities = json["probabilities"] = Json::object();
  for (std::size_t i = 0; i < prediction.classes->size(); ++i)
    probabilities[(*prediction.classes)[i]] = prediction.probabilities[i];
  json["model"] = prediction.model;
  json["model_digest"] = prediction.model_digest;
  return text(json);
}

std::string result_json(const Features& features, const Context& context) {
  Json json = common(context, Features::payload_name);
  add_meaning(json, features.units, features.photometric);
  // Two lists rather than an object: hundreds of names, in an order that means something.
  json["names"] = *features.names;
  Json& values = json["values"] = Json::array();
  for (const double value : features.values) values.push_back(value);  // not finite: null
  return text(json);
}

std::string result_json(const Frame& frame, const Context& context) {
  static constexpr const char* depths[] = {"u8", "i8", "u16", "i16", "i32", "f32", "f64", "f16"};
  Json json = common(context, Frame::payload_name);
  if (!json.contains("modality") && !frame.modality.empty()) json["modality"] = frame.modality;
  add_meaning(json, frame.units, name(frame.photometric));
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
  return text(json);
}

}  // namespace radflow
