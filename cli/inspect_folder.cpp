#include "cli/inspect_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/blocks.hpp"
#include "cli/command.hpp"
#include "cli/contact_sheet.hpp"
#include "cli/inspect_report.hpp"
#include "cli/series.hpp"
#include "cli/terminal.hpp"

namespace radflow::cli {
namespace {

using Json = nlohmann::ordered_json;

const Geometry* geometry_of(const Series& series) {
  return series.slices.empty() ? nullptr : &series.slices[series.slices.size() / 2].geometry;
}

// "0.977 x 0.977 x 3.27": rows, columns, slices in mm.
std::string spacing_of(const Series& series) {
  const Geometry* geometry = geometry_of(series);
  std::string text = geometry && geometry->spacing
                         ? fmt::format("{:.4g} x {:.4g}", geometry->spacing->row, geometry->spacing->column)
                         : "";
  if (series.between) text += fmt::format("{}{:.4g}", text.empty() ? "? x " : " x ", *series.between);
  return text;
}

std::string size_of(const Series& series) {
  if (series.slices.empty()) return "no image";
  return fmt::format("{}x{}", series.header.columns, series.header.rows);
}

void print(const FolderContents& contents) {
  std::vector<std::vector<std::string>> rows{
      {"MODALITY", "SLICES", "FILES", "SIZE", "SPACING mm", "BODY PART", "DESCRIPTION", "FOLDER"}};
  for (const Series& one : contents.series)
    rows.push_back({one.header.modality, std::to_string(one.slices.size()), std::to_string(one.files),
                    size_of(one), spacing_of(one), one.header.body_part, one.header.description, one.folder});
  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  widths = fit_columns(std::move(widths), 2, stdout_columns());
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::string line;
    for (std::size_t i = 0; i < rows[r].size(); ++i)
      line += fmt::format(
          "{:<{}}{}", shorten(rows[r][i], widths[i], i + 1 == rows[r].size() ? Keep::End : Keep::Beginning),
          widths[i], i + 1 < rows[r].size() ? "  " : "");
    line.erase(line.find_last_not_of(' ') + 1);
    std::cout << (r == 0 ? paint_stdout(line, Colour::Bold) : line) << '\n';
    if (r == 0) continue;
    for (const std::string& remark : contents.series[r - 1].remarks)
      std::cout << "  " << paint_stdout(remark, Colour::Yellow) << '\n';
  }
  for (const auto& [reason, count] : contents.unreadable)
    std::cout << paint_stdout(fmt::format("{} not read: {}",
                                          counted(static_cast<std::uint64_t>(count), "file"), reason),
                              Colour::Yellow)
              << '\n';
}

Json to_json(const FolderContents& contents) {
  Json json{{"series", Json::array()}, {"not_read", contents.unreadable}};
  for (const Series& one : contents.series) {
    const Geometry* geometry = geometry_of(one);
    Json& entry = json["series"].emplace_back();
    entry["modality"] = one.header.modality;
    entry["slices"] = one.slices.size();
    entry["files"] = one.files;
    entry["rows"] = one.header.rows;
    entry["columns"] = one.header.columns;
    entry["row_spacing_mm"] = geometry && geometry->spacing ? Json(geometry->spacing->row) : Json();
    entry["column_spacing_mm"] = geometry && geometry->spacing ? Json(geometry->spacing->column) : Json();
    entry["slice_distance_mm"] = one.between ? Json(*one.between) : Json();
    entry["body_part"] = one.header.body_part;
    entry["description"] = one.header.description;
    entry["folder"] = one.folder;
    entry["remarks"] = one.remarks;
  }
  return json;
}

Tile tile_of(const Series& series, std::size_t index) {
  const Slice& slice = series.slices[index];
  const auto record = try_read_file(slice.file);
  const auto seen = record ? inspect(*record, slice.frame) : record.error();
  Tile tile{fmt::format("slice {} of {}", index + 1, series.slices.size()), {}, !seen};
  if (seen)
    tile.shown = show(Payload::of(seen->frame), nullptr);
  else
    tile.shown.words = seen.error().reason + ": " + seen.error().detail;
  return tile;
}

ContactSheet sheet_of(const FolderContents& contents, const InspectOptions& options) {
  ContactSheet sheet{input_name(options.file), {}};
  for (const Series& one : contents.series) {
    if (one.slices.empty()) continue;
    SheetSection section;
    for (const std::string& part :
         {one.header.modality, one.header.body_part, one.header.description, size_of(one),
          spacing_of(one).empty() ? "" : spacing_of(one) + " mm", one.folder})
      if (!part.empty()) section.title += (section.title.empty() ? "" : ", ") + part;
    // In the middle of equal parts.
    const std::size_t count = one.slices.size(),
                      shown = std::min(count, static_cast<std::size_t>(options.each));
    for (std::size_t i = 0; i < shown; ++i)
      section.tiles.push_back(tile_of(one, (2 * i + 1) * count / (2 * shown)));
    for (const std::string& remark : one.remarks) section.title += "; " + remark;
    sheet.sections.push_back(std::move(section));
  }
  return sheet;
}

}  // namespace

int inspect_folder(const InspectOptions& options) {
  const FolderContents contents = series_of(options.file);
  if (options.json)
    std::cout << to_json(contents).dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
  else
    print(contents);
  if (options.png.empty() && options.html.empty() && !options.show) return exit_ok;
  const ContactSheet sheet = sheet_of(contents, options);
  if (options.show)
    std::cout << blocks(drawn(sheet), std::min<std::size_t>(stdout_columns(), 160), 200,
                        stdout_block_colour());
  if (!options.png.empty()) write_file(options.png, png_of(drawn(sheet)));
  if (!options.html.empty()) write_file(options.html, page(sheet));
  return exit_ok;
}

}  // namespace radflow::cli
