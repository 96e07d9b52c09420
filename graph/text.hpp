// Bytes of records as text of JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace radflow {

std::string base64(std::string_view bytes);
// The bytes again; nothing if the text is not base64 with its padding.
std::optional<std::string> from_base64(std::string_view text);

// JSON holds nothing else; keys and headers of records may be any bytes.
bool is_utf8(std::string_view text);

// The same text if it is UTF-8; else each byte that is none is replaced by U+FFFD. For text that comes from
// outside (a file, a folder's name, a header) and goes into results.
std::string as_utf8(std::string_view text);

// A record's key as a field of `json`: `key`, null if it has none, or `key_base64` if it is not UTF-8.
void add_key(nlohmann::ordered_json& json, const std::optional<std::string>& key);

}  // namespace radflow
