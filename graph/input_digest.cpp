#include "graph/input_digest.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

#include "graph/digest.hpp"
#include "graph/text.hpp"

namespace radflow {
namespace {

std::string lower(std::string_view digits) {
  std::string text{digits};
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::optional<std::string> mask_digest(const Record& record) {
  if (const auto mask = record.header(mask_header)) {
    const std::optional<std::string> bytes = from_base64(*mask);
    return sha256_digest(bytes ? std::string_view{*bytes} : *mask);
  }
  if (const auto claimed = record.header(mask_claim_sha256_header)) return "sha256:" + lower(*claimed);
  return std::nullopt;
}

}  // namespace

std::string input_digest(const Record& record, std::string_view algorithm) {
  const auto digest = [&](std::string_view bytes) {
    return algorithm == "sha256" ? sha256_digest(bytes) : xxh3_digest(bytes);
  };
  std::string text = digest(record.value.text());
  if (const auto mask = mask_digest(record)) text = digest(text + '\n' + *mask + '\n');
  return text;
}

}  // namespace radflow
