// What the arguments of a node's call operator say, and the NodeBody made from it; what its return type says stands in
// graph/output.hpp. For Register.
#pragma once

#include <memory>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "graph/node_body.hpp"
#include "graph/one_of.hpp"
#include "graph/output.hpp"
#include "graph/spec.hpp"

namespace radflow::detail {

template <typename T>
struct Signature;
template <typename C, typename R, typename... A>
struct Signature<R (C::*)(A...) const> {
  using Return = R;
  using Arguments = std::tuple<A...>;
  static constexpr bool is_const = true;
};
template <typename C, typename R, typename... A>
struct Signature<R (C::*)(A...)> : Signature<R (C::*)(A...) const> {
  static constexpr bool is_const = false;
};

// A node of the user's class, by whichever constructor it has.
template <typename Node, typename Params>
Node make(const Params& params, const BuildInfo& info) {
  if constexpr (std::is_constructible_v<Node, const Params&, const BuildInfo&>)
    return Node{params, info};
  else if constexpr (std::is_constructible_v<Node, const Params&>)
    return Node{params};
  else
    return Node{};
}

// What such a node says is known of an output, if it says anything.
template <typename Node>
Known known_of(const Node& node, [[maybe_unused]] int output) {
  if constexpr (requires { node.known(output); })
    return node.known(output);
  else if constexpr (requires { node.known(); })
    return node.known();
  else
    return {};
}

template <typename Node>
constexpr bool is_exclusive() {
  if constexpr (requires { Node::exclusive; })
    return Node::exclusive;
  else
    return false;
}

template <typename T>
struct IsSpan : std::false_type {};
template <typename T>
struct IsSpan<std::span<const T* const>> : std::true_type {
  using Element = T;
};

// An argument that is an input port: `const Mask&`, or `const Mask*` where it is optional.
template <typename T>
struct Input {
  using Type = T;
  static constexpr bool optional = false;
  static const T& of(const Payload* payload) {
    if constexpr (std::is_same_v<T, Payload>)
      return *payload;
    else
      return payload->as<T>();
  }
};
template <typename... T>
struct Input<OneOf<T...>> {
  using Type = OneOf<T...>;
  static constexpr bool optional = false;
  static OneOf<T...> of(const Payload* payload) { return OneOf<T...>{*payload}; }
};
template <typename T>
struct Input<const T*> : Input<T> {
  static constexpr bool optional = true;
  static const T* of(const Payload* payload) { return payload ? &Input<T>::of(payload) : nullptr; }
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
  static constexpr bool exclusive = is_exclusive<Node>();
  static_assert(
      Sig::is_const || exclusive,
      "a call operator is const, because it is called concurrently; a node that cannot bear that says "
      "`static constexpr bool exclusive = true;`");
  static constexpr bool batches = false;
  static constexpr std::size_t ports = takes_context() ? count - 1 : count;
  using Out = Output<std::remove_cvref_t<typename Sig::Return>>;

  static constexpr bool variadic() {
    if constexpr (ports == 1)
      return IsSpan<Argument<0>>::value;
    else
      return false;
  }

  static PortTypes input_types() {
    if constexpr (variadic())
      return {port_type<typename IsSpan<Argument<0>>::Element>()};
    else
      return each_input([]<typename... T>() { return PortTypes{port_type<typename T::Type>()...}; });
  }
  static std::vector<bool> optional_inputs() {
    if constexpr (variadic())
      return {false};
    else
      return each_input([]<typename... T>() { return std::vector<bool>{T::optional...}; });
  }

  template <typename Params>
  Body(const Params& params, const BuildInfo& info) : node_{make<Node>(params, info)} {}

  Outcome call(std::span<const Payload* const> inputs, const Context& context) override {
    if constexpr (variadic()) {
      using Element = typename IsSpan<Argument<0>>::Element;
      std::vector<const Element*> elements;
      elements.reserve(inputs.size());
      for (const Payload* input : inputs) elements.push_back(&input->as<Element>());
      return invoke(context, std::span<const Element* const>{elements});
    } else {
      return [&]<std::size_t... I>(std::index_sequence<I...>) {
        // Optional inputs at the end may be left out by a caller without a graph.
        return invoke(context, Input<Argument<I>>::of(I < inputs.size() ? inputs[I] : nullptr)...);
      }
      (std::make_index_sequence<ports>{});
    }
  }

  Known known(int output) const override { return known_of(node_, output); }

 private:
  // Calls `take` with the Input of every port as its template arguments.
  static auto each_input(auto take) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return take.template operator()<Input<Argument<I>>...>();
    }
    (std::make_index_sequence<ports>{});
  }
  template <typename... A>
  Outcome invoke(const Context& context, const A&... arguments) {
    if constexpr (takes_context())
      return Out::outcome(node_(arguments..., context));
    else
      return Out::outcome(node_(arguments...));
  }
  Node node_;
};

}  // namespace radflow::detail
