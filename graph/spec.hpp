// Specification: the one place where a component (node, source or sink) says its name, ports and parameters.
// Parsing, checking, `radflow describe`, the JSON Schema and the node catalogue all come from it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "graph/param_codec.hpp"
#include "graph/payload.hpp"
#include "graph/reasons.hpp"

namespace radflow {

struct PortSpec {
  std::string name;                   // "in" or "out" where there is only one
  const PayloadType* type = nullptr;  // null: any payload
  bool optional = false;              // an input that need not be wired
};

enum class ComponentKind { Node, Source, Sink };
std::string_view kind_name(ComponentKind kind);  // "node"

// What a node makes of one message.
enum class Arity {
  One,         // one message, or none if it is filtered
  Many,        // a split: any number of messages, each with an identity of its own
  Identified,  // one message with identifiers of its own: nothing before this node can be joined to it
  Gathered,    // one message of many records, that have a key in common (graph/group_node.hpp)
};

class NodeBody;    // graph/node_body.hpp
class Source;      // graph/connector.hpp
class Sink;        // graph/connector.hpp
struct BuildInfo;  // graph/node_body.hpp

// A header of a record that a component reads.
struct HeaderSpec {
  std::string name;
  std::string allowed;   // "u8, s8, u16", "integer, at least 1"
  std::string presence;  // "required", "default 1", "" where it may be absent
  std::string sentence;
};

// A top-level block of a graph file: properties that all connectors share which name the block.
struct SharedBlock {
  std::string name;      // its key
  std::string expected;  // messages say it: "properties such as {server: localhost:80}"
  std::string sentence;  // the schema says it
  std::string needed;    // a property: where it is not given, messages point at the block
};

struct Spec {
  ComponentKind kind = ComponentKind::Node;
  std::string name;
  std::string sentence;
  std::string example;  // YAML to paste
  std::vector<PortSpec> inputs;
  bool variadic = false;  // takes any number of inputs of inputs[0]'s type
  std::vector<PortSpec> outputs;
  bool first_is_main = false;  // of several outputs the first is meant where the node's name stands alone
  Arity arity = Arity::One;
  bool exclusive = false;    // may not be called concurrently: one instance per call at a time
  bool batches = false;      // nodes: may be called for several messages at once
  bool keeps_known = false;  // nodes: all that is known of the first input is known of what comes of it
  // Nodes: outputs by which the input of the same name leaves as it came, or not at all. What a model is trained behind is
  // told without such a node: it gives the same values with it and without it.
  std::vector<std::string> hands_on;
  std::vector<std::string> kept_facts;  // nodes: the names of those that are, where it is not all
  bool transient = false;               // may fail in a way that passes: `retry` is allowed
  std::string own_retry;       // sinks: what stands in for `retry`, "the library tries again: set ..."
  bool transactional = false;  // connectors: can take part in `delivery: exactly_once`
  bool key_is_unique = false;  // sources: no two records have one key
  bool goes_on = false;        // sources: a run goes on where an earlier one stopped
  bool makes_records =
      false;                 // nodes: goes before the sinks that take records, where another payload arrives
  bool free_params = false;  // connectors: takes properties of the library underneath
  // Their names without a dot; any other key without one is misspelt, any with one is a property.
  std::function<std::vector<std::string>()> plain_properties;
  SharedBlock shared_block;  // connectors: without a name if there is none
  std::vector<ParamSpec> params;
  std::vector<std::string> any_of;  // parameters of which one at least must be given
  std::vector<HeaderSpec> headers;
  std::vector<ReasonSpec> errors;    // nodes: the reasons of a failed message, but for errors_of_any_node
  std::vector<ReasonSpec> warnings;  // nodes: the reasons of Context::warn
  std::vector<MetricSpec> metrics;   // nodes
  std::string defect;                // what is wrong with the declaration itself; Registry::add() refuses it

  std::function<std::shared_ptr<void>()> make_params;
  std::function<std::unique_ptr<NodeBody>(const void* params, const BuildInfo&)> make_node;
  std::function<std::unique_ptr<Source>(const void* params, const BuildInfo&)> make_source;
  std::function<std::unique_ptr<Sink>(const void* params, const BuildInfo&)> make_sink;
  // Connectors: all that make_* would refuse and that can be told without writing anything or asking a
  // broker. May be empty.
  std::function<std::vector<ParamError>(const void* params, const BuildInfo&)> check;

  const ParamSpec* param(std::string_view path) const;  // "radius", "train.trees"
  // Whether a key is a property of the library underneath, rather than a parameter.
  bool takes_property(std::string_view key) const;
  std::vector<std::string> property_names() const;  // names without a dot
};

// All components of the program, filled before main() by the Register objects. Read-only afterwards.
class Registry {
 public:
  static Registry& instance();

  // Throws std::logic_error if the name is taken or the specification has a defect: a mistake of its author.
  void add(Spec spec);
  // Null if there is none of that kind and name.
  const Spec* find(ComponentKind kind, std::string_view name) const;
  // Sorted by name.
  std::vector<const Spec*> all(ComponentKind kind) const;
  // Those that connectors name, each once.
  std::vector<SharedBlock> shared_blocks() const;

 private:
  std::vector<std::unique_ptr<const Spec>> specs_;
};

}  // namespace radflow
