// Where a model is written.
#pragma once

#include <filesystem>
#include <string>

#include "graph/plan.hpp"

namespace radflow::cli {

// Before the first image is read, not after the last. Gives the file to write: what a link points to. Throws ConfigError.
std::filesystem::path checked_output(const std::string& path, const Mark& place);

// Whole or not at all: a model that is in use is never seen half written. Throws std::runtime_error.
void write_model_file(const std::filesystem::path& path, const std::string& bytes);

}  // namespace radflow::cli
