// What `radflow inspect` is asked for, and its answer for a folder: a table of series and a contact sheet.
#pragma once

#include <cstdint>
#include <string>

namespace radflow::cli {

struct InspectOptions {
  std::string file, png, html;
  std::int64_t frame = 1, each = 3;
  bool json = false, show = false;
};

// An exit code. Throws ParamError where the folder cannot be read, std::runtime_error where a file cannot be written.
int inspect_folder(const InspectOptions& options);

}  // namespace radflow::cli
