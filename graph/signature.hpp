// What the signature of a node's call operator says, and the NodeBody made from it. For Register.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "graph/node_body.hpp"
#include "graph/spec.hpp"

namespace radflow::detail {

template <typename T>
struct Signature;
template <typename C, typename R, typename... A>
struct Signature<R (C::*)(A...) const> {
  using Return = R;
  using Arguments = std::tuple<A...>;
  static constexpr bool exclusive = false;
};
template <typename C, typename R, typename... A>
struct Signature<R (C::*)(A...)> : Signature<R (C::*)(A...) const> {
  static constexpr bool exclusive = true;
};

template <typename T>
struct Output {
  using Type = T;
  static constexpr Arity arity = Arity::One;
  static constexpr bool routed = false;
  static Outcome outcome(T&& value) { return Outcome::of(Payload::of(std::move(value))); }
};
template <>
struct Output<Payload> {  // a node that passes on what it was given
  using Type = Payload;
  static constexpr Arity arity = Arity::One;
  static constexpr bool routed = false;
  static Outcome outcome(Payload&& value) { return Outcome::of(std::move(value)); }
};
template <>
struct Output<Routed> {
  using Type = Payload;
  static constexpr Arity arity = Arity::One;
  static constexpr bool routed = true;
  static Outcome outcome(Routed&& routed) { return Outcome::of(std::move(routed.value), routed.port); }
};
template <typename T>
struct Output<Result<T>> {
  using Type = typename Output<T>::Type;
  static constexpr Arity arity = Arity::One;
  static constexpr bool routed = Output<T>::routed;
  static Outcome outcome(Result<T>&& result) {
    if (result) return Output<T>::outcome(*std::move(result));
    return Outcome::failed(result.error());
  }
};
template <typename T>
struct Output<std::optional<T>> {
  using Type = T;
  static constexpr Arity arity = Arity::One;
  static constexpr bool routed = false;
  static Outcome outcome(std::optional<T>&& value) {
    if (value) return Output<T>::outcome(*std::move(value));
    return {};
  }
};
template <typename T>
struct Output<std::vector<Part<T>>> {
  using Type = T;
  static constexpr Arity arity = Arity::Many;
  static constexpr bool routed = false;
  static Outcome outcome(std::vector<Part<T>>&& parts) {
    std::vector<Outcome::Piece> pieces;
    pieces.reserve(parts.size());
    for (Part<T>& part : parts) {
      if (part.value)
        pieces.push_back({Payload::of(*std::move(part.value)), std::move(part.identity)});
      else
        pieces.push_back({part.value.error(), std::move(part.identity)});
    }
    return Outcome::split(std::move(pieces));
  }
};
template <typename T>
struct Output<Result<std::vector<Part<T>>>> {
  using Type = T;
  static constexpr Arity arity = Arity::Many;
  static constexpr bool routed = false;
  static Outcome outcome(Result<std::vector<Part<T>>>&& result) {
    if (result) return Output<std::vector<Part<T>>>::outcome(*std::move(result));
    return Outcome::failed(result.error());
  }
};

template <typename T>
const PayloadType* port_type() {
  if constexpr (std::is_same_v<T, Payload>)
    return nullptr;
  else
    return &payload_type<T>;
}

template <typename T>
struct IsSpan : std::false_type {};
template <typename T>
struct IsSpan<std::span<const T* const>> : std::true_type {
  using Element = T;
};

template <typename Node>
class Body final : public NodeBody {
  using Sig = Signature<decltype(&Node::operator())>;
  using Arguments = typename Sig::Arguments;
  static constexpr std::size_t count = std::tuple_size_v<Arguments>;
  template <std::size_t I>
  using Argument = std::remove_cvref_t<std::tuple_element_t<I, Arguments>>;

  static constexpr bool takes_context() {
    if constexpr (count == 0)
      return false;
    else
      return std::is_same_v<Argument<count - 1>, Context>;
  }

 public:
  static constexpr bool exclusive = Sig::exclusive;
  static constexpr std::size_t ports = takes_context() ? count - 1 : count;
  using Out = Output<std::remove_cvref_t<typename Sig::Return>>;

  static constexpr bool variadic() {
    if constexpr (ports == 1)
      return IsSpan<Argument<0>>::value;
    else
      return false;
  }

  static std::vector<const PayloadType*> input_types() {
    if constexpr (variadic())
      return {port_type<typename IsSpan<Argument<0>>::Element>()};
    else
      return []<std::size_t... I>(std::index_sequence<I...>) {
        return std::vector<const PayloadType*>{port_type<Argument<I>>()...};
      }
    (std::make_index_sequence<ports>{});
  }

  template <typename Params>
  Body(const Params& params, const BuildInfo& info) : node_{make(params, info)} {}

  Outcome call(std::span<const Payload* const> inputs, const Context& context) override {
    if constexpr (variadic()) {
      using Element = typename IsSpan<Argument<0>>::Element;
      std::vector<const Element*> elements;
      elements.reserve(inputs.size());
      for (const Payload* input : inputs) elements.push_back(&input->as<Element>());
      return invoke(context, std::span<const Element* const>{elements});
    } else {
      return [&]<std::size_t... I>(std::index_sequence<I...>) {
        return invoke(context, get<Argument<I>>(*inputs[I])...);
      }
      (std::make_index_sequence<ports>{});
    }
  }

  std::vector<std::string> labels() const override {
    if constexpr (requires { node_.labels(); })
      return node_.labels();
    else
      return {};
  }

 private:
  template <typename T>
  static const T& get(const Payload& payload) {
    if constexpr (std::is_same_v<T, Payload>)
      return payload;
    else
      return payload.as<T>();
  }
  template <typename... A>
  Outcome invoke(const Context& context, const A&... arguments) {
    if constexpr (takes_context())
      return Out::outcome(node_(arguments..., context));
    else
      return Out::outcome(node_(arguments...));
  }
  template <typename Params>
  static Node make(const Params& params, const BuildInfo& info) {
    if constexpr (std::is_constructible_v<Node, const Params&, const BuildInfo&>)
      return Node{params, info};
    else if constexpr (std::is_constructible_v<Node, const Params&>)
      return Node{params};
    else
      return Node{};
  }

  Node node_;
};

}  // namespace radflow::detail
