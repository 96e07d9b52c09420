// What a record is made of, as results name it: its value, and the mask that it brings beside it.
#pragma once

#include <string>
#include <string_view>

#include "graph/record.hpp"

namespace radflow {

// The mask's bytes as base64.
inline constexpr std::string_view mask_header = "radflow-mask";
// Where they lie instead, and their SHA-256 as 64 hex digits: the source that fetches them adds mask_header.
inline constexpr std::string_view mask_claim_header = "radflow-mask-dataref";
inline constexpr std::string_view mask_claim_sha256_header = "radflow-mask-datarefsha256";

// The digest of a record's value. Where it has a mask, that of the lines "<digest of the value>\n<SHA-256 of the mask's
// bytes>\n", whether the mask came with the record or was, or will be, fetched. `algorithm`: "xxh3" or "sha256".
std::string input_digest(const Record& record, std::string_view algorithm);

}  // namespace radflow
