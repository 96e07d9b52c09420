// What the values of options have to be, for CLI::Option::check(): each says what is wanted in a sentence.
#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace radflow::cli {

// A number above 0, such as 0.5 or 100.
CLI::Validator above_zero();
// A whole number from 1 to 2^63 - 1.
CLI::Validator one_or_more();
// `wanted`: "a folder or glob".
CLI::Validator not_empty(const std::string& wanted);
// KEY=VALUE; the value may be empty.
CLI::Validator key_and_value();

}  // namespace radflow::cli
