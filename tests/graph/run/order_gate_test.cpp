#include "graph/run/order_gate.hpp"

#include "graph/run/endings.hpp"
#include "tests/graph/functions.hpp"

namespace radflow::testing {
namespace {

struct Parts {
  explicit Parts(const Plan& plan) : state{plan, [] {}} {}
  RunState state;
  Records records{state, endings};
  Endings endings{state, records};
};

TEST(OrderGate, WhatItCallsMayThrowAndTheNextRecordsAreLetOutAllTheSame) {
  TestGraph graph;
  graph.source(records(1)).node("a", {""}, offset).sink("out", {"a"});
  Parts run{graph.plan};
  run.state.discarding = true;  // these records never end
  std::vector<std::int64_t> let_out;
  OrderGate gate{[&](Ticket& ticket) {
    let_out.push_back(ticket.record().position.offset);
    if (let_out.back() == 0) throw std::runtime_error{"as the test wants"};
  }};
  std::vector<std::shared_ptr<Ticket>> tickets;
  for (Record& record : records(3)) {
    tickets.push_back(run.records.make(0, std::move(record), 0));
    gate.enter(7, tickets.back());
  }
  gate.complete(7, *tickets[1]);
  EXPECT_THROW(gate.complete(7, *tickets[0]), std::runtime_error);
  gate.complete(7, *tickets[2]);
  EXPECT_EQ(let_out, all(3));
  EXPECT_EQ(gate.first(7), nullptr);
}

}  // namespace
}  // namespace radflow::testing
