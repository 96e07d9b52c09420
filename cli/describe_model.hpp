// Describing a model file: what its manifest says, for a person.
#pragma once

#include <string>

namespace radflow::cli {

// Prints it, or its manifest as JSON. Throws ParamError if the file is not a usable model.
int describe_model(const std::string& path, bool json);

}  // namespace radflow::cli
