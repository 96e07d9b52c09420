// How to write a node: a class with a call operator from payloads to a payload, and one Register object.
//
//   class GaussianBlur {
//    public:
//     explicit GaussianBlur(const Params& params);             // may throw ParamError
//     Frame operator()(const Frame& frame) const;              // const: called concurrently
//   };
//   const Register<GaussianBlur, Params> registered{
//       NodeSpec{"gaussian_blur", "Smooths each frame with a Gaussian kernel."}
//           .param(&Params::sigma, "sigma", range(0.1, 50.0), "Standard deviation, in pixels.")};
//
// The call operator's signature says the ports and what the node is:
//   T f(const A&, const B&)             a join of two ports, named by .inputs({"image", "mask"})
//   T f(std::span<const A* const>)      a join of any number of inputs of one type
//   T f(const A&, const Context&)       as the last argument: the record's key, headers, identity
//   T                                   one result             (any exception is one too: a failed message)
//   Result<T>                           a result or an error
//   std::optional<T>                    a result, or the message ends filtered
//   Routed                              a result that leaves by one of several outputs
//   std::vector<Part<T>>                a split: one message per part
// A call operator that is not const may not be called concurrently: such a node gets one instance per worker.
// The constructor may take (const Params&, const BuildInfo&).
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "graph/context.hpp"
#include "graph/payload.hpp"
#include "graph/result.hpp"
#include "graph/spec.hpp"

namespace radflow {

// One message that a split makes. A part without a value is a frame that failed: the others go on.
template <typename T>
struct Part {
  Result<T> value;
  Identity identity;
};

// What came of one call of a node.
struct Outcome {
  enum class Kind { Value, Filtered, Failed, Split };
  struct Piece {
    Result<Payload> value;
    Identity identity;
  };

  Kind kind = Kind::Filtered;
  Payload value;
  int port = 0;                  // which output the value leaves by; nothing leaves by the others
  std::unique_ptr<Error> error;  // Failed
  std::vector<Piece> pieces;     // Split

  static Outcome of(Payload value, int port = 0) {
    Outcome outcome;
    outcome.kind = Kind::Value;
    outcome.value = std::move(value);
    outcome.port = port;
    return outcome;
  }
  static Outcome filtered() { return {}; }
  static Outcome failed(Error error) {
    Outcome outcome;
    outcome.kind = Kind::Failed;
    outcome.error = std::make_unique<Error>(std::move(error));
    return outcome;
  }
  static Outcome split(std::vector<Piece> pieces) {
    Outcome outcome;
    outcome.kind = Kind::Split;
    outcome.pieces = std::move(pieces);
    return outcome;
  }
};

// What a node with several outputs returns: a value and the output it leaves by, counted from 0 in the order
// of .outputs({"matched", "other"}).
struct Routed {
  Payload value;
  int port = 0;
};

// A node as the pipeline calls it. Inputs are never null and of the specification's types.
class NodeBody {
 public:
  virtual ~NodeBody() = default;
  virtual Outcome call(std::span<const Payload* const> inputs, const Context& context) = 0;
};

class Shared;  // graph/shared.hpp

// What a component may know of the graph while it is built.
struct BuildInfo {
  std::string graph;            // the graph's name
  std::string name;             // the component's own
  std::string folder;           // of the graph file: relative paths in it start there
  std::string upstream_digest;  // nodes: of every node and parameter between the source and this one
  std::string upstream;  // the same for a person: one line per node, "resize: {height: 256, width: 256}"
  std::string delivery = "at_least_once";
  std::vector<std::pair<std::string, std::string>>
      properties;  // connectors: the shared block, then their own
  int workers = 1;
  std::shared_ptr<Shared> shared;  // connectors: of all of one running graph

  // A path of the YAML, made absolute or relative to the working directory.
  std::string path(const std::string& in_yaml) const;
};

namespace detail {

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
  static Outcome outcome(T&& value) { return Outcome::of(Payload::of(std::move(value))); }
};
template <>
struct Output<Payload> {  // a node that passes on what it was given
  using Type = Payload;
  static constexpr Arity arity = Arity::One;
  static Outcome outcome(Payload&& value) { return Outcome::of(std::move(value)); }
};
template <>
struct Output<Routed> {
  using Type = Payload;
  static constexpr Arity arity = Arity::One;
  static Outcome outcome(Routed&& routed) { return Outcome::of(std::move(routed.value), routed.port); }
};
template <typename T>
struct Output<Result<T>> {
  using Type = T;
  static constexpr Arity arity = Arity::One;
  static Outcome outcome(Result<T>&& result) {
    if (result) return Output<T>::outcome(*std::move(result));
    return Outcome::failed(result.error());
  }
};
template <typename T>
struct Output<std::optional<T>> {
  using Type = T;
  static constexpr Arity arity = Arity::One;
  static Outcome outcome(std::optional<T>&& value) {
    if (value) return Output<T>::outcome(*std::move(value));
    return {};
  }
};
template <typename T>
struct Output<std::vector<Part<T>>> {
  using Type = T;
  static constexpr Arity arity = Arity::Many;
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

}  // namespace detail

struct NoParams {};

// Makes a node known to the program. One object per node, in the node's own .cpp; link node libraries as
// CMake OBJECT libraries, or the linker drops it.
template <typename Node, typename Params = NoParams>
class Register {
 public:
  explicit Register(SpecBuilder builder) {
    using Body = detail::Body<Node>;
    Spec& spec = builder.spec;
    spec.kind = ComponentKind::Node;
    spec.exclusive = Body::exclusive;
    spec.variadic = Body::variadic();
    spec.arity = Body::Out::arity;
    const auto types = Body::input_types();
    for (std::size_t i = 0; i < types.size(); ++i)
      spec.inputs.push_back({i < builder.input_names.size() ? builder.input_names[i] : "in", types[i]});
    if (builder.output_names.empty()) builder.output_names = {"out"};
    for (const std::string& name : builder.output_names)
      spec.outputs.push_back({name, detail::port_type<typename Body::Out::Type>()});
    spec.make_params = [] { return std::make_shared<Params>(); };
    spec.make_node = [](const void* params, const BuildInfo& info) -> std::unique_ptr<NodeBody> {
      return std::make_unique<Body>(*static_cast<const Params*>(params), info);
    };
    Registry::instance().add(std::move(spec));
  }
};

}  // namespace radflow
