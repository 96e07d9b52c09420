#include "graph/param.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace radflow {
namespace {

template <typename T>
bool read_number(std::string_view text, T& out) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
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

std::string expected(std::string_view what, const Value& value) {
  return fmt::format("expected {}, found {}", what, shown(value));
}

template <typename T>
std::string check_range(T number, const Limits& limits) {
  if (static_cast<double>(number) >= limits.low && static_cast<double>(number) <= limits.high) return "";
  if (std::isinf(limits.high)) return fmt::format("{} is out of range: at least {}", number, limits.low);
  if (std::isinf(limits.low)) return fmt::format("{} is out of range: at most {}", number, limits.high);
  return fmt::format("{} is out of range: {} to {}", number, limits.low, limits.high);
}

template <typename T>
std::string parse_number(const Value& value, const Limits& limits, T& out, std::string_view what) {
  if (value.kind != Value::Kind::Scalar || value.quoted || !read_number(value.text, out))
    return expected(what, value);
  return check_range(out, limits);
}

struct Unit {
  std::string_view name;
  double factor;
};

// A number directly followed by a unit; an empty unit name allows a bare number.
template <std::size_t N>
bool read_with_unit(const Value& value, const std::array<Unit, N>& units, std::int64_t& out) {
  if (value.kind != Value::Kind::Scalar) return false;
  const std::size_t split = value.text.find_first_not_of("0123456789.");
  const std::string_view text{value.text};
  double number = 0;
  if (!read_number(text.substr(0, split), number)) return false;
  std::string_view unit = split == std::string::npos ? std::string_view{} : text.substr(split);
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  for (const Unit& known : units)
    if (known.name == unit && number * known.factor < 9e18) {
      out = std::llround(number * known.factor);
      return true;
    }
  return false;
}

constexpr std::array<Unit, 4> time_units{{{"ms", 1}, {"s", 1e3}, {"m", 60e3}, {"h", 3600e3}}};
constexpr std::array<Unit, 8> size_units{{{"", 1},
                                          {"B", 1},
                                          {"kB", 1e3},
                                          {"MB", 1e6},
                                          {"GB", 1e9},
                                          {"KiB", 1024.0},
                                          {"MiB", 1048576.0},
                                          {"GiB", 1073741824.0}}};

template <typename T>
std::string parse_list(const Value& value, const Limits& limits, std::vector<T>& out, std::string_view what) {
  if (value.kind != Value::Kind::List) return expected(what, value);
  out.clear();
  for (const Value& item : value.items) {
    if (std::string wrong = parse_value(item, limits, out.emplace_back()); !wrong.empty()) return wrong;
  }
  return "";
}

template <typename T>
std::string format_list(const std::vector<T>& list) {
  std::string text;
  for (const T& item : list) text += (text.empty() ? "" : ", ") + format_value(item);
  return "[" + text + "]";
}

}  // namespace

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
  if (std::string wrong = parse_number(value, limits, out, "a number"); !wrong.empty()) return wrong;
  return std::isfinite(out) ? "" : expected("a finite number", value);
}
std::string parse_value(const Value& value, const Limits& limits, std::string& out) {
  if (value.kind != Value::Kind::Scalar) return expected("text", value);
  if (!limits.choices.empty() && std::ranges::find(limits.choices, value.text) == limits.choices.end()) {
    const std::string near = nearest(value.text, limits.choices);
    return fmt::format("'{}' is not one of {}{}", value.text, fmt::join(limits.choices, ", "),
                       near.empty() ? "" : "; did you mean '" + near + "'?");
  }
  out = value.text;
  return "";
}
std::string parse_value(const Value& value, const Limits& limits, std::vector<double>& out) {
  return parse_list(value, limits, out, "a list of numbers");
}
std::string parse_value(const Value& value, const Limits& limits, std::vector<std::string>& out) {
  return parse_list(value, limits, out, "a list");
}
std::string parse_value(const Value& value, const Limits& limits, Duration& out) {
  if (!read_with_unit(value, time_units, out.ms))
    return expected("a duration such as 500ms, 30s, 5m or 1h", value);
  return check_range(out.ms, limits);
}
std::string parse_value(const Value& value, const Limits& limits, ByteSize& out) {
  if (!read_with_unit(value, size_units, out.bytes))
    return expected("a size such as 512MiB, 2GiB or 100kB", value);
  return check_range(out.bytes, limits);
}

std::string format_value(bool value) { return value ? "true" : "false"; }
std::string format_value(int value) { return std::to_string(value); }
std::string format_value(std::int64_t value) { return std::to_string(value); }
std::string format_value(double value) { return fmt::format("{}", value); }
std::string format_value(const std::string& value) { return value; }
std::string format_value(const std::vector<double>& value) { return format_list(value); }
std::string format_value(const std::vector<std::string>& value) { return format_list(value); }
std::string format_value(Duration value) {
  if (value.ms % 60'000 == 0 && value.ms > 0) return fmt::format("{}m", value.ms / 60'000);
  if (value.ms % 1000 == 0) return fmt::format("{}s", value.ms / 1000);
  return fmt::format("{}ms", value.ms);
}
std::string format_value(ByteSize value) {
  for (auto unit = size_units.rbegin(); unit != size_units.rend(); ++unit)
    if (unit->name.ends_with("iB") && value.bytes > 0 &&
        value.bytes % static_cast<std::int64_t>(unit->factor) == 0)
      return fmt::format("{}{}", value.bytes / static_cast<std::int64_t>(unit->factor), unit->name);
  return fmt::format("{}", value.bytes);
}

}  // namespace radflow
