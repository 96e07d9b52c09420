#include "connectors/csv/table.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nodes/types/features.hpp"
#include "nodes/types/prediction.hpp"
#include "nodes/types/regression.hpp"

namespace radflow {
namespace {

// A field, with the comma or line feed behind it left to the caller.
void add(std::string& line, std::string_view field) {
  if (line.empty() && field.empty()) {
    line = "\"\"";  // a line may not be empty
    return;
  }
  if (!line.empty()) line += ',';
  line += csv_field(field);
}

void add(std::string& line, double value) {
  add(line, std::isnan(value) ? std::string{} : fmt::format("{}", value));
}

// A tile of a tile has both numbers, "3.2", and the inner corner, in pixels of the outer tile.
void add_tile(std::string& line, const std::vector<TileNumber>& tiles) {
  std::string number;
  for (const TileNumber& tile : tiles)
    number += fmt::format("{}{}", number.empty() ? "" : ".", tile.index + 1);
  add(line, number);
  const std::optional<Corner> corner = tiles.empty() ? std::nullopt : tiles.back().corner;
  add(line, corner ? fmt::format("{}", corner->x) : "");
  add(line, corner ? fmt::format("{}", corner->y) : "");
}

}  // namespace

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string{text};
  std::string quoted{'"'};
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

Columns columns_of_features(const std::vector<std::string>& names) { return names; }

Columns columns_of_classes(const std::vector<std::string>& classes) {
  Columns columns{"label", "model"};
  for (const std::string& name : classes) columns.push_back("probability." + name);
  return columns;
}

Columns columns_of_number() { return {"value", "model"}; }

Columns columns_of(const Payload& output) {
  if (output.get<Regression>()) return columns_of_number();
  if (const auto* features = output.get<Features>()) return columns_of_features(*features->names);
  return columns_of_classes(*output.as<Prediction>().classes);
}

std::string table_head(const std::vector<std::string>& headers, const Columns& columns, TileColumns tiles) {
  std::string line;
  for (const char* place : {"key", "topic", "partition", "offset", "frame"}) add(line, place);
  if (tiles == TileColumns::Yes)
    for (const char* place : {"tile", "tile_x", "tile_y"}) add(line, place);
  for (const std::string& header : headers) add(line, "header." + header);
  for (const std::string& column : columns) add(line, column);
  return line + '\n';
}

std::string table_row(const std::vector<std::string>& headers, const Payload& output, const Context& context,
                      TileColumns tiles) {
  const Record& record = context.record();
  std::string line;
  add(line, record.key.value_or(""));
  add(line, record.position.topic);
  add(line, fmt::format("{}", record.position.partition));
  add(line, fmt::format("{}", record.position.offset));
  add(line, fmt::format("{}", context.identity().index + 1));
  if (tiles == TileColumns::Yes) add_tile(line, context.identity().tiles);
  for (const std::string& header : headers) add(line, record.header(header).value_or(""));
  if (const auto* features = output.get<Features>()) {
    for (const double value : features->values) add(line, value);
  } else if (const auto* number = output.get<Regression>()) {
    add(line, number->value);
    add(line, number->model);
  } else {
    const auto& prediction = output.as<Prediction>();
    add(line, prediction.classes->at(prediction.label));
    add(line, prediction.model);
    for (const double probability : prediction.probabilities) add(line, probability);
  }
  return line + '\n';
}

}  // namespace radflow
