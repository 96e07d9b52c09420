// Runs promtool, Prometheus' own checker.
#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace radflow {

struct Promtool {
  static bool is_there() { return std::system("command -v promtool >/dev/null 2>&1") == 0; }

  // "promtool ARGUMENTS"; ok if it exits with 0.
  explicit Promtool(const std::string& arguments) {
    FILE* pipe = popen(("promtool " + arguments + " 2>&1").c_str(), "r");
    std::array<char, 512> block;
    while (const std::size_t n = std::fread(block.data(), 1, block.size(), pipe))
      output.append(block.data(), n);
    ok = pclose(pipe) == 0;
  }
  bool ok = false;
  std::string output;
};

}  // namespace radflow
