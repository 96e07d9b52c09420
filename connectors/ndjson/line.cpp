#include "connectors/ndjson/line.hpp"

#include <simdjson.h>

#include <nlohmann/json.hpp>

#include "graph/text.hpp"

namespace radflow {
namespace {

using nlohmann::ordered_json;

std::string dump(const ordered_json& json) {
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

// Results are read again before they go into a file of lines: a record with that content type may come from anywhere.
bool is_json(std::string_view text) {
  constexpr std::size_t most_kept = 1 << 20;  // a parser keeps memory for the longest text that it has read
  static thread_local simdjson::dom::parser kept;
  simdjson::dom::parser once;
  simdjson::dom::parser& parser = text.size() <= most_kept ? kept : once;
  if (!parser.parse(text.data(), text.size()).error()) return true;
  return ordered_json::accept(text);  // numbers beyond 64 bits, deep nesting
}

bool is_result(const Record& record) {
  const std::string_view text = record.value.text();
  return record.header("content-type") == "application/json" && !record.header("radflow-error") &&
         text.starts_with('{') && text.find('\n') == std::string_view::npos &&
         text.find('\r') == std::string_view::npos && is_json(text);
}

// JSON that nests deeper stays text: writing it recurses, and a header may hold a million brackets.
constexpr int deepest = 32;

ordered_json header_value(const std::string& text) {
  if (!text.starts_with('{') && !text.starts_with('[')) return text;
  bool too_deep = false;
  const auto shallow = [&](int depth, ordered_json::parse_event_t, const ordered_json&) {
    too_deep |= depth > deepest;
    return !too_deep;  // from there on nothing is kept
  };
  ordered_json parsed = ordered_json::parse(text, shallow, false);
  return too_deep || parsed.is_discarded() ? ordered_json(text) : parsed;
}

}  // namespace

std::string ndjson_line(std::string_view sink, const Record& record) {
  if (is_result(record)) {
    const std::string_view fields = record.value.text().substr(1);
    const bool empty = fields.find_first_not_of(" \t") == fields.find('}');
    std::string line{"{\"sink\":"};
    line.reserve(fields.size() + sink.size() + 32);
    return line.append(dump(sink)).append(empty ? "" : ",").append(fields).append("\n");
  }
  ordered_json line{{"sink", sink}};
  add_key(line, record.key);
  line["headers"] = ordered_json::object();
  for (const Header& header : record.headers) line["headers"][header.name] = header_value(header.value);
  // Beside the JSON library: it would copy hundreds of megabytes twice and look at each for what needs
  // escaping.
  std::string text = dump(line);
  text.pop_back();
  return text.append(",\"value\":\"").append(base64(record.value.text())).append("\"}\n");
}

}  // namespace radflow
