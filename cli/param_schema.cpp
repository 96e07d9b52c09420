#include "cli/param_schema.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace radflow::cli {
namespace {

using Json = nlohmann::ordered_json;

// nlohmann takes {"a", "b"} for the object {"a": "b"}.
Json either(std::initializer_list<std::string> texts) { return Json(std::vector<std::string>(texts)); }

Json selection_schema(const Alternatives& alternatives);

// Names in a graph are texts; one that looks like a number may stand there as a number.
Json choices_schema(const std::vector<NamedChoice>& choices) {
  Json names = Json::array(), sentences = Json::array();
  for (const NamedChoice& choice : choices) {
    names.push_back(choice.name);
    sentences.push_back(choice.sentence);
  }
  for (const NamedChoice& choice : choices)
    if (const Json number = Json::parse(choice.name, nullptr, false); number.is_number())
      names.push_back(number);
  return {{"enum", std::move(names)}, {"enumDescriptions", std::move(sentences)}};
}

Json number_schema(const char* type, const Limits& limits) {
  Json schema{{"type", type}};
  if (std::isfinite(limits.low)) schema["minimum"] = limits.low;
  if (std::isfinite(limits.high)) schema["maximum"] = limits.high;
  return schema;
}

Json shape_schema(const Shape& shape);

Json list_schema(Json items, std::size_t length) {
  Json schema{{"type", "array"}, {"items", std::move(items)}};
  if (length > 0) schema["minItems"] = schema["maxItems"] = length;
  return schema;
}

// Without the variable that may stand for it.
Json plain_schema(const Shape& shape) {
  switch (shape.type) {
    case ParamType::Boolean:
      return {{"type", "boolean"}};
    case ParamType::Integer:
      return number_schema("integer", shape.limits);
    case ParamType::Number:
      return number_schema("number", shape.limits);
    case ParamType::Text:
      return {{"type", either({"string", "number", "boolean"})}};
    case ParamType::Choice:
      return choices_schema(shape.choices);
    case ParamType::Bytes:
      return {{"type", "string"}, {"pattern", R"(^[0-9.]+ ?([kMG]?B|[KMG]iB)$)"}};
    case ParamType::Duration:
      return {{"type", "string"}, {"pattern", R"(^[0-9.]+ ?(ms|s|m|h)$)"}};
    case ParamType::Interval:
      return list_schema(number_schema("number", shape.limits), 2);
    case ParamType::List:
      return list_schema(shape_schema(shape.item.front()), shape.length);
    case ParamType::Map:
      if (shape.item.empty()) return {{"type", "object"}};  // whose values depend on each other
      return {{"type", "object"}, {"additionalProperties", shape_schema(shape.item.front())}};
    case ParamType::Struct:
      return map_schema(shape.fields);
    case ParamType::Selection:
      return selection_schema(shape.alternatives());
  }
  return {};
}

// What a value may be written as; ${NAME} may stand for any that is no map.
Json shape_schema(const Shape& shape) {
  Json schema = plain_schema(shape);
  if (shape.type == ParamType::Struct || shape.type == ParamType::Selection || shape.type == ParamType::Map)
    return schema;
  return {{"anyOf", Json::array({std::move(schema), {{"$ref", "#/definitions/variable"}}})}};
}

Json param_schema(const ParamSpec& param) {
  Json schema = shape_schema(param.shape);
  schema["description"] = param.sentence;
  const bool one_value = param.shape.type != ParamType::Struct && param.shape.type != ParamType::Selection;
  if (one_value && !param.default_text.empty() && !param.limits().required)
    schema["default"] = param.default_text;
  return schema;
}

// A map for each alternative; the name of the one that is taken by default may be left out.
Json selection_schema(const Alternatives& alternatives) {
  const std::string& key = alternatives.selector.name;
  Json maps = Json::array();
  for (const Alternative& one : alternatives.all) {
    Json map = map_schema(one.fields);
    map["properties"][key] = {{"enum", Json::array({one.name})}, {"description", one.sentence}};
    if (one.name != alternatives.selector.default_text) map["required"].push_back(key);
    maps.push_back(std::move(map));
  }
  return maps.size() == 1 ? maps.front() : Json{{"anyOf", std::move(maps)}};
}

}  // namespace

bool is_needed(const ParamSpec& param) {
  return param.limits().required || (param.shape.type == ParamType::Struct && !param.shape.optional &&
                                     std::ranges::any_of(param.shape.fields, is_needed));
}

Json map_schema(const std::vector<ParamSpec>& fields) {
  Json schema{{"type", "object"}, {"additionalProperties", false}, {"properties", Json::object()}};
  for (const ParamSpec& field : fields) {
    schema["properties"][field.name] = param_schema(field);
    if (is_needed(field)) schema["required"].push_back(field.name);
  }
  return schema;
}

}  // namespace radflow::cli
