// What tests of the commands share: a folder for a graph, and one that is right.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "cli/command.hpp"
#include "tests/cli/program.hpp"

namespace radflow::cli {

class Commands : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& text) const {
    const std::string path = (folder_ / "graph.yaml").string();
    std::ofstream{path} << text;
    return path;
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("radflow_cli_" + std::to_string(getpid()));
};

inline constexpr const char* good = R"(
graph: demo
sources: [phantom: {count: 3}]
nodes:
  - decode
  - encode: {format: png}
    name: picture
sinks:
  - ndjson: {path: "/tmp/say \"ok\".ndjson"}
  - stdout: {from: errors}
)";

}  // namespace radflow::cli
