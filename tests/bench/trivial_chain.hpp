// A chain of nodes that do next to nothing, so that what is measured is the graph.
#pragma once

#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "graph/pipeline.hpp"

namespace radflow::bench {

struct Number {
  static constexpr std::string_view payload_name = "number";
  std::int64_t value = 0;
};

struct Begin {
  Number operator()(const Record& record) const { return {record.position.offset}; }
};
struct Increment {
  Number operator()(const Number& number) const { return {number.value + 1}; }
};

class Numbers final : public Source {
 public:
  explicit Numbers(int count) : count_{count} {}
  void run(Intake& intake, std::stop_token) override {
    for (int i = 0; i < count_; ++i) {
      Record record;
      record.position.offset = i;
      while (intake.admit(record) == Admission::Full) intake.wait(std::chrono::milliseconds{10});
    }
  }

 private:
  int count_;
};

class Taker final : public Sink {
 public:
  void submit(Payload output, const Context&, Acknowledge acknowledge) override {
    benchmark::DoNotOptimize(output.as<Number>().value);
    acknowledge(std::nullopt);
  }
  bool flush(std::chrono::milliseconds) override { return true; }
};

// The specifications are made by hand: what is measured is the running of a plan.
inline Plan plan_of_chain(int nodes, int messages, std::vector<std::unique_ptr<Spec>>& specs) {
  const auto spec = [&](ComponentKind kind) {
    specs.push_back(std::make_unique<Spec>());
    specs.back()->kind = kind;
    return specs.back().get();
  };
  Plan plan;
  plan.info = {"chain", "", "xxh3"};
  Spec* source = spec(ComponentKind::Source);
  source->make_source = [messages](const void*, const BuildInfo&) {
    return std::make_unique<Numbers>(messages);
  };
  plan.sources.emplace_back().spec = source;
  for (int i = 0; i < nodes; ++i) {
    Spec* node = spec(ComponentKind::Node);
    node->outputs = {{"out", &payload_type<Number>}};
    node->make_node = [i](const void*, const BuildInfo& info) -> std::unique_ptr<NodeBody> {
      if (i == 0) return std::make_unique<detail::Body<Begin>>(NoParams{}, info);
      return std::make_unique<detail::Body<Increment>>(NoParams{}, info);
    };
    NodePlan& planned = plan.nodes.emplace_back();
    planned.spec = node;
    planned.name = "node" + std::to_string(i);
    planned.inputs = {{i - 1, 0}};
  }
  Spec* sink = spec(ComponentKind::Sink);
  sink->make_sink = [](const void*, const BuildInfo&) { return std::make_unique<Taker>(); };
  SinkPlan& planned = plan.sinks.emplace_back();
  planned.spec = sink;
  planned.inputs = {{nodes - 1, 0}};
  planned.order = Order::None;
  return plan;
}

inline void run_chain(int nodes, int messages) {
  std::vector<std::unique_ptr<Spec>> specs;
  Pipeline pipeline{plan_of_chain(nodes, messages, specs)};
  pipeline.start();
  pipeline.wait();
}

}  // namespace radflow::bench
