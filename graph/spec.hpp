// Specification: the one place where a component (node, source or sink) says its name, ports and parameters.
// Parsing, checking, `radflow describe`, the JSON Schema and the node catalogue all come from it.
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
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
  std::string expected;  // for messages: "properties such as {server: localhost:80}"
  std::string sentence;  // for the schema
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
  Arity arity = Arity::One;
  bool exclusive = false;      // may not be called concurrently: one instance per call at a time
  bool keeps_known = false;    // nodes: what is known of the first input is known of what comes of it
  bool transient = false;      // may fail in a way that passes: `retry` is allowed
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
  std::vector<std::string> property_names() const;  // those without a dot
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
    spec.params.push_back(make_param(member, std::move(name), limits, std::move(sentence)));
    return *this;
  }
  // The parameter declared last says how a model is made, not what the node does with it: it is no part of the digest.
  SpecBuilder& of_training() {
    spec.params.back().training = true;
    return *this;
  }
  // Where the parameter declared last is absent, the digest says this of it: for one that was not always optional.
  SpecBuilder& absent_as(std::string text) {
    spec.params.back().absent_text = std::move(text);
    return *this;
  }
  // Headers of records that the component reads; for people only, the component itself reads them.
  SpecBuilder& headers(std::vector<HeaderSpec> read) {
    spec.headers = std::move(read);
    return *this;
  }
  // The reasons of a node's errors, which users see as metric labels and in dead letters. A list that several nodes
  // share is declared once, beside the function that returns the errors: `.errors(grey_errors)`.
  SpecBuilder& errors(std::span<const ReasonSpec> reasons) {
    spec.errors.insert(spec.errors.end(), reasons.begin(), reasons.end());
    return *this;
  }
  SpecBuilder& errors(std::initializer_list<ReasonSpec> reasons) { return errors(std::span{reasons}); }
  SpecBuilder& warnings(std::span<const ReasonSpec> reasons) {
    spec.warnings.insert(spec.warnings.end(), reasons.begin(), reasons.end());
    return *this;
  }
  SpecBuilder& warnings(std::initializer_list<ReasonSpec> reasons) { return warnings(std::span{reasons}); }
  // What a node counts or shows itself: .counter("edges", "...") is exported as radflow_node_edges_total, .gauge("load",
  // "...") as radflow_node_load, both with the labels graph and node.
  SpecBuilder& counter(std::string name, std::string sentence) {
    spec.metrics.push_back({MetricSpec::Kind::Counter, std::move(name), std::move(sentence)});
    return *this;
  }
  SpecBuilder& gauge(std::string name, std::string sentence) {
    spec.metrics.push_back({MetricSpec::Kind::Gauge, std::move(name), std::move(sentence)});
    return *this;
  }
  // Names the input ports, in the order of the call operator's arguments; a single one is called "in" by default.
  SpecBuilder& inputs(std::vector<std::string> names) {
    input_names = std::move(names);
    return *this;
  }
  // Names the output ports of a node that returns Routed or a tuple; a single one is called "out" by default.
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
  // The node's values mean what its first input's mean: what is known of these (graph/known.hpp) stays known.
  SpecBuilder& keeps_known() {
    spec.keeps_known = true;
    return *this;
  }
  // Connectors: with BuildInfo::delivery "exactly_once" reads or writes in the graph's transactions.
  SpecBuilder& transactional() {
    spec.transactional = true;
    return *this;
  }
  // Sources: the key alone tells a record from all others, as a file's path does; a sink may name files after
  // it.
  SpecBuilder& key_is_unique() {
    spec.key_is_unique = true;
    return *this;
  }
  // Sources: a run goes on where an earlier one stopped, so that what stands in for the sinks is continued as well.
  SpecBuilder& goes_on() {
    spec.goes_on = true;
    return *this;
  }
  // Nodes: makes a record of any payload, and is put before the sinks that take records. One node of a program.
  SpecBuilder& makes_records() {
    spec.makes_records = true;
    return *this;
  }
  // Connectors: properties may stand in this block of the graph file too; those of the component itself win.
  SpecBuilder& shared_block(SharedBlock block) {
    spec.shared_block = std::move(block);
    return *this;
  }
  // Connectors: keys with a dot, and those that `plain` gives, are properties of the library underneath, found
  // in BuildInfo::properties.
  SpecBuilder& free_params(std::function<std::vector<std::string>()> plain = {}) {
    spec.free_params = true;
    spec.plain_properties = std::move(plain);
    return *this;
  }
  // One of these parameters at least must be given. The component's check says so, the schema demands it.
  SpecBuilder& any_of(std::vector<std::string> names) {
    spec.any_of = std::move(names);
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
