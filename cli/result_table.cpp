#include "cli/result_table.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "cli/terminal.hpp"
#include "graph/register_payload.hpp"
#include "graph/text.hpp"

namespace radflow::cli {
namespace {

using Json = nlohmann::ordered_json;

// KEY, FRAME, RESULT, EXPECTED, TOOK. Where the terminal is narrower the long ones give way.
const std::vector<std::size_t>& widths() {
  static const std::vector<std::size_t> fitting = fit_columns({36, 7, 34, 12, 9}, 5, stdout_columns());
  return fitting;
}

std::string row(const std::string& key, const std::string& frame, const std::string& result,
                const std::string& expected, const std::string& took) {
  const std::vector<std::size_t>& width = widths();
  // The end of a path says more than its beginning.
  return fmt::format("{:<{}} {:>{}}  {:<{}} {:<{}} {:>{}}", shorten(key, width[0], Keep::End), width[0],
                     frame, width[1], shorten(result, width[2]), width[2], shorten(expected, width[3]),
                     width[3], took, width[4]);
}

// What has neither label nor duration may use their columns.
std::string long_row(const std::string& key, const std::string& text) {
  const std::vector<std::size_t>& width = widths();
  return fmt::format("{:<{}} {:>{}}  {}", shorten(key, width[0], Keep::End), width[0], "", width[1],
                     shorten(text, width[2] + 1 + width[3] + 1 + width[4]));
}

Json parse(const Record& record) { return Json::parse(record.value.text(), nullptr, false); }

bool is_result(const Json& json) {
  return json.is_object() && json.contains("kind") && json["kind"].is_string();
}

std::string key_of(const Record& record) {
  return record.key ? is_utf8(*record.key) ? *record.key : base64(*record.key) : "-";
}

std::string took(const Record& record) {
  const auto us = record.header("radflow-duration-us");
  return us ? fmt::format("{:.1f} ms", std::atof(std::string{*us}.c_str()) / 1000) : "";
}

std::string summary(const Json& json) {
  const std::string& kind = json["kind"].get_ref<const std::string&>();
  const PayloadFormat* format = PayloadRegistry::instance().find(kind);
  if (format && format->summary) try {
      return format->summary(json);
    } catch (const Json::exception&) {  // not what a program of this version writes
    }
  return kind;
}

// "2/15"; of a tile its number too, "2/15 3/4".
std::string frame_of(const Json& json) {
  std::string text = fmt::format("{}/{}", json.value("frame", 1), json.value("frames", 1));
  for (const Json* outer = &json; outer->contains("tile"); outer = &outer->at("tile"))
    text += fmt::format(" {}/{}", outer->at("tile").value("index", 1), outer->at("tile").value("count", 1));
  return text;
}

}  // namespace

std::string result_header() { return row("KEY", "FRAME", "RESULT", "EXPECTED", "TOOK"); }

std::string result_row(const Record& record) {
  const std::string key = key_of(record);
  if (const auto reason = record.header("radflow-error-reason")) {
    const auto node = record.header("radflow-error-node");
    return paint_stdout(
        long_row(key, fmt::format("dead letter: {}{}{}", *reason, node ? " in " : "", node.value_or(""))),
        Colour::Red);
  }
  const Json json = parse(record);
  if (!is_result(json))
    return long_row(
        key, fmt::format("{} bytes {}", record.value.size(), record.header("content-type").value_or("")));
  const std::string expected = json.value("expected", "");
  const std::string text = row(key, frame_of(json), summary(json), expected, took(record));
  if (expected.empty() || !json.contains("label")) return text;
  return paint_stdout(text, json["label"] == expected ? Colour::Green : Colour::Yellow);
}

std::string result_json_line(const Record& record) {
  if (const Json json = parse(record); is_result(json) && !record.header("radflow-error-reason"))
    return json.dump();
  Json json{{"topic", record.position.topic},
            {"partition", record.position.partition},
            {"offset", record.position.offset},
            {"bytes", record.value.size()}};
  add_key(json, record.key);
  for (const Header& header : record.headers)
    json["headers"][as_utf8(header.name)] = is_utf8(header.value) ? header.value : base64(header.value);
  return json.dump();
}

}  // namespace radflow::cli
