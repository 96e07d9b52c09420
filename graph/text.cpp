#include "graph/text.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace radflow {

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // and the zero that EVP_EncodeBlock writes
  // In blocks of a multiple of three: the function counts in int.
  constexpr std::size_t block = std::size_t{3} << 24;
  std::size_t out = 0;
  for (std::size_t in = 0; in < bytes.size(); in += block)
    out += static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()) + out,
                                                    reinterpret_cast<const unsigned char*>(bytes.data()) + in,
                                                    static_cast<int>(std::min(block, bytes.size() - in))));
  text.resize(out);
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  // Padding stands at the end only; EVP_DecodeBlock takes it and white space for zeros anywhere.
  const auto code = [](unsigned char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
  };
  if (!std::ranges::all_of(text.substr(0, text.size() - padding), code)) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  constexpr std::size_t block = std::size_t{4} << 24;
  for (std::size_t in = 0; in < text.size(); in += block)
    if (EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()) + in / 4 * 3,
                        reinterpret_cast<const unsigned char*>(text.data()) + in,
                        static_cast<int>(std::min(block, text.size() - in))) < 0)
      return std::nullopt;
  bytes.resize(bytes.size() - padding);
  return bytes;
}

bool is_utf8(std::string_view text) {
  if (std::ranges::all_of(text, [](unsigned char letter) { return letter < 0x80; })) return true;
  try {
    nlohmann::json(text).dump();
    return true;
  } catch (const nlohmann::json::type_error&) {
    return false;
  }
}

std::string as_utf8(std::string_view text) {
  if (is_utf8(text)) return std::string{text};
  using nlohmann::json;
  return json::parse(json(text).dump(-1, ' ', false, json::error_handler_t::replace)).get<std::string>();
}

void add_key(nlohmann::ordered_json& json, const std::optional<std::string>& key) {
  if (!key)
    json["key"] = nullptr;
  else if (is_utf8(*key))
    json["key"] = *key;
  else
    json["key_base64"] = base64(*key);
}

}  // namespace radflow
