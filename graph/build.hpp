// Builds the components of a plan. What a constructor refuses (a model made for other features, a broker
// property that does not exist) becomes a diagnostic at the component's place in the file.
#pragma once

#include <exception>
#include <memory>
#include <vector>

#include "graph/connector.hpp"
#include "graph/plan.hpp"

namespace radflow {

// By node of the plan: one instance, or one per worker of a node that may not be called concurrently.
using Bodies = std::vector<std::vector<std::unique_ptr<NodeBody>>>;

// Throw ConfigError with everything that cannot be built.
Bodies build_nodes(const Plan& plan);
void build_connectors(const Plan& plan, std::vector<std::unique_ptr<Source>>& sources,
                      std::vector<std::unique_ptr<Sink>>& sinks);

// What a component's constructor threw, at the place of the parameter it is about.
Diagnostic diagnose(const ComponentPlan& component, const std::exception& error);

}  // namespace radflow
