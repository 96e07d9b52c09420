// SpecBuilder: how a component declares its specification, in the one .cpp file that has it:
//   const Register<Resize, Params> registered{NodeSpec{"resize", "..."}.param(&Params::width, "width", ...)};
#pragma once

#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "graph/spec.hpp"

namespace radflow {

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
  // "...") as radflow_node_load, both with the labels graph and node; a counter may have one more label, whose values the
  // node knows when it is made: the classes of a model.
  SpecBuilder& counter(std::string name, std::string sentence, std::string label = "") {
    spec.metrics.push_back(
        {MetricSpec::Kind::Counter, std::move(name), std::move(sentence), std::move(label)});
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
  // Of several outputs the first is meant where a graph says the node's name alone: `decode`, and `decode.mask`.
  SpecBuilder& first_is_main() {
    spec.first_is_main = true;
    return *this;
  }
  // The node's errors may be transient, or the sink tries again as BuildInfo::retry says: users may give it `retry`.
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
  // What is known of the first input (graph/known.hpp) is known of the node's values too: all of it where they mean the
  // same, else the facts that are named: keeps_known<KnownSize>(). What the node itself says is known goes before both.
  template <typename... Facts>
  SpecBuilder& keeps_known() {
    spec.keeps_known = sizeof...(Facts) == 0;
    spec.kept_facts = {std::string{Facts::fact_name}...};
    return *this;
  }
  // Nodes: by these outputs the input of the same name leaves as it came, or not at all.
  SpecBuilder& hands_on(std::vector<std::string> names) {
    spec.hands_on = std::move(names);
    return *this;
  }
  // Connectors: with BuildInfo::delivery ExactlyOnce reads or writes in the graph's transactions.
  SpecBuilder& transactional() {
    spec.transactional = true;
    return *this;
  }
  // Sources: the key alone tells a record from all others, as a file's path does; a sink may name files after it.
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
  // Connectors: keys with a dot, and those that `plain` gives, are properties of the library underneath,
  // found in BuildInfo::properties.
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

}  // namespace radflow
