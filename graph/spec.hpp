// Specification: the one place where a component (node, source or sink) says its name, ports and parameters.
// Parsing, checking, `radflow describe`, the JSON Schema and the node catalogue all come from it.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "graph/payload.hpp"
#include "graph/value.hpp"

namespace radflow {

// Thrown by a component's constructor when parameters, each right by itself, do not fit together or a file
// they name is unusable. `param` may be empty; the checker adds file, line and column.
struct ParamError : std::runtime_error {
  ParamError(std::string param_name, const std::string& message)
      : std::runtime_error{message}, param{std::move(param_name)} {}
  std::string param;
};

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

// 30s, 500ms, 5m, 1h. In milliseconds.
struct Duration {
  std::int64_t ms = 0;
  bool operator==(const Duration&) const = default;
};
// 512MiB, 2GiB, 100kB, 1048576.
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

struct PortSpec {
  std::string name;                   // "in" or "out" where there is only one
  const PayloadType* type = nullptr;  // null: any payload
};

enum class ComponentKind { Node, Source, Sink };

// What a node makes of one message.
enum class Arity {
  One,   // one message, or none if it is filtered
  Many,  // a split: any number of messages, each with an identity of its own
};

class NodeBody;    // graph/node_body.hpp
class Source;      // graph/connector.hpp
class Sink;        // graph/connector.hpp
struct BuildInfo;  // graph/node_body.hpp

struct Spec {
  ComponentKind kind = ComponentKind::Node;
  std::string name;
  std::string sentence;
  std::string example;  // YAML to paste
  std::vector<PortSpec> inputs;
  bool variadic = false;  // takes any number of inputs of inputs[0]'s type
  std::vector<PortSpec> outputs;
  Arity arity = Arity::One;
  bool exclusive = false;      // may not be called concurrently: one instance per worker
  bool transient = false;      // may fail in a way that passes: `retry` is allowed
  std::string own_retry;       // sinks: what stands in for `retry`, "librdkafka tries again: set ..."
  bool transactional = false;  // connectors: can take part in `delivery: exactly_once`
  bool free_params = false;    // connectors: any key with a dot in it is a property of the library underneath
  std::vector<ParamSpec> params;

  std::function<std::shared_ptr<void>()> make_params;
  std::function<std::unique_ptr<NodeBody>(const void* params, const BuildInfo&)> make_node;
  std::function<std::unique_ptr<Source>(const void* params, const BuildInfo&)> make_source;
  std::function<std::unique_ptr<Sink>(const void* params, const BuildInfo&)> make_sink;

  const ParamSpec* param(std::string_view name) const;
};

// Builds a Spec; the subclasses say which kind.
class SpecBuilder {
 public:
  SpecBuilder(std::string name, std::string sentence) {
    spec.name = std::move(name);
    spec.sentence = std::move(sentence);
  }

  template <typename P, typename T>
  SpecBuilder& param(T P::*member, std::string name, Limits limits, std::string sentence) {
    ParamSpec param{
        std::move(name), param_type<T>(), limits, std::move(sentence), format_value(P{}.*member), {}, {}};
    param.set = [member, limits](void* params, const Value& value) {
      return parse_value(value, limits, static_cast<P*>(params)->*member);
    };
    param.get = [member](const void* params) { return format_value(static_cast<const P*>(params)->*member); };
    spec.params.push_back(std::move(param));
    return *this;
  }
  // Names the input ports, in the order of the call operator's arguments; "in" is the default for one.
  SpecBuilder& inputs(std::vector<std::string> names) {
    input_names = std::move(names);
    return *this;
  }
  // Names the output ports of a node that returns Routed.
  SpecBuilder& outputs(std::vector<std::string> names) {
    output_names = std::move(names);
    return *this;
  }
  // The node's errors may be transient, or the sink tries again as BuildInfo::retry says: users may give it
  // `retry`.
  SpecBuilder& transient() {
    spec.transient = true;
    return *this;
  }
  // The sink tries again in a way of its own; users are told `how`.
  SpecBuilder& own_retry(std::string how) {
    spec.own_retry = std::move(how);
    return *this;
  }
  SpecBuilder& example(std::string yaml) {
    spec.example = std::move(yaml);
    return *this;
  }
  // Connectors: with BuildInfo::delivery "exactly_once" reads or writes in the graph's transactions.
  SpecBuilder& transactional() {
    spec.transactional = true;
    return *this;
  }
  // Connectors: keys with a dot are properties of the library underneath, found in BuildInfo::properties.
  SpecBuilder& free_params() {
    spec.free_params = true;
    return *this;
  }

  Spec spec;
  std::vector<std::string> input_names;
  std::vector<std::string> output_names;
};

struct NodeSpec : SpecBuilder {
  using SpecBuilder::SpecBuilder;
};
struct SourceSpec : SpecBuilder {
  using SpecBuilder::SpecBuilder;
};
struct SinkSpec : SpecBuilder {
  using SpecBuilder::SpecBuilder;
};

// All components of the program, filled before main() by the Register objects. Read-only afterwards.
class Registry {
 public:
  static Registry& instance();

  void add(Spec spec);
  // Null if there is none of that kind and name.
  const Spec* find(ComponentKind kind, std::string_view name) const;
  // Sorted by name.
  std::vector<const Spec*> all(ComponentKind kind) const;

 private:
  std::vector<std::unique_ptr<const Spec>> specs_;
};

}  // namespace radflow
