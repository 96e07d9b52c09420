// Masks that lie beside images.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "connectors/files/folder.hpp"
#include "graph/param.hpp"

namespace radflow {
namespace {

namespace fs = std::filesystem;

void replace(std::string& text, std::string_view what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
}

// Where the mask of a file would lie, and the same from the root.
struct Place {
  std::string path;
  std::string relative;
};

Place mask_of(const InputFile& file, const std::string& pattern) {
  std::string name = pattern;
  replace(name, "{stem}", fs::path{file.relative}.stem().string());
  replace(name, "{name}", fs::path{file.relative}.filename().string());
  return {(fs::path{file.path}.parent_path() / name).lexically_normal().string(),
          (fs::path{file.relative}.parent_path() / name).lexically_normal().generic_string()};
}

}  // namespace

void check_mask_pattern(const std::string& mask) {
  if (mask.find("{stem}") == std::string::npos && mask.find("{name}") == std::string::npos)
    throw ParamError{"mask",
                     fmt::format("'{}' is one mask for all files: say which by {{stem}} or {{name}}", mask)};
}

std::vector<InputFile> list_files(const std::string& pattern, const std::string& mask) {
  check_mask_pattern(mask);
  std::vector<InputFile> files = list_files(pattern);
  std::set<std::string> masks;
  for (InputFile& file : files) {
    const Place place = mask_of(file, mask);
    if (place.relative.starts_with("..") || fs::path{place.relative}.is_absolute())
      throw ParamError{"mask", fmt::format("'{}' leads out of '{}' for {}", mask, pattern, file.relative)};
    file.mask = place.path;
    if (place.relative != file.relative) masks.insert(place.relative);
  }
  std::erase_if(files, [&](const InputFile& file) { return masks.contains(file.relative); });
  if (files.empty()) throw ParamError{"mask", fmt::format("'{}' holds masks and no images", pattern)};
  return files;
}

bool lacks_mask(const InputFile& file) {
  std::error_code ignored;
  return !file.mask.empty() && !fs::is_regular_file(file.mask, ignored);
}

}  // namespace radflow
