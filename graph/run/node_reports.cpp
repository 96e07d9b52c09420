#include "graph/run/node_reports.hpp"

#include "graph/run/undeclared.hpp"

namespace radflow {

void NodeReports::failed(const NodePlan& node, const Error& error, const Position& at) {
  failures_.add(node.name, error.reason);
  first_failures_.add(node.name, error, at);
  if (const auto warning = undeclared(*node.spec, ReasonKind::Error, error.reason))
    warnings_.add(node.name, *warning, at);
}

void NodeReports::warned(const NodePlan& node, const Error& warning, const Position& at) {
  warnings_.add(node.name, warning, at);
  if (const auto other = undeclared(*node.spec, ReasonKind::Warning, warning.reason))
    warnings_.add(node.name, *other, at);
}

void NodeReports::add_to(NodeStats& node) const {
  node.failed = failures_.of(node.name);
  node.failures = first_failures_.of(node.name);
  node.warnings = warnings_.of(node.name);
}

}  // namespace radflow
