#include "nodes/encode/result_json.hpp"

#include <nlohmann/json.hpp>

#include "graph/text.hpp"

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
  if (const auto members = context.members(); !members.empty()) {
    Json& offsets = json["members"] = Json::array();
    for (const Position& member : members) offsets.push_back(member.offset);
  }
  json["input_digest"] = context.input_digest();
  json["frame"] = identity.index + 1;  // DICOM counts from 1
  json["frames"] = identity.count;
  for (const auto& [name, value] : identity.ids) {
    // Identifiers of objects, never of people, whatever a decoder may know.
    if (name.ends_with("UID")) json["dicom"][name] = value;
    if (name == "Modality" && !value.empty()) json["modality"] = value;
  }
  if (const auto label = record.header("label")) json["expected"] = *label;
  return json;
}

}  // namespace

std::string result_json(const Payload& payload, const PayloadFormat& format, const Context& context) {
  const Json head = common(context, format.type->name);
  ResultFields result{head};
  format.json(payload, result);
  return result.take();
}

}  // namespace radflow
