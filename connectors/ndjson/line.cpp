#include "connectors/ndjson/line.hpp"

#include <openssl/evp.h>

#include <nlohmann/json.hpp>

namespace radflow {
namespace {

using nlohmann::ordered_json;

std::string dump(const ordered_json& json) {
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string base64(const Bytes& bytes) {
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

bool is_result(const Record& record) {
  const std::string_view text = record.value.text();
  return record.header("content-type") == "application/json" && !record.header("radflow-error") &&
         text.starts_with('{') && text.find_first_of("\r\n") == std::string_view::npos &&
         ordered_json::accept(text);
}

ordered_json header_value(const std::string& text) {
  if (text.starts_with('{') || text.starts_with('[')) {
    ordered_json parsed = ordered_json::parse(text, nullptr, false);
    if (!parsed.is_discarded()) return parsed;
  }
  return text;
}

}  // namespace

std::string ndjson_line(std::string_view sink, const Record& record) {
  if (is_result(record)) {
    const std::string_view fields = record.value.text().substr(1);
    const bool empty = fields.find_first_not_of(" \t") == fields.find('}');
    return "{\"sink\":" + dump(sink) + (empty ? "" : ",") + std::string{fields} + "\n";
  }
  ordered_json line{{"sink", sink}, {"key", nullptr}, {"headers", ordered_json::object()}};
  if (record.key) line["key"] = *record.key;
  for (const Header& header : record.headers) line["headers"][header.name] = header_value(header.value);
  line["value"] = base64(record.value);
  return dump(line) + "\n";
}

}  // namespace radflow
