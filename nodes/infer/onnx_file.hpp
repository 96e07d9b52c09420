// What must be known of an ONNX file before a runtime loads it: whether its weights lie in other files, which the graph's
// digest does not cover.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace radflow {

// The name of a file beside it that holds a tensor's values, "" where the file does not name one; absent if every tensor
// is inside. Throws std::runtime_error if the bytes are no ONNX file.
std::optional<std::string> external_data(std::string_view onnx);

}  // namespace radflow
