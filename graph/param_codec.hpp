// How a C++ type becomes a parameter: its shape, reading it and writing it. Any of these may stand in any other:
//   bool, int, std::int64_t, double, std::string, Duration, ByteSize, Interval
//   std::optional<T>                   absent by default, and no part of the digest then
//   std::vector<T>, std::array<T, N>   a list, of N values
//   std::map<std::string, T>           a map with keys of the user's
//   an enum E, or any type for which a function beside it says its choices, each with a sentence:
//     enum class Border { Reflect, Edge };
//     Choices<Border> choices_of(Border) {
//       return {{Border::Reflect, "reflect", "beyond a b c comes b a"}, {Border::Edge, "edge", "beyond a b c comes c c"}};
//     }
//   a struct S with   static Fields<S> fields() { return Fields<S>{}.param(&S::low, "low", any(), "The least."); }
//   a struct derived from Selection with   static const Alternatives& alternatives();
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "graph/param.hpp"
#include "graph/param_reading.hpp"
#include "graph/param_value.hpp"

namespace radflow {

template <typename T>
struct Choice {
  T value;
  std::string name;
  std::string sentence;
};
template <typename T>
using Choices = std::vector<Choice<T>>;

template <typename T>
concept HasChoices = requires(const T& value) {
  { choices_of(value) } -> std::same_as<Choices<T>>;
};
// The name of a choice.
template <HasChoices T>
std::string choice_name(const T& value) {
  for (const Choice<T>& choice : choices_of(value))
    if (choice.value == value) return choice.name;
  return "";
}
template <typename T>
concept HasFields = requires {
  T::fields().list;
};

template <typename T>
struct ParamCodec {  // one scalar
  static Shape shape(const Limits& limits) { return {.type = scalar_type<T>(), .limits = limits}; }
  static void read(const Value& value, const Limits& limits, Reading& reading, T& out) {
    std::string wrong = parse_value(value, limits, out);
    if constexpr (std::is_same_v<T, std::string>)
      if (wrong.empty() && limits.file && reading.check_file) wrong = reading.check_file(out, limits);
    if (!wrong.empty()) reading.wrong(wrong);
  }
  static std::string write(const T& value, const Limits& limits, const Writing& how) {
    std::string text = format_value(value);
    if (text.empty()) return text;
    if (how.mask && limits.secret) return "***";
    if (limits.digest && how.model) return how.model(text);
    return std::is_same_v<T, std::string> && how.inside ? quoted_if_needed(text) : text;
  }
};

template <HasChoices T>
struct ParamCodec<T> {
  static Shape shape(const Limits& limits) {
    Shape shape{.type = ParamType::Choice, .limits = limits};
    for (const Choice<T>& choice : choices_of(T{})) shape.choices.push_back({choice.name, choice.sentence});
    return shape;
  }
  static void read(const Value& value, const Limits&, Reading& reading, T& out) {
    const Choices<T> choices = choices_of(T{});
    std::vector<std::string> names;
    for (const Choice<T>& choice : choices) names.push_back(choice.name);
    std::string name;
    if (const std::string wrong = parse_choice(value, names, name); !wrong.empty())
      return reading.wrong(wrong);
    for (const Choice<T>& choice : choices)
      if (choice.name == name) out = choice.value;
  }
  static std::string write(const T& value, const Limits&, const Writing&) { return choice_name(value); }
};

template <HasFields T>
struct ParamCodec<T> {
  static Shape shape(const Limits& limits) {
    return {.type = ParamType::Struct, .limits = limits, .fields = T::fields().list};
  }
  static void read(const Value& value, const Limits&, Reading& reading, T& out) {
    read_fields(T::fields().list, &out, value, reading);
  }
  static std::string write(const T& value, const Limits&, const Writing& how) {
    Writing inside = how;
    inside.inside = true;
    return write_fields(T::fields().list, &value, inside);
  }
};

template <std::derived_from<Selection> T>
struct ParamCodec<T> {
  static Shape shape(const Limits& limits) {
    return {.type = ParamType::Selection, .limits = limits, .alternatives = &T::alternatives};
  }
  static void read(const Value& value, const Limits&, Reading& reading, T& out) {
    read_selection(T::alternatives(), out, value, reading);
  }
  static std::string write(const T& value, const Limits&, const Writing& how) {
    return write_selection(value, T::alternatives(), how);
  }
};

template <typename T>
requires(!HasChoices<std::optional<T>>) struct ParamCodec<std::optional<T>> {
  static Shape shape(const Limits& limits) {
    Shape shape = ParamCodec<T>::shape(limits);
    shape.optional = true;
    return shape;
  }
  static void read(const Value& value, const Limits& limits, Reading& reading, std::optional<T>& out) {
    ParamCodec<T>::read(value, limits, reading, out.emplace());
  }
  static std::string write(const std::optional<T>& value, const Limits& limits, const Writing& how) {
    if (!value) return "";
    const std::string text = ParamCodec<T>::write(*value, limits, how);
    return text.empty() ? quoted_if_needed(text) : text;  // an empty text that is given is not an absent one
  }
};

template <typename T>
struct ParamCodec<std::vector<T>> {
  static Shape shape(const Limits& limits) {
    return {.type = ParamType::List, .limits = limits, .item = {ParamCodec<T>::shape(limits)}};
  }
  static void read(const Value& value, const Limits& limits, Reading& reading, std::vector<T>& out) {
    if (value.kind != Value::Kind::List)
      return reading.wrong(expected("a " + list_name(ParamCodec<T>::shape({}).type, 0), value));
    out.assign(value.items.size(), T{});
    for (std::size_t i = 0; i < out.size(); ++i)
      reading.inside(std::to_string(i), value.items[i].mark,
                     [&] { ParamCodec<T>::read(value.items[i], limits, reading, out[i]); });
  }
  static std::string write(const std::vector<T>& list, const Limits& limits, const Writing& how) {
    std::string text;
    for (const T& item : list) text += (text.empty() ? "" : ", ") + ParamCodec<T>::write(item, limits, how);
    return "[" + text + "]";
  }
};

template <typename T, std::size_t N>
struct ParamCodec<std::array<T, N>> {
  static Shape shape(const Limits& limits) {
    return {.type = ParamType::List, .limits = limits, .item = {ParamCodec<T>::shape(limits)}, .length = N};
  }
  static void read(const Value& value, const Limits& limits, Reading& reading, std::array<T, N>& out) {
    if (value.kind != Value::Kind::List || value.items.size() != N)
      return reading.wrong(expected("a " + list_name(ParamCodec<T>::shape({}).type, N), value));
    for (std::size_t i = 0; i < N; ++i)
      reading.inside(std::to_string(i), value.items[i].mark,
                     [&] { ParamCodec<T>::read(value.items[i], limits, reading, out[i]); });
  }
  static std::string write(const std::array<T, N>& list, const Limits& limits, const Writing& how) {
    return ParamCodec<std::vector<T>>::write({list.begin(), list.end()}, limits, how);
  }
};

template <typename T>
struct ParamCodec<std::map<std::string, T>> {
  static Shape shape(const Limits& limits) {
    return {.type = ParamType::Map, .limits = limits, .item = {ParamCodec<T>::shape(limits)}};
  }
  static void read(const Value& value, const Limits& limits, Reading& reading,
                   std::map<std::string, T>& out) {
    if (value.kind != Value::Kind::Map) return reading.wrong(expected("a map", value));
    out.clear();
    for (const Value::Entry& entry : value.entries)
      reading.inside(entry.key, place(entry),
                     [&] { ParamCodec<T>::read(entry.value, limits, reading, out[entry.key]); });
  }
  static std::string write(const std::map<std::string, T>& map, const Limits& limits, const Writing& how) {
    Writing inside = how;
    inside.inside = true;
    std::string text;
    for (const auto& [key, value] : map) {
      const std::string item = ParamCodec<T>::write(value, limits, inside);
      text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", quoted_if_needed(key),
                          item.empty() ? quoted_if_needed(item) : item);
    }
    return "{" + text + "}";
  }
};

template <typename P, typename T>
ParamSpec make_param(T P::*member, std::string name, const Limits& limits, std::string sentence) {
  using Codec = ParamCodec<T>;
  ParamSpec param{std::move(name), Codec::shape(limits), std::move(sentence), {}, false, {}, {}, {}, {}};
  param.set = [member, limits](void* object, const Value& value, Reading& reading) {
    Codec::read(value, limits, reading, static_cast<P*>(object)->*member);
  };
  param.write = [member, limits](const void* object, const Writing& how) {
    return Codec::write(static_cast<const P*>(object)->*member, limits, how);
  };
  param.at = [member](const void* object) -> const void* {
    const T& value = static_cast<const P*>(object)->*member;
    if constexpr (requires { value.has_value(); })
      return value ? &*value : nullptr;
    else if constexpr (std::derived_from<T, Selection>)
      return static_cast<const Selection*>(&value);
    else
      return &value;
  };
  const P defaults{};
  param.default_text = param.get(&defaults);
  return param;
}

// The fields of a struct P that stands inside other parameters.
template <typename P>
struct Fields {
  template <typename T>
  Fields& param(T P::*member, std::string name, const Limits& limits, std::string sentence) {
    list.push_back(make_param(member, std::move(name), limits, std::move(sentence)));
    return *this;
  }
  // The parameter declared last says how a model is made, not what the node does with it: no part of the digest.
  Fields& of_training() {
    list.back().training = true;
    return *this;
  }
  // Where the parameter declared last is absent, the digest says this of it: for one that was not always optional.
  Fields& absent_as(std::string text) {
    list.back().absent_text = std::move(text);
    return *this;
  }

  std::vector<ParamSpec> list;
};

}  // namespace radflow
