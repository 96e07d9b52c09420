// Workspace: a folder of its own below the system's folder for temporary files, removed at the end.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace radflow::cli {

struct Workspace {
  std::string path;

  // `purpose` is part of the folder's name. Throws std::runtime_error.
  explicit Workspace(const std::string& purpose)
      : path{(std::filesystem::temp_directory_path() / ("radflow-" + purpose + "-XXXXXX")).string()} {
    if (!mkdtemp(path.data())) throw std::runtime_error{"cannot make a folder for temporary files: " + path};
  }
  ~Workspace() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;
};

}  // namespace radflow::cli
