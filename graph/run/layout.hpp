// Layout: how a plan is cut for execution. Pure, made once per pipeline.
//
// Region: what descends one-to-one from one message and has its identity. The root region starts at the record; every
// split (decode) starts another, entered once per part, and so does every node that gives its message other identifiers
// and every node that gathers, whose region is entered by groups. Within a region every value has a slot, the first slots are
// what the region started with (of a split, one for each of its outputs), so inputs of a join meet by identity without any search. Stage: nodes of one region
// that one oneTBB node calls in turn. All nodes without a `concurrency` of their own and at the same level
// share a stage; a node with one is a stage by itself. Levels only grow along edges, so the stages of a
// region form an acyclic graph.
#pragma once

#include <string>
#include <vector>

#include "graph/plan.hpp"

namespace radflow {

struct Layout {
  // A value on its way to a sink, or to a node that gathers: to what sees messages leave, both are the same.
  struct Delivery {
    int sink = 0;  // a destination: a sink of the plan, or behind them one of `groups`
    int edge = 0;  // which of the sink's inputs; orders outputs of one message
  };
  struct Node {
    int region = 0;
    std::vector<int>
        inputs;  // slots of its region; where some are optional, one for each port, -1: not wired
    std::vector<bool> optional;  // one per input port, if any is optional
    int output = 0;              // first slot of its outputs; -1 if it starts a region
    int ports = 1;               // how many slots its outputs have
    // What it may give, with the types that the plan knows; of a split, what each part is.
    std::vector<PortSpec> outputs;
    int child = -1;        // the region that it starts: of its parts, or of messages with other identifiers
    bool renames = false;  // it starts a region with one message, which has other identifiers
    std::vector<int> release;  // slots no one needs after this node
    bool delivers = false;     // one of its outputs goes to a sink
  };
  struct Stage {
    int region = 0;
    std::vector<int> nodes;  // in topological order
    int concurrency = 0;     // 0: as many as there are workers
    int predecessors = 0;    // stages of the same region that must end first
    std::vector<int> successors;
  };
  struct Region {
    int slots = 1;
    bool keeps_values = false;  // values outlive one call of a stage: another one needs them, or `retry` does
    std::vector<int> stages;
    std::vector<std::vector<Delivery>> deliveries;  // by slot
    // By destination: by how many ways values of one message can reach it; a split counts as one.
    std::vector<int> reachable;
  };

  std::vector<Node> nodes;  // as Plan::nodes
  std::vector<Stage> stages;
  std::vector<Region> regions;  // 0 is the root
  // The nodes that gather. In their region they are called to finish a group, with its state as the
  // region's first value.
  std::vector<int> groups;
  std::size_t sinks = 0;
  std::size_t destinations() const { return sinks + groups.size(); }

  explicit Layout(const Plan& plan);
};

}  // namespace radflow
