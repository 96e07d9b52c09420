// How well boxes agree with those that are right, from two files of results.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace radflow::cli {

// Images are those of `reference`. Where the boxes found have scores, with FROC (cli/froc.hpp). Throws ConfigError if a file
// cannot be read, std::runtime_error where it holds no boxes, or only some of those found have a score.
nlohmann::ordered_json overlap_of_boxes(const std::string& found, const std::string& reference, double least);
// For a person.
std::string overlap_lines(const nlohmann::ordered_json& of_boxes);

}  // namespace radflow::cli
