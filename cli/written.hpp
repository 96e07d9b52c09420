// Text that a command is asked for.
#pragma once

#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>

namespace radflow::cli {

// Throws std::runtime_error.
inline void write_file(const std::string& path, const std::string& text) {
  std::ofstream file{path, std::ios::binary};
  file << text;
  if (!file.flush()) throw std::runtime_error{fmt::format("{} cannot be written", path)};
}

// As an option such as --json says: to standard output where it is "-", nowhere where it is empty, else to that file.
inline void write_where_asked(const std::string& option, const std::string& text) {
  if (option == "-")
    std::cout << text;
  else if (!option.empty())
    write_file(option, text);
}

}  // namespace radflow::cli
