// A node that gathers, for the test graphs: the sum of numbers by the record's key.
#pragma once

#include "graph/group_node.hpp"
#include "tests/graph/test_graph.hpp"

namespace radflow::testing {

struct SumByKey {
  int count = 10;
  std::size_t state_bytes = sizeof(std::int64_t);
  std::int64_t refuses = -1;  // a number that does not fit
  std::string throws_in;      // the name of a function
  bool by_part = false;       // the key is the message's index in its record
  std::function<void(std::int64_t number)> seen;
  std::function<void(GroupEnd)> ended;

  struct Sum {
    std::int64_t sum = 0;
    int members = 0;
  };
};

class SumBody final : public GroupBody {
 public:
  explicit SumBody(SumByKey wanted) : wanted_{std::move(wanted)} {}

  Result<std::string> key(const Payload&, const Context& context) const override {
    throw_in("key");
    if (wanted_.by_part) return std::to_string(context.identity().index);
    return context.record().key.value_or("");
  }
  std::shared_ptr<void> open() const override {
    throw_in("open");
    return std::make_shared<SumByKey::Sum>();
  }
  Result<Gathering> add(void* state, const Payload& member, const Context&) const override {
    throw_in("add");
    const std::int64_t added = number(&member);
    if (added == wanted_.refuses) return Error{"unfit", "as the test wants"};
    if (wanted_.seen) wanted_.seen(added);
    auto& sum = *static_cast<SumByKey::Sum*>(state);
    sum.sum += added;
    return ++sum.members == wanted_.count ? Gathering::Complete : Gathering::Open;
  }
  std::size_t bytes(const void*) const override {
    throw_in("bytes");
    return wanted_.state_bytes;
  }
  Outcome finish(void* state, GroupEnd end, const Context&) const override {
    throw_in("finish");
    if (wanted_.ended) wanted_.ended(end);
    return value(static_cast<SumByKey::Sum*>(state)->sum);
  }

 private:
  void throw_in(std::string_view function) const {
    if (wanted_.throws_in == function) throw std::runtime_error{"as the test wants"};
  }
  const SumByKey wanted_;
};

inline TestGraph& gather(TestGraph& graph, const std::string& name, const std::string& input, SumByKey wanted,
                         GroupPlan plan = {}) {
  graph.node(name, {input}, {}, {.arity = Arity::Gathered});
  graph.bodies(name, [wanted] { return std::make_unique<SumBody>(wanted); });
  graph.plan.nodes.back().group = plan;
  return graph;
}

// Ten records of each of `keys` keys, in turns: a group of ten each.
inline TestGraph tens(int keys, GroupPlan plan = {}) {
  TestGraph graph;
  graph.source(records(10 * keys, keys)).node("a", {""}, offset);
  gather(graph, "sum", "a", SumByKey{10}, plan).sink("out", {"sum"}, Order::Partition).errors();
  return graph;
}

}  // namespace radflow::testing
