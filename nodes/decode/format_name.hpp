// What a file is, in words, also by its first bytes: then formats, too, that radflow does not read, so that an error says
// what the file is.
#pragma once

#include <string_view>

#include "nodes/decode/reader.hpp"

namespace radflow {

struct NamedFormat {
  Format format = Format::Unknown;  // Unknown: radflow does not read it
  std::string_view name;            // "PNG", "NIfTI"; "" if the bytes tell nothing
};

NamedFormat format_by_bytes(ByteSpan bytes);

// "DICOM", "raw", "unknown".
std::string_view format_name(Format format);

}  // namespace radflow
