// Digests with the name of their algorithm in front: "xxh3:<32 hex digits>", "sha256:<64 hex digits>".
#pragma once

#include <string>
#include <string_view>

namespace radflow {

std::string xxh3_digest(std::string_view bytes);
std::string sha256_digest(std::string_view bytes);

}  // namespace radflow
