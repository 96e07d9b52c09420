// PlanCheck: what a connector finds wrong with a graph as a whole, where no source or sink alone can tell: a
// graph that reads what it writes. A file registers one object; check_connectors() runs all of them, for
// `lint` and `run` alike, whatever connectors the graph has.
#pragma once

#include <vector>

#include "graph/plan.hpp"

namespace radflow {

class PlanCheck {
 public:
  // Asks nobody and writes nothing. Parameters of a component that is not sound are not what the file says.
  using Find = std::vector<Diagnostic> (*)(const Plan& plan);

  explicit PlanCheck(Find find) { all().push_back(find); }

  // Filled before main(), read-only afterwards.
  static std::vector<Find>& all() {
    static std::vector<Find> checks;
    return checks;
  }
};

}  // namespace radflow
