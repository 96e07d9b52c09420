// OneOf: the argument of a node that takes a value of one of several types, as resize takes a frame or a mask. A node that
// gives what it took returns Payload: the type of what leaves is that of what arrived.
//   Payload operator()(const OneOf<Frame, Mask>& image) const {
//     if (const auto* mask = image.get<Mask>()) return Payload::of(turned(*mask));
//     return Payload::of(turned(image.as<Frame>()));
//   }
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "graph/payload.hpp"

namespace radflow {

template <typename... T>
class OneOf {
 public:
  explicit OneOf(const Payload& payload) : payload_{payload} {}

  // The value, or null if it is of another type.
  template <typename One>
  const One* get() const {
    return payload_.get<One>();
  }
  template <typename One>
  const One& as() const {
    return payload_.as<One>();
  }
  const Payload& payload() const { return payload_; }

 private:
  const Payload& payload_;
};

namespace detail {

// "frame or mask"
template <typename... T>
struct Alternation {
  static constexpr std::string_view between = " or ";
  static constexpr std::size_t size = (T::payload_name.size() + ...) + (sizeof...(T) - 1) * between.size();
  static constexpr std::array<char, size> text = [] {
    std::array<char, size> joined{};
    std::size_t at = 0;
    const auto add = [&](std::string_view name) {
      if (at > 0)
        for (const char c : between) joined[at++] = c;
      for (const char c : name) joined[at++] = c;
    };
    (add(T::payload_name), ...);
    return joined;
  }();
  static constexpr std::array<const PayloadType*, sizeof...(T)> types{&payload_type<T>...};
};

}  // namespace detail

template <typename... T>
inline constexpr PayloadType payload_type<OneOf<T...>>{
    {detail::Alternation<T...>::text.data(), detail::Alternation<T...>::size},
    nullptr,
    detail::Alternation<T...>::types};

}  // namespace radflow
