#include "graph/param_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "graph/suggestion.hpp"

namespace radflow {
namespace {

enum class Reading { Good, NoNumber, OutOfRange };

template <typename T>
Reading read_number(std::string_view text, T& out) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (end != text.data() + text.size() || error == std::errc::invalid_argument) return Reading::NoNumber;
  return error == std::errc{} ? Reading::Good : Reading::OutOfRange;
}

std::string shown(const Value& value) {
  switch (value.kind) {
    case Value::Kind::Scalar:
      return "'" + value.text + "'";
    case Value::Kind::List:
      return "a list";
    case Value::Kind::Map:
      return "a map";
    case Value::Kind::Null:
      return "nothing";
  }
  return "";
}

std::string out_of_range(std::string_view number, const std::string& low, const std::string& high) {
  if (high.empty()) return fmt::format("{} is out of range: at least {}", number, low);
  if (low.empty()) return fmt::format("{} is out of range: at most {}", number, high);
  return fmt::format("{} is out of range: {} to {}", number, low, high);
}

template <typename T>
std::string parse_number(const Value& value, const Limits& limits, T& out, std::string_view what) {
  if (value.kind != Value::Kind::Scalar || value.quoted) return expected(what, value);
  const Reading reading = read_number(value.text, out);
  if (reading == Reading::NoNumber) return expected(what, value);
  if (std::isnan(static_cast<double>(out)) || std::isinf(static_cast<double>(out)))
    return expected("a finite number", value);
  if (reading == Reading::Good && static_cast<double>(out) >= limits.low &&
      static_cast<double>(out) <= limits.high)
    return "";
  std::string low = std::isinf(limits.low) ? "" : fmt::format("{}", limits.low);
  std::string high = std::isinf(limits.high) ? "" : fmt::format("{}", limits.high);
  if (reading == Reading::OutOfRange) {  // the type cannot hold it
    if (low.empty()) low = fmt::format("{}", std::numeric_limits<T>::lowest());
    if (high.empty()) high = fmt::format("{}", std::numeric_limits<T>::max());
  }
  return out_of_range(value.text, low, high);
}

struct Unit {
  std::string_view name;
  double factor;
};

// A number directly followed by a unit: without one it would be bytes, and 512 is meant as megabytes. `most` is what is let
// through where the limits say nothing, far from where sums of them overflow.
template <std::size_t N, typename T>
std::string parse_with_unit(const Value& value, const Limits& limits, const std::array<Unit, N>& units,
                            std::string_view what, T most, std::int64_t T::*member, T& out) {
  if (value.kind != Value::Kind::Scalar) return expected(what, value);
  const std::size_t split = value.text.find_first_not_of("0123456789.");
  const std::string_view text{value.text};
  double number = 0;
  const Reading reading = read_number(text.substr(0, split), number);
  std::string_view unit = split == std::string::npos ? std::string_view{} : text.substr(split);
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  const auto known = std::ranges::find(units, unit, &Unit::name);
  if (reading == Reading::NoNumber || known == units.end()) return expected(what, value);
  const double low = std::isinf(limits.low) ? 0 : limits.low;
  const double high = std::min(limits.high, static_cast<double>(most.*member));
  const double scaled = std::round(number * known->factor);
  if (reading == Reading::Good && scaled >= low && scaled <= high) {
    out.*member = std::llround(scaled);
    return "";
  }
  return out_of_range(value.text, format_value(T{std::llround(low)}), format_value(T{std::llround(high)}));
}

constexpr std::array<Unit, 4> time_units{{{"ms", 1}, {"s", 1e3}, {"m", 60e3}, {"h", 3600e3}}};
constexpr Duration longest_duration{24 * 3'600'000};
constexpr ByteSize largest_size{std::int64_t{1} << 50};
constexpr std::array<Unit, 7> size_units{{{"B", 1},
                                          {"kB", 1e3},
                                          {"MB", 1e6},
                                          {"GB", 1e9},
                                          {"KiB", 1024.0},
                                          {"MiB", 1048576.0},
                                          {"GiB", 1073741824.0}}};

}  // namespace

std::string expected(std::string_view what, const Value& value) {
  return fmt::format("expected {}, found {}", what, shown(value));
}

std::string parse_choice(const Value& value, const std::vector<std::string>& names, std::string& out) {
  if (value.kind != Value::Kind::Scalar) return expected("text", value);
  if (std::ranges::find(names, value.text) == names.end())
    return fmt::format("'{}' is not one of {}{}", value.text, fmt::join(names, ", "),
                       suggestion(value.text, names));
  out = value.text;
  return "";
}

std::string list_name(ParamType item, std::size_t length) {
  const std::string_view items = item == ParamType::Integer                               ? "integers"
                                 : item == ParamType::Number                              ? "numbers"
                                 : item == ParamType::Text || item == ParamType::Choice   ? "texts"
                                 : item == ParamType::Struct || item == ParamType::Map    ? "maps"
                                 : item == ParamType::List || item == ParamType::Interval ? "lists"
                                                                                          : "values";
  return length == 0 ? fmt::format("list of {}", items) : fmt::format("list of {} {}", length, items);
}

std::string parse_value(const Value& value, const Limits&, bool& out) {
  if (value.kind == Value::Kind::Scalar && !value.quoted && (value.text == "true" || value.text == "false")) {
    out = value.text == "true";
    return "";
  }
  return expected("true or false", value);
}
std::string parse_value(const Value& value, const Limits& limits, int& out) {
  return parse_number(value, limits, out, "an integer");
}
std::string parse_value(const Value& value, const Limits& limits, std::int64_t& out) {
  return parse_number(value, limits, out, "an integer");
}
std::string parse_value(const Value& value, const Limits& limits, double& out) {
  return parse_number(value, limits, out, "a number");
}
std::string parse_value(const Value& value, const Limits&, std::string& out) {
  if (value.kind != Value::Kind::Scalar) return expected("text", value);
  out = value.text;
  return "";
}
std::string parse_value(const Value& value, const Limits& limits, Interval& out) {
  constexpr std::string_view what = "two numbers, [low, high], low below high";
  if (value.kind != Value::Kind::List || value.items.size() != 2) return expected(what, value);
  for (std::size_t i = 0; i < 2; ++i)
    if (std::string wrong = parse_value(value.items[i], limits, i == 0 ? out.low : out.high); !wrong.empty())
      return wrong;
  return out.low < out.high ? "" : fmt::format("expected {}, found {}", what, format_value(out));
}
std::string parse_value(const Value& value, const Limits& limits, Duration& out) {
  return parse_with_unit(value, limits, time_units, "a duration such as 500ms, 30s, 5m or 1h",
                         longest_duration, &Duration::ms, out);
}
std::string parse_value(const Value& value, const Limits& limits, ByteSize& out) {
  return parse_with_unit(value, limits, size_units, "a size such as 512MiB, 2GiB or 100kB", largest_size,
                         &ByteSize::bytes, out);
}

std::string format_value(bool value) { return value ? "true" : "false"; }
std::string format_value(int value) { return std::to_string(value); }
std::string format_value(std::int64_t value) { return std::to_string(value); }
std::string format_value(double value) { return fmt::format("{}", value); }
std::string format_value(const std::string& value) { return value; }
std::string format_value(const Interval& value) { return fmt::format("[{}, {}]", value.low, value.high); }
std::string format_value(Duration value) {
  if (value.ms % 3'600'000 == 0 && value.ms > 0) return fmt::format("{}h", value.ms / 3'600'000);
  if (value.ms % 60'000 == 0 && value.ms > 0) return fmt::format("{}m", value.ms / 60'000);
  if (value.ms % 1000 == 0) return fmt::format("{}s", value.ms / 1000);
  return fmt::format("{}ms", value.ms);
}
std::string format_value(ByteSize value) {
  for (auto unit = size_units.rbegin(); unit != size_units.rend(); ++unit)
    if (unit->name.ends_with("iB") && value.bytes > 0 &&
        value.bytes % static_cast<std::int64_t>(unit->factor) == 0)
      return fmt::format("{}{}", value.bytes / static_cast<std::int64_t>(unit->factor), unit->name);
  return fmt::format("{}B", value.bytes);
}

}  // namespace radflow
