// radflow inspect: what radflow sees in a file, by the code that decode runs; and the picture as PNG.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/blocks.hpp"
#include "cli/checks.hpp"
#include "cli/command.hpp"
#include "cli/inspect_folder.hpp"
#include "cli/inspect_report.hpp"
#include "cli/shown.hpp"
#include "cli/terminal.hpp"
#include "cli/value_summary.hpp"
#include "graph/spec.hpp"
#include "nodes/encode/image_bytes.hpp"

namespace radflow::cli {
namespace {

// Of a pipe too.
std::string read_file(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) throw ParamError{path, "cannot be read: there is no such file"};
  std::ifstream in{path, std::ios::binary};
  if (!in) throw ParamError{path, fmt::format("cannot be read: {}", std::strerror(errno))};
  return std::string{std::istreambuf_iterator<char>{in}, {}};
}

int fail(const std::string& message) {
  std::cerr << paint_stderr(message, Colour::Red) << '\n';
  return exit_failed;
}

std::string plain(const nlohmann::ordered_json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_object()) return value.dump();
  std::string text;
  for (const auto& [name, entry] : value.items())
    text += (text.empty() ? "" : ", ") + name + " " + plain(entry);
  return text;
}

std::string percentiles(const nlohmann::ordered_json& value) {
  std::string text;
  for (const auto& [percent, at] : value.items())
    text += fmt::format("{}{} % {:.5g}", text.empty() ? "" : ", ", percent, at.get<double>());
  return text;
}

// "-1000 ▁▃█ 3071"
std::string histogram(const nlohmann::ordered_json& value) {
  return fmt::format("{:.5g} {} {:.5g}", value.at("low").get<double>(),
                     sparkline(value.at("counts").get<std::vector<std::int64_t>>()),
                     value.at("high").get<double>());
}

void print_line(std::string name, const nlohmann::ordered_json& value) {
  std::ranges::replace(name, '_', ' ');
  std::cout << fmt::format("  {:<20}  {}\n", name, plain(value));
}

// Sections of the report as a table; what the file does not say is left out, and a list has a line per entry.
void print(const nlohmann::ordered_json& report) {
  for (const auto& [section, entries] : report.items()) {
    std::cout << paint_stdout(section, Colour::Bold) << '\n';
    for (const auto& [name, value] : entries.items()) {
      if (value.is_null()) continue;
      if (name == "percentiles")
        print_line(name, percentiles(value));
      else if (name == "histogram")
        print_line(name, histogram(value));
      else if (value.is_array() && value.front().is_object())
        for (const auto& entry : value) print_line(name, entry);
      else
        print_line(name, value);
    }
  }
}

int run(const InspectOptions& options) {
  std::error_code error;
  if (std::filesystem::is_directory(options.file, error)) return inspect_folder(options);
  Record record;
  record.value = Bytes::of(read_file(options.file));
  const auto inspected = inspect(record, options.frame - 1);
  if (!inspected)
    return fail(fmt::format("{}: {}: {}", options.file, inspected.error().reason, inspected.error().detail));
  if (options.json)
    std::cout << inspected->report.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  else
    print(inspected->report);
  if (options.show)
    std::cout << blocks(squared(picture_of(inspected->frame), inspected->frame.geometry),
                        std::min<std::size_t>(stdout_columns(), 100), 40, stdout_block_colour());
  if (options.png.empty()) return exit_ok;

  const auto shown = displayed(inspected->frame);
  const auto png = shown ? to_png(*shown) : Result<std::string>{shown.error()};
  if (!png) return fail(fmt::format("{}: no picture: {}", options.file, png.error().detail));
  std::ofstream out{options.png, std::ios::binary};
  if (!out.write(png->data(), static_cast<std::streamsize>(png->size())).flush())
    return fail(options.png + ": cannot be written");
  return exit_ok;
}

const Command command{
    "inspect", "Shows what radflow sees in a DICOM, PNG, JPEG or TIFF file, or which series a folder holds.",
    "radflow inspect slice.dcm --png slice.png", [](CLI::App& app) {
      auto options = std::make_shared<InspectOptions>();
      app.add_option("file", options->file, "The file or folder.")->required();
      app.add_option(
             "--png", options->png,
             "Write the frame as it is displayed, or some slices of every series, to this PNG file; of text "
             "the Latin letters, others as ?.")
          ->check(not_empty("the PNG file"));
      app.add_option("--html", options->html, "With a folder: write the slices as one page to this file.")
          ->check(not_empty("a file"));
      app.add_option("--each", options->each, "With a folder: how many slices of a series are shown.")
          ->check(one_or_more())
          ->capture_default_str();
      app.add_flag("--show", options->show, "Show the picture here, in blocks of characters.");
      app.add_option("--frame", options->frame, "Which frame, from 1.")->capture_default_str();
      app.add_flag("--json", options->json, "As JSON.");
      return [options] { return run(*options); };
    }};

}  // namespace
}  // namespace radflow::cli
