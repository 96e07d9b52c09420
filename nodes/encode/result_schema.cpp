// The schema of results, put together from what all have in common and from what each payload type registers.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "nodes/encode/result_json.hpp"

namespace radflow {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view common = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "urn:radflow:result:1",
  "title": "radflow result, version 1",
  "description": "What radflow says of one frame: where it came from, and the prediction, features or description that a graph made of it. Without times: the same input and graph give the same bytes. Fields may be added within a version, in a new revision of this schema; none changes its meaning.",
  "type": "object",
  "properties": {
    "schema": {"const": 1, "description": "Version of this format."},
    "kind": {"enum": []},
    "sink": {"type": "string", "description": "In files written by the sink ndjson: the sink's name."},
    "graph": {"type": "string", "description": "Name of the graph."},
    "graph_digest": {"type": "string", "description": "Digest of the graph's nodes, parameters and models, without its connectors."},
    "topic": {"type": "string", "description": "Where the input stood: Kafka topic, or the folder as the graph names it."},
    "partition": {"type": "integer", "minimum": 0},
    "offset": {"type": "integer", "minimum": -1},
    "key": {"type": ["string", "null"], "description": "Key of the input; null if it had none."},
    "key_base64": {"type": "string", "contentEncoding": "base64", "description": "In place of key where its bytes are no UTF-8."},
    "members": {"type": "array", "minItems": 1, "items": {"type": "integer"}, "description": "Of a group: the offsets of all inputs that it was gathered from; offset, key, frame and tile are those of the lowest."},
    "input_digest": {"type": "string", "pattern": "^(xxh3:[0-9a-f]{32}|sha256:[0-9a-f]{64})$", "description": "Digest of the input's bytes, where it has a mask over theirs and the mask's; of a group the digest over those of its members."},
    "frame": {"type": "integer", "minimum": 1, "description": "Which frame of the input, from 1."},
    "frames": {"type": "integer", "minimum": 1, "description": "How many frames the input has."},
    "tile": {"$ref": "#/$defs/tile", "description": "Which part of the frame, where the graph cuts frames into tiles."},
    "dicom": {
      "type": "object",
      "description": "DICOM unique identifiers by keyword: SOPInstanceUID, SeriesInstanceUID, ...",
      "propertyNames": {"pattern": "UID$"},
      "additionalProperties": {"type": "string"}
    },
    "modality": {"type": "string", "description": "DICOM modality: CT, MR, DX, ..."},
    "expected": {"type": "string", "description": "The true label, where the input carried one (header label)."}
  },
  "$defs": {
    "tile": {
      "type": "object",
      "properties": {
        "index": {"type": "integer", "minimum": 1, "description": "Which tile, from 1, row by row."},
        "count": {"type": "integer", "minimum": 1, "description": "How many tiles there are."},
        "x": {"type": "integer", "description": "Its first column, in pixels of what was cut."},
        "y": {"type": "integer", "description": "Its first row."},
        "tile": {"$ref": "#/$defs/tile", "description": "Where the tile was cut again: which part of it."}
      },
      "required": ["index", "count"],
      "additionalProperties": false
    }
  },
  "required": ["schema", "kind", "graph", "graph_digest", "topic", "partition", "offset", "input_digest", "frame", "frames"],
  "oneOf": [{"required": ["key"]}, {"required": ["key_base64"]}],
  "allOf": [],
  "unevaluatedProperties": false
})";

}  // namespace

Json result_schema() {
  Json schema = Json::parse(common);
  for (const PayloadFormat* format : PayloadRegistry::instance().all()) {
    Json own = Json::parse(format->schema, nullptr, false);
    if (!own.is_object())
      throw std::logic_error{fmt::format("the schema of payload '{}' is no JSON object", format->type->name)};
    own["description"] = format->sentence;
    schema["properties"]["kind"]["enum"].push_back(format->type->name);
    // The fields of a kind are known only where the kind is: no other may have them.
    Json is_kind;
    is_kind["properties"]["kind"]["const"] = format->type->name;
    schema["allOf"].push_back({{"if", std::move(is_kind)}, {"then", std::move(own)}});
  }
  return schema;
}

}  // namespace radflow
