// One line of NDJSON for one output of a sink.
#pragma once

#include <string>
#include <string_view>

#include "graph/record.hpp"

namespace radflow {

// A result (a JSON object, content-type application/json) is written as it is, with the field `sink` in
// front:
//   {"sink":"results","schema":...}
// Anything else, a dead letter above all, with everything the record has:
//   {"sink":"errors","key":"a.dcm","headers":{"label":"normal","radflow-error":{...}},"value":"<base64>"}
// where a header whose text is a JSON object or list stands as such, of equal names the last one counts, a
// key that is not UTF-8 becomes `key_base64`, and bytes of a header that are not become U+FFFD. Ends with a
// line feed and holds no other.
std::string ndjson_line(std::string_view sink, const Record& record);

}  // namespace radflow
