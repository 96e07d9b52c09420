// The text of single values: reading one from YAML, complaining of what is wrong with it, and writing it as it
// would stand there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "graph/param.hpp"

namespace radflow {

// 30s, 500ms, 5m, 1h; at most 24h. In milliseconds.
struct Duration {
  std::int64_t ms = 0;
  bool operator==(const Duration&) const = default;
};
// 512MiB, 2GiB, 100kB, 64B; at most 2^50.
struct ByteSize {
  std::int64_t bytes = 0;
  bool operator==(const ByteSize&) const = default;
};
// [low, high]; low is below high.
struct Interval {
  double low = 0;
  double high = 1;
  bool operator==(const Interval&) const = default;
};

// Give what is wrong, or "".
std::string parse_value(const Value& value, const Limits& limits, bool& out);
std::string parse_value(const Value& value, const Limits& limits, int& out);
std::string parse_value(const Value& value, const Limits& limits, std::int64_t& out);
std::string parse_value(const Value& value, const Limits& limits, double& out);
std::string parse_value(const Value& value, const Limits& limits, std::string& out);
std::string parse_value(const Value& value, const Limits& limits, Duration& out);
std::string parse_value(const Value& value, const Limits& limits, ByteSize& out);
std::string parse_value(const Value& value, const Limits& limits, Interval& out);
std::string parse_choice(const Value& value, const std::vector<std::string>& names, std::string& out);

// "expected an integer, found 'x'"
std::string expected(std::string_view what, const Value& value);
// "list of numbers", "list of 3 numbers"
std::string list_name(ParamType item, std::size_t length);

std::string format_value(bool value);
std::string format_value(int value);
std::string format_value(std::int64_t value);
std::string format_value(double value);  // the shortest text that reads back to the same double
std::string format_value(const std::string& value);
std::string format_value(Duration value);
std::string format_value(ByteSize value);
std::string format_value(const Interval& value);

template <typename T>
constexpr ParamType scalar_type() {
  if constexpr (std::is_same_v<T, bool>)
    return ParamType::Boolean;
  else if constexpr (std::is_same_v<T, int> || std::is_same_v<T, std::int64_t>)
    return ParamType::Integer;
  else if constexpr (std::is_same_v<T, double>)
    return ParamType::Number;
  else if constexpr (std::is_same_v<T, Duration>)
    return ParamType::Duration;
  else if constexpr (std::is_same_v<T, ByteSize>)
    return ParamType::Bytes;
  else if constexpr (std::is_same_v<T, Interval>)
    return ParamType::Interval;
  else {
    static_assert(std::is_same_v<T, std::string>,
                  "no parameter of this type: graph/param_codec.hpp lists what may be one");
    return ParamType::Text;
  }
}

}  // namespace radflow
