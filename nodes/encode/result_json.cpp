#include "nodes/encode/result_json.hpp"

#include <nlohmann/json.hpp>

#include "graph/text.hpp"

namespace radflow {
namespace {

using Json = nlohmann::ordered_json;

// Identifiers of objects, never of people, whatever a decoder may know.
Json uids(const Identity& identity) {
  Json json = Json::object();
  for (const auto& [name, value] : identity.ids)
    if (name.ends_with("UID")) json[name] = value;
  return json;
}

void add_key(ResultFields& result, const std::optional<std::string>& key) {
  if (!key)
    result.add("key", nullptr);
  else if (is_utf8(*key))
    result.add_text("key", *key);
  else
    result.add_text("key_base64", base64(*key));
}

// A tile of a tile stands within it.
Json tile_of(std::span<const TileNumber> tiles) {
  const TileNumber& tile = tiles.front();
  Json json{{"index", std::int64_t{tile.index} + 1}, {"count", tile.count}};
  if (tile.corner) {
    json["x"] = tile.corner->x;
    json["y"] = tile.corner->y;
  }
  if (tiles.size() > 1) json["tile"] = tile_of(tiles.subspan(1));
  return json;
}

// What every result says of where it comes from.
void add_common(const Context& context, std::string_view kind, ResultFields& result) {
  const Record& record = context.record();
  const Identity& identity = context.identity();
  result.add_integer("schema", result_schema_version);
  result.add_text("kind", kind);
  result.add_text("graph", context.graph().name);
  result.add_text("graph_digest", context.graph().digest);
  result.add_text("topic", record.position.topic);
  result.add_integer("partition", record.position.partition);
  result.add_integer("offset", record.position.offset);
  add_key(result, record.key);
  if (const auto members = context.members(); !members.empty()) {
    Json offsets = Json::array();
    for (const Position& member : members) offsets.push_back(member.offset);
    result.add("members", offsets);
  }
  result.add_text("input_digest", context.input_digest());
  result.add_integer("frame", std::int64_t{identity.index} + 1);  // DICOM counts from 1
  result.add_integer("frames", identity.count);
  if (!identity.tiles.empty()) result.add("tile", tile_of(identity.tiles));
  for (const auto& [name, value] : identity.ids) {
    if (name.ends_with("UID") && !result.has("dicom")) result.add("dicom", uids(identity));
    if (name == "Modality" && !value.empty() && !result.has("modality")) result.add_text("modality", value);
  }
  if (const auto label = record.header("label")) result.add_text("expected", *label);
}

}  // namespace

std::string result_json(const Payload& payload, const PayloadFormat& format, const Context& context) {
  ResultFields result;
  add_common(context, format.type->name, result);
  format.json(payload, result);
  return result.take();
}

}  // namespace radflow
