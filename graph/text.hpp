// Bytes of records as text of JSON.
#pragma once

#include <string>
#include <string_view>

namespace radflow {

std::string base64(std::string_view bytes);

// JSON holds nothing else; keys and headers of Kafka may be any bytes.
bool is_utf8(std::string_view text);

}  // namespace radflow
