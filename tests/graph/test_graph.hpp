// A graph of lambdas for tests of the engine: a source that emits given records, nodes that are functions,
// sinks that keep what they get and acknowledge from a thread of their own, in any order.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "graph/pipeline.hpp"
#include "tests/graph/keeping_sink.hpp"
#include "tests/graph/numbers.hpp"
#include "tests/graph/script_source.hpp"

namespace radflow::testing {

class FunctionBody final : public NodeBody {
 public:
  explicit FunctionBody(Function function) : function_{std::move(function)} {}
  Outcome call(std::span<const Payload* const> inputs, const Context& context) override {
    return function_(inputs, context);
  }

 private:
  Function function_;
};

struct NodeOptions {
  std::optional<int> concurrency;
  Arity arity = Arity::One;
  OnError on_error = OnError::DeadLetter;
  std::optional<Retry> retry;
  int outputs = 1;
  std::vector<ReasonSpec> errors;    // those the node declares
  std::vector<ReasonSpec> warnings;  // those the node declares
};

class TestGraph {
 public:
  TestGraph() {
    plan.info = {"test", "digest", "xxh3"};
    plan.workers = 2;
    plan.drain_ms = 5000;
  }

  TestGraph& source(std::vector<Record> records) {
    ComponentPlan source;
    source.name = "script";
    source.spec = spec(ComponentKind::Source, "script");
    specs_.back()->make_source = [this, records](const void*, const BuildInfo&) {
      auto made = std::make_unique<ScriptSource>(records);
      script = made.get();
      return made;
    };
    plan.sources.push_back(std::move(source));
    return *this;
  }
  // `inputs`: names of nodes; "" is the source.
  TestGraph& node(const std::string& name, const std::vector<std::string>& inputs, Function function,
                  NodeOptions options = {}) {
    NodePlan node;
    node.name = name;
    node.spec = spec(ComponentKind::Node, name);
    Spec& made = *specs_.back();
    made.arity = options.arity;
    made.errors = options.errors;
    made.warnings = options.warnings;
    made.outputs.resize(static_cast<std::size_t>(options.outputs));
    made.make_node = [function](const void*, const BuildInfo&) {
      return std::make_unique<FunctionBody>(function);
    };
    for (const std::string& input : inputs) node.inputs.push_back(place(input));
    node.retry = options.retry;
    node.concurrency = options.concurrency;
    node.on_error = options.on_error;
    ids_[name] = static_cast<int>(plan.nodes.size());
    plan.nodes.push_back(std::move(node));
    return *this;
  }
  // Of a node that is more than a function.
  void bodies(const std::string& name, std::function<std::unique_ptr<NodeBody>()> make) {
    for (const auto& spec : specs_)
      if (spec->kind == ComponentKind::Node && spec->name == name)
        spec->make_node = [make](const void*, const BuildInfo&) { return make(); };
  }
  TestGraph& sink(const std::string& name, const std::vector<std::string>& inputs, Order order = Order::Key,
                  KeepingSink::Rule rule = {}) {
    SinkPlan sink;
    sink.name = name;
    sink.spec = spec(ComponentKind::Sink, name);
    specs_.back()->make_sink = [this, name, rule](const void*, const BuildInfo&) {
      auto made = std::make_unique<KeepingSink>(rule);
      sinks[name] = made.get();
      return made;
    };
    for (const std::string& input : inputs) sink.inputs.push_back(place(input));
    sink.errors = inputs.empty();
    sink.order = order;
    plan.sinks.push_back(std::move(sink));
    return *this;
  }
  TestGraph& errors(KeepingSink::Rule rule = {}) { return sink("errors", {}, Order::None, std::move(rule)); }

  Pipeline& build() {
    pipeline = std::make_unique<Pipeline>(plan);
    return *pipeline;
  }
  Pipeline& start() {
    if (!pipeline) build();
    pipeline->start();
    return *pipeline;
  }
  bool run() { return start().wait(); }
  std::vector<KeepingSink::Kept> kept(const std::string& sink) { return sinks.at(sink)->kept(); }
  std::vector<std::int64_t> done() {
    const std::lock_guard lock{script->mutex};
    std::vector<std::int64_t> offsets = script->done_offsets;
    std::ranges::sort(offsets);
    return offsets;
  }

  Plan plan;
  std::unique_ptr<Pipeline> pipeline;
  ScriptSource* script = nullptr;
  std::map<std::string, KeepingSink*> sinks;

 private:
  // "name" or "name.port"; "" is the source.
  InputPlan place(const std::string& input) {
    const std::size_t dot = input.find('.');
    if (input.empty()) return {};
    return {ids_.at(input.substr(0, dot)), dot == std::string::npos ? 0 : std::stoi(input.substr(dot + 1))};
  }
  Spec* spec(ComponentKind kind, const std::string& name) {
    specs_.push_back(std::make_unique<Spec>());
    specs_.back()->kind = kind;
    specs_.back()->name = name;
    return specs_.back().get();
  }

  std::vector<std::unique_ptr<Spec>> specs_;
  std::map<std::string, int> ids_;
};

}  // namespace radflow::testing
