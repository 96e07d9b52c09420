// Usage: what is said of a command line that is wrong.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <string_view>

namespace radflow::cli {

// What is wrong, the nearest name where one is not known, and which help to read. `first` is the first argument.
std::string usage_message(const CLI::App& app, const CLI::ParseError& error, std::string_view first);

}  // namespace radflow::cli
