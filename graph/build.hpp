// Builds and checks the components of a plan. What a constructor refuses (a model made for other features, a
// broker property that does not exist) becomes a diagnostic at the component's place in the file.
#pragma once

#include <exception>
#include <memory>
#include <vector>

#include "graph/connector.hpp"
#include "graph/plan.hpp"

namespace radflow {

// For each node of the plan one instance; a node that may not be called concurrently has one per call at a time: its
// `concurrency`, else one per worker.
using Bodies = std::vector<std::vector<std::unique_ptr<NodeBody>>>;

// Throw ConfigError with everything that cannot be built; if it is a node,
// with what check_connectors() finds too.
Bodies build_nodes(const Plan& plan,
                   const std::shared_ptr<Resources>& resources = std::make_shared<Resources>());
// `known`: what known_at_sinks() says; sinks hear it as BuildInfo::known.
void build_connectors(const Plan& plan, std::vector<std::unique_ptr<Source>>& sources,
                      std::vector<std::unique_ptr<Sink>>& sinks,
                      const std::shared_ptr<Resources>& resources = std::make_shared<Resources>(),
                      const std::vector<std::vector<Known>>& known = {});

// For each sink what is known of the values at each of its inputs, once the nodes are built.
std::vector<std::vector<Known>> known_at_sinks(const Plan& plan, const Bodies& nodes);

// Throws ConfigError with what build_connectors() would refuse, as far as Spec::check can tell: nothing is
// written and no broker is asked.
void check_connectors(const Plan& plan);

// Finds in a plan in which something is wrong what else its sound components refuse.
// While training, models may be missing.
enum class Purpose { Run, Train };
std::vector<Diagnostic> refusals(const Plan& plan, Purpose purpose);

// What a component's constructor threw, at the place of the parameter it is about.
Diagnostic diagnose(const ComponentPlan& component, const std::exception& error);

}  // namespace radflow
