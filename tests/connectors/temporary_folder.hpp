// A folder of its own for one test, removed with everything in it.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace radflow {

class TemporaryFolder {
 public:
  TemporaryFolder() : path_{(std::filesystem::temp_directory_path() / "radflow-XXXXXX").string()} {
    if (!mkdtemp(path_.data())) throw std::runtime_error{"cannot make " + path_};
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string path(const std::string& relative) const { return path_ + "/" + relative; }

  void write(const std::string& relative, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path{path(relative)}.parent_path());
    std::ofstream{path(relative), std::ios::binary} << text;
  }
  std::string read(const std::string& relative) const {
    std::ostringstream text;
    text << std::ifstream{path(relative), std::ios::binary}.rdbuf();
    return text.str();
  }

 private:
  std::string path_;
};

}  // namespace radflow
