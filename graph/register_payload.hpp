// How to add a payload type: the struct (graph/payload.hpp) and one object that says how its values are written. Nothing
// else has to change: the JSON of results, the check of graphs, the schema of results and `tail` follow.
//
//   const RegisterPayload<Features> registered{{
//       .sentence = "Named numbers.",
//       .json = [](const Features& features, ResultFields& result) { result.add_texts("names", *features.names); },
//       .schema = R"({"required": ["names"], "properties": {"names": {"type": "array"}}})",
//       .summary = [](const nlohmann::ordered_json& result) { return ...; }}};
//
// A type that is not registered travels between nodes only: a graph that sends it to a sink of records is refused when
// it is checked.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/payload.hpp"
#include "graph/result_fields.hpp"

namespace radflow {

template <typename T>
struct PayloadSpec {
  std::string sentence;  // "Named numbers that describe one message."
  // Adds the value's fields to a result that already says where it comes from. The same value adds the same fields in
  // the same order. Any thread.
  std::function<void(const T& value, ResultFields& result)> json;
  // JSON Schema of what `json` adds: an object of `properties` and the `required` among them.
  std::string schema;
  // The result in a few words for a table, about 30 columns; may be empty. Throws where fields are missing or of another
  // type than the schema says.
  std::function<std::string(const nlohmann::ordered_json& result)> summary = {};
};

// The same without the C++ type.
struct PayloadFormat {
  const PayloadType* type = nullptr;
  std::string sentence;
  std::function<void(const Payload& value, ResultFields& result)> json;
  std::string schema;
  std::function<std::string(const nlohmann::ordered_json& result)> summary;
};

// All payload types that can be written, filled before main() and when plug-ins are loaded. Read-only while graphs run.
class PayloadRegistry {
 public:
  static PayloadRegistry& instance();

  // Throws std::logic_error if the name is taken.
  void add(PayloadFormat format);
  // Null if there is none of that name.
  const PayloadFormat* find(std::string_view name) const;
  // Sorted by name.
  std::vector<const PayloadFormat*> all() const;

 private:
  std::vector<std::unique_ptr<const PayloadFormat>> formats_;
};

template <typename T>
class RegisterPayload {
 public:
  explicit RegisterPayload(PayloadSpec<T> spec) {
    PayloadRegistry::instance().add(
        {&payload_type<T>, std::move(spec.sentence),
         [json = std::move(spec.json)](const Payload& value, ResultFields& result) {
           json(value.as<T>(), result);
         },
         std::move(spec.schema), std::move(spec.summary)});
  }
};

}  // namespace radflow
