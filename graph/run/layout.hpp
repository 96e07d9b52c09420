// Layout: how a plan is cut for execution. Pure, made once per pipeline.
//
// A region is the part of the graph in which one message stays one message with one identity. The root region starts at
// the record. Three kinds of node start a region of their own: a split (decode), whose region every part enters; a node
// that gives its message other identifiers; and a node that gathers, whose region every group enters. Within a region
// every value has a slot, and the first slots hold what the region started with: one value, or of a split one for each
// of its outputs. Inputs of a join therefore meet without a search.
//
// A stage is a set of nodes of one region that one oneTBB node calls in turn. A node with a `concurrency` or `batch` of its own is
// a stage by itself; the other nodes share a stage with all nodes at their level. Levels only grow along edges, so the
// stages of a region form an acyclic graph.
#pragma once

#include <string>
#include <vector>

#include "graph/plan.hpp"

namespace radflow {

struct Layout {
  // A value goes to a sink, or to a node that gathers: the code that hands over values treats both alike.
  struct Delivery {
    int sink = 0;  // the number of a destination: sinks of the plan come first, then the nodes in `groups`
    int edge = 0;  // the number of the sink's input; outputs of one message are ordered by it
  };
  struct Node {
    int region = 0;
    // The slots of its inputs. If an input is optional there is one entry for each port, and -1 where nothing is wired.
    std::vector<int> inputs;
    std::vector<bool> optional;  // one entry for each input port; empty if no input is optional
    int output = 0;              // the first slot of its outputs; -1 if it starts a region
    int ports = 1;               // how many slots its outputs have
    // Its output ports, with the types that the plan knows. The port of a split tells the type of one part.
    std::vector<PortSpec> outputs;
    int child = -1;            // the region that its parts, or its message with other identifiers, enter
    bool renames = false;      // one message with other identifiers enters `child`
    std::vector<int> release;  // slots that no node needs after this one
    bool delivers = false;     // one of its outputs goes to a sink
  };
  struct Stage {
    int region = 0;
    std::vector<int> nodes;  // in topological order
    int concurrency = 0;     // 0: as many messages at once as there are workers
    int predecessors = 0;    // how many stages of the same region must end first
    std::vector<int> successors;
  };
  struct Region {
    int slots = 1;
    bool keeps_values =
        false;  // values outlive one call of a stage: another stage needs them, or `retry` or `batch` does
    std::vector<int> stages;
    std::vector<std::vector<Delivery>> deliveries;  // by slot
    // One entry for each destination: the number of ways by which values of one message can reach it. A split counts as
    // one way.
    std::vector<int> reachable;
  };

  std::vector<Node> nodes;  // as Plan::nodes
  std::vector<Stage> stages;
  std::vector<Region> regions;  // 0 is the root
  // The numbers of the nodes that gather. Such a node stands in the region that its groups enter: there it is called to
  // finish a group, whose state is the region's first value.
  std::vector<int> groups;
  std::size_t sinks = 0;
  std::size_t destinations() const { return sinks + groups.size(); }

  explicit Layout(const Plan& plan);
};

}  // namespace radflow
