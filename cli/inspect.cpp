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

#include "cli/checks.hpp"
#include "cli/command.hpp"
#include "cli/inspect_report.hpp"
#include "cli/terminal.hpp"
#include "graph/spec.hpp"
#include "nodes/encode/image_bytes.hpp"

namespace radflow::cli {
namespace {

struct Options {
  std::string file, png;
  std::int64_t frame = 1;
  bool json = false;
};

// Of a pipe too.
std::string read_file(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) throw ParamError{path, "cannot be read: there is no such file"};
  if (std::filesystem::is_directory(status)) throw ParamError{path, "is a folder: name one file of it"};
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
      if (value.is_array() && value.front().is_object())
        for (const auto& entry : value) print_line(name, entry);
      else
        print_line(name, value);
    }
  }
}

int run(const Options& options) {
  Record record;
  record.value = Bytes::of(read_file(options.file));
  const auto inspected = inspect(record, options.frame - 1);
  if (!inspected)
    return fail(fmt::format("{}: {}: {}", options.file, inspected.error().reason, inspected.error().detail));
  if (options.json)
    std::cout << inspected->report.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  else
    print(inspected->report);
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
    "inspect", "Shows what radflow sees in a DICOM, PNG, JPEG or TIFF file.",
    "radflow inspect slice.dcm --png slice.png", [](CLI::App& app) {
      auto options = std::make_shared<Options>();
      app.add_option("file", options->file, "The file.")->required();
      app.add_option("--png", options->png, "Write the frame as it is displayed to this PNG file.")
          ->check(not_empty("the PNG file"));
      app.add_option("--frame", options->frame, "Which frame, from 1.")->capture_default_str();
      app.add_flag("--json", options->json, "As JSON.");
      return [options] { return run(*options); };
    }};

}  // namespace
}  // namespace radflow::cli
