// Whether a path can be written to, told without writing: what `radflow lint` says of sinks.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>

namespace radflow {

// Why no file can be made in a folder; "" if one can.
inline std::string why_no_entry(const std::filesystem::path& folder) {
  std::error_code failed;
  const auto status = std::filesystem::status(folder.empty() ? "." : folder, failed);
  if (!std::filesystem::exists(status)) return std::strerror(failed ? failed.value() : ENOENT);
  if (!std::filesystem::is_directory(status)) return std::strerror(ENOTDIR);
  return ::access(folder.empty() ? "." : folder.c_str(), W_OK | X_OK) == 0 ? "" : std::strerror(errno);
}

// Why a file cannot be opened for writing, or made if it is not there; "" if it can.
inline std::string why_no_file(const std::filesystem::path& file) {
  std::error_code failed;
  const auto status = std::filesystem::status(file, failed);
  if (!std::filesystem::exists(status)) return why_no_entry(file.parent_path());
  if (std::filesystem::is_directory(status)) return std::strerror(EISDIR);
  return ::access(file.c_str(), W_OK) == 0 ? "" : std::strerror(errno);
}

// Why files cannot be put into a folder that is made, with those above it, if it is not there; "" if they
// can.
inline std::string why_no_folder(std::filesystem::path folder) {
  std::error_code failed;
  while (folder.has_parent_path() && folder != folder.parent_path() &&
         std::filesystem::status(folder, failed).type() == std::filesystem::file_type::not_found)
    folder = folder.parent_path();
  if (std::filesystem::status(folder, failed).type() == std::filesystem::file_type::not_found) folder = ".";
  return why_no_entry(folder);
}

}  // namespace radflow
