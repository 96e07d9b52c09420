// Parameters: what one is (type, limits, default and a sentence), and the text of values: reading it from
// YAML into a member, complaining of what is wrong with it, and writing it as it would stand there.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "graph/value.hpp"

namespace radflow {

// Thrown by a component's constructor when parameters, each right by itself, do not fit together or a file
// they name is unusable. `param` may be empty; the checker adds file, line and column.
struct ParamError : std::runtime_error {
  ParamError(std::string param_name, const std::string& message)
      : std::runtime_error{message}, param{std::move(param_name)} {}
  std::string param;
};

// Adds what `look` throws: for those that find more than one thing wrong.
template <typename Look>
void collect(std::vector<ParamError>& wrong, const Look& look) {
  try {
    look();
  } catch (const ParamError& error) {
    wrong.push_back(error);
  }
}

enum class ParamType { Boolean, Integer, Number, String, NumberList, StringList, Bytes, Duration };

// What a value may be, apart from its type.
struct Limits {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  std::vector<std::string> choices;
  bool required = false;
  bool file = false;    // names a file that must exist when the graph is checked
  bool digest = false;  // the graph's digest covers the file's bytes, not its path
  bool secret = false;  // masked wherever it is shown
};

inline Limits range(double low, double high) { return {.low = low, .high = high}; }
inline Limits at_least(double low) { return {.low = low}; }
inline Limits choice(std::vector<std::string> choices) { return {.choices = std::move(choices)}; }
inline Limits any() { return {}; }
inline Limits required(Limits limits = {}) {
  limits.required = true;
  return limits;
}
// A file of the model kind: must exist, and its bytes are part of the graph's digest.
inline Limits model_file() { return {.file = true, .digest = true}; }

struct ParamSpec {
  std::string name;
  ParamType type = ParamType::String;
  Limits limits;
  std::string sentence;
  std::string default_text;  // as it would stand in YAML; "" if there is none

  // Reads `value` into the member; what is wrong with it, or "".
  std::function<std::string(void* params, const Value& value)> set;
  // The member as it would stand in YAML: part of the graph's digest.
  std::function<std::string(const void* params)> get;
};

// 30s, 500ms, 5m, 1h; at most 24h. In milliseconds.
struct Duration {
  std::int64_t ms = 0;
  bool operator==(const Duration&) const = default;
};
// 512MiB, 2GiB, 100kB, 1048576; at most 2^50.
struct ByteSize {
  std::int64_t bytes = 0;
  bool operator==(const ByteSize&) const = default;
};

std::string parse_value(const Value& value, const Limits& limits, bool& out);
std::string parse_value(const Value& value, const Limits& limits, int& out);
std::string parse_value(const Value& value, const Limits& limits, std::int64_t& out);
std::string parse_value(const Value& value, const Limits& limits, double& out);
std::string parse_value(const Value& value, const Limits& limits, std::string& out);
std::string parse_value(const Value& value, const Limits& limits, std::vector<double>& out);
std::string parse_value(const Value& value, const Limits& limits, std::vector<std::string>& out);
std::string parse_value(const Value& value, const Limits& limits, Duration& out);
std::string parse_value(const Value& value, const Limits& limits, ByteSize& out);

std::string format_value(bool value);
std::string format_value(int value);
std::string format_value(std::int64_t value);
std::string format_value(double value);  // the shortest text that reads back to the same double
std::string format_value(const std::string& value);
std::string format_value(const std::vector<double>& value);
std::string format_value(const std::vector<std::string>& value);
std::string format_value(Duration value);
std::string format_value(ByteSize value);

template <typename T>
std::string parse_value(const Value& value, const Limits& limits, std::optional<T>& out) {
  return parse_value(value, limits, out.emplace());
}
template <typename T>
std::string format_value(const std::optional<T>& value) {
  return value ? format_value(*value) : std::string{};
}

template <typename T>
constexpr ParamType param_type() {
  if constexpr (std::is_same_v<T, bool>)
    return ParamType::Boolean;
  else if constexpr (std::is_same_v<T, int> || std::is_same_v<T, std::int64_t>)
    return ParamType::Integer;
  else if constexpr (std::is_same_v<T, double>)
    return ParamType::Number;
  else if constexpr (std::is_same_v<T, std::vector<double>>)
    return ParamType::NumberList;
  else if constexpr (std::is_same_v<T, std::vector<std::string>>)
    return ParamType::StringList;
  else if constexpr (std::is_same_v<T, Duration>)
    return ParamType::Duration;
  else if constexpr (std::is_same_v<T, ByteSize>)
    return ParamType::Bytes;
  else if constexpr (requires { typename T::value_type; } && !std::is_same_v<T, std::string>)
    return param_type<typename T::value_type>();  // std::optional
  else {
    static_assert(std::is_same_v<T, std::string>, "no parameter of this type");
    return ParamType::String;
  }
}

}  // namespace radflow
