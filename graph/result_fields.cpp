#include "graph/result_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

namespace radflow {
namespace {

using Json = nlohmann::ordered_json;

// Names from outside (keys of old files, DICOM text) may not be UTF-8: what is not becomes U+FFFD.
std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

// A table: the names of some hundred features are asked for letter by letter with every result.
constexpr std::array<bool, 256> plain_letters = [] {
  std::array<bool, 256> plain{};
  for (int letter = ' '; letter <= '~'; ++letter)
    plain[static_cast<std::size_t>(letter)] = letter != '"' && letter != '\\';
  return plain;
}();

bool stands_for_itself(char letter) { return plain_letters[static_cast<unsigned char>(letter)]; }

}  // namespace

ResultFields::ResultFields() {
  text_.reserve(1024);
  names_.reserve(32);
}

bool ResultFields::has(std::string_view name) const {
  return std::ranges::any_of(names_, [&](std::size_t begin) {
    const std::string_view field = std::string_view{text_}.substr(begin);
    return field.starts_with('"') && field.substr(1).starts_with(name) &&
           field.substr(1 + name.size()).starts_with("\":");
  });
}

void ResultFields::begin(std::string_view name) {
  if (text_.size() > 1) text_ += ',';
  names_.push_back(text_.size());
  append_text(name);
  text_ += ':';
}

void ResultFields::append_text(std::string_view text) {
  bool plain = true;
  for (const char letter : text) plain = plain && stands_for_itself(letter);
  if (!plain) {
    text_ += dumped(text);
    return;
  }
  text_ += '"';
  text_ += text;
  text_ += '"';
}

void ResultFields::add(std::string_view name, const Json& value) {
  begin(name);
  text_ += dumped(value);
}

void ResultFields::add_text(std::string_view name, std::string_view value) {
  begin(name);
  append_text(value);
}

void ResultFields::add_integer(std::string_view name, std::int64_t value) {
  begin(name);
  fmt::format_to(std::back_inserter(text_), "{}", value);
}

void ResultFields::add_numbers(std::string_view name, std::span<const double> values) {
  begin(name);
  text_ += '[';
  const std::size_t start = text_.size();
  for (const double value : values) {
    if (text_.size() > start) text_ += ',';
    if (!std::isfinite(value)) {
      text_ += "null";
      continue;
    }
    // The library's own digits, which it has no public function for: std::to_chars writes other exponents.
    std::array<char, 64> digits;
    const char* const end = nlohmann::detail::to_chars(digits.data(), digits.data() + digits.size(), value);
    text_.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
  }
  text_ += ']';
}

void ResultFields::add_texts(std::string_view name, std::span<const std::string> values) {
  begin(name);
  text_ += '[';
  const std::size_t start = text_.size();
  for (const std::string& value : values) {
    if (text_.size() > start) text_ += ',';
    append_text(value);
  }
  text_ += ']';
}

std::string ResultFields::take() {
  text_ += '}';
  return std::move(text_);
}

}  // namespace radflow
