// What the return type of a node's call operator says: the ports by which values leave, and the Outcome that is made of
// what was returned. For Register.
#pragma once

#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "graph/node_body.hpp"
#include "graph/spec.hpp"

namespace radflow::detail {

using PortTypes = std::vector<const PayloadType*>;

// Null for Payload, which may be of any type.
template <typename T>
const PayloadType* port_type() {
  if constexpr (std::is_same_v<T, Payload>)
    return nullptr;
  else
    return &payload_type<T>;
}

inline Payload to_payload(Payload&& value) { return std::move(value); }
template <typename T>
Payload to_payload(T&& value) {
  return Payload::of(std::forward<T>(value));
}
// An element of a tuple: an empty payload where nothing leaves.
template <typename T>
Payload to_payload(std::optional<T>&& value) {
  return value ? to_payload(*std::move(value)) : Payload{};
}

template <typename T>
struct Unwrapped {
  using Type = T;
};
template <typename T>
struct Unwrapped<std::optional<T>> {
  using Type = T;
};

// One value by one port.
template <typename T>
struct Output {
  static constexpr Arity arity = Arity::One;
  static constexpr bool routed = false;  // true: as many ports as have names, all of any type
  static PortTypes types() { return {port_type<T>()}; }
  static Outcome outcome(T&& value) { return Outcome::of(to_payload(std::move(value))); }
};

template <>
struct Output<Routed> : Output<Payload> {
  static constexpr bool routed = true;
  static Outcome outcome(Routed&& routed) { return Outcome::of(std::move(routed.value), routed.port); }
};

template <typename... T>
struct Output<std::tuple<T...>> {
  static constexpr Arity arity = Arity::One;
  static constexpr bool routed = false;
  static PortTypes types() { return {port_type<typename Unwrapped<T>::Type>()...}; }
  static Outcome outcome(std::tuple<T...>&& values) {
    std::vector<Payload> payloads;
    payloads.reserve(sizeof...(T));
    std::apply([&](T&... value) { (payloads.push_back(to_payload(std::move(value))), ...); }, values);
    return Outcome::of_each(std::move(payloads));
  }
};

template <typename T>
struct Output<Identified<T>> : Output<T> {
  static constexpr Arity arity = Arity::Identified;
  static Outcome outcome(Identified<T>&& identified) {
    std::vector<Outcome::Piece> one;
    one.push_back({to_payload(std::move(identified.value)), {0, 1, std::move(identified.ids)}});
    return Outcome::split(std::move(one));
  }
};

template <typename T>
struct Output<std::vector<Part<T>>> : Output<T> {
  static constexpr Arity arity = Arity::Many;
  static Outcome outcome(std::vector<Part<T>>&& parts) {
    std::vector<Outcome::Piece> pieces;
    pieces.reserve(parts.size());
    for (Part<T>& part : parts) {
      if (part.value)
        pieces.push_back({to_payload(*std::move(part.value)), std::move(part.identity)});
      else
        pieces.push_back({part.value.error(), std::move(part.identity)});
    }
    return Outcome::split(std::move(pieces));
  }
};

// Parts that leave by several outputs.
template <typename A, typename... More>
struct Output<std::vector<Part<std::tuple<A, More...>>>> : Output<std::tuple<A, More...>> {
  static constexpr Arity arity = Arity::Many;
  static Outcome outcome(std::vector<Part<std::tuple<A, More...>>>&& parts) {
    std::vector<Outcome::Piece> pieces;
    pieces.reserve(parts.size());
    for (auto& part : parts) {
      if (!part.value) {
        pieces.push_back({part.value.error(), std::move(part.identity)});
        continue;
      }
      std::apply(
          [&](A& first, More&... more) {
            pieces.push_back({to_payload(std::move(first)), std::move(part.identity)});
            (pieces.back().others.push_back(to_payload(std::move(more))), ...);
          },
          *part.value);
    }
    return Outcome::split(std::move(pieces));
  }
};

template <typename T>
struct Output<std::optional<T>> : Output<T> {
  static Outcome outcome(std::optional<T>&& value) {
    return value ? Output<T>::outcome(*std::move(value)) : Outcome::filtered();
  }
};
template <typename T>
struct Output<Result<T>> : Output<T> {
  static Outcome outcome(Result<T>&& result) {
    return result ? Output<T>::outcome(*std::move(result)) : Outcome::failed(result.error());
  }
};

}  // namespace radflow::detail
