// ResultFields: the JSON text of a result, written field after field. What follows writes hundreds of names and numbers
// without a tree of them in between, which takes a quarter of the time and no allocation a value. The bytes are those
// of nlohmann::ordered_json::dump.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace radflow {

class ResultFields {
 public:
  ResultFields();

  // Whether the field was added.
  bool has(std::string_view name) const;

  // Adds a field. A name is added once, which is not checked. Text that is not UTF-8 gets U+FFFD where it is not.
  void add(std::string_view name, const nlohmann::ordered_json& value);
  void add_text(std::string_view name, std::string_view value);
  void add_integer(std::string_view name, std::int64_t value);
  // A number that is not finite is null.
  void add_numbers(std::string_view name, std::span<const double> values);
  void add_texts(std::string_view name, std::span<const std::string> values);

  // The whole object. Nothing may be added afterwards.
  std::string take();

 private:
  void begin(std::string_view name);
  void append_text(std::string_view text);

  std::string text_{"{"};
  std::vector<std::size_t> names_;  // where each begins in the text
};

}  // namespace radflow
