#include "connectors/kafka/transactions/one_producer.hpp"

#include <fmt/format.h>

#include "graph/build.hpp"
#include "graph/plan_check.hpp"

namespace radflow::kafka {
namespace {

bool is_kafka(const ComponentPlan& component) { return component.spec && component.spec->name == "kafka"; }

// Sinks that one producer cannot serve. They would be refused only once the first of them is made.
std::vector<Diagnostic> different_sinks(const Plan& plan) {
  std::vector<Diagnostic> found;
  if (plan.delivery != radflow::Delivery::ExactlyOnce || plan.sources.empty() ||
      !is_kafka(plan.sources.front()))
    return found;
  const SinkPlan* first = nullptr;
  for (const SinkPlan& sink : plan.sinks) {
    if (!is_kafka(sink)) continue;
    std::vector<ParamError> wrong;
    collect(wrong, [&] { check_one_cluster(plan.sources.front().info.properties, sink.info.properties); });
    if (first && wrong.empty())
      collect(wrong, [&] { check_one_producer(first->info.properties, sink.info.properties); });
    if (!first) first = &sink;
    for (const ParamError& error : wrong) found.push_back(diagnose(sink, error));
  }
  return found;
}

std::string value_of(const Properties& properties, const std::string& name) {
  return names_addresses(name) ? addresses(properties) : property(properties, name);
}

const PlanCheck registered{different_sinks};

}  // namespace

void check_one_cluster(const Properties& source, const Properties& sink) {
  if (addresses(source) != addresses(sink))
    throw ParamError{"bootstrap.servers",
                     "a graph with exactly_once reads and writes one cluster: name it under `kafka:` only"};
}

void check_one_producer(const Properties& first, const Properties& other) {
  for (const Properties* side : {&other, &first})
    for (const auto& [name, value] : *side)
      if (value_of(first, name) != value_of(other, name))
        throw ParamError{name,
                         fmt::format("the sinks of a graph with exactly_once share one producer: '{}' is "
                                     "the same for all of them; set it under `kafka:`",
                                     name)};
}

}  // namespace radflow::kafka
