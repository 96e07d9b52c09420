#include "cli/model_output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include "cli/tap.hpp"

namespace radflow::cli {

namespace fs = std::filesystem;

namespace {

// Beside the model, until it is whole.
fs::path part_of(const fs::path& model) { return model.string() + ".part"; }

}  // namespace

fs::path checked_output(const std::string& path, const Mark& place) {
  const auto wrong = [&](const std::string& message) {
    refuse(place, fmt::format("the model '{}' cannot be written: {}", path, message));
  };
  std::error_code error;
  fs::path file = path;
  if (fs::is_symlink(fs::symlink_status(file, error)))
    if (fs::path target = fs::weakly_canonical(file, error); !error) file = std::move(target);
  const fs::path folder = file.has_parent_path() ? file.parent_path() : ".";
  if (!fs::exists(folder, error))
    wrong(fmt::format("there is no folder '{}': make it first, or name another file with --output",
                      folder.string()));
  if (!fs::is_directory(folder, error)) wrong(fmt::format("'{}' is no folder", folder.string()));
  for (const fs::path& one : {file, part_of(file)})
    if (const fs::file_status status = fs::symlink_status(one, error);
        fs::exists(status) && !fs::is_regular_file(status))
      wrong(fmt::format("'{}' is {}; name a file with --output", one.string(),
                        fs::is_directory(status) ? "a folder" : "no regular file"));
  if (::access(folder.c_str(), W_OK | X_OK) != 0)
    wrong(fmt::format("the folder '{}': {}; name another file with --output", folder.string(),
                      std::strerror(errno)));
  return file;
}

void write_model_file(const fs::path& path, const std::string& bytes) {
  const fs::path part = part_of(path);
  std::error_code error;
  std::ofstream file{part, std::ios::binary};
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file)
    error.assign(errno, std::generic_category());
  else
    fs::rename(part, path, error);
  if (!error) return;
  std::error_code ignored;
  fs::remove(part, ignored);
  throw std::runtime_error{
      fmt::format("the model '{}' cannot be written: {}", path.string(), error.message())};
}

}  // namespace radflow::cli
