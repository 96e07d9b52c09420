// What nodes fail and warn for: counts by node and reason, with the first of each. A reason that the node's specification
// does not declare is counted as any other, and beside it as a warning of the node. Any thread.
#pragma once

#include "graph/plan.hpp"
#include "graph/run/counters.hpp"
#include "graph/run/warnings.hpp"

namespace radflow {

class NodeReports {
 public:
  void failed(const NodePlan& node, const Error& error, const Position& at);
  void warned(const NodePlan& node, const Error& warning, const Position& at);
  // Adds what is known of the node that the statistics name.
  void add_to(NodeStats& node) const;

 private:
  FailureCounters failures_;
  WarningCounters first_failures_;  // each with the position of the first
  WarningCounters warnings_;
};

}  // namespace radflow
