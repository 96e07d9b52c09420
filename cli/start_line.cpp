#include "cli/start_line.hpp"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "cli/log.hpp"
#include "connectors/kafka/group/source_params.hpp"
#include "connectors/kafka/librdkafka/properties.hpp"
#include "graph/digest.hpp"
#include "graph/spec.hpp"

namespace radflow::cli {
namespace {

using nlohmann::ordered_json;

// By "node.parameter"; those that do not exist yet are left out, training makes them.
ordered_json models(const Plan& plan) {
  ordered_json digests = ordered_json::object();
  for (const NodePlan& node : plan.nodes)
    for (const Leaf& leaf : leaves(node.spec->params, node.params.get())) {
      if (!leaf.spec.limits().digest || leaf.text.empty()) continue;
      std::ifstream in{node.info.path(leaf.text), std::ios::binary};
      if (!in) continue;
      std::ostringstream bytes;
      bytes << in.rdbuf();
      digests[node.name + "." + leaf.path] = xxh3_digest(bytes.view());
    }
  return digests;
}

// Of what connects to Kafka.
void add_brokers(const ComponentPlan& part, std::set<std::string>& brokers) {
  if (part.spec->name != "kafka") return;
  if (const std::string servers = kafka::addresses(part.info.properties); !servers.empty())
    brokers.insert(servers);
}

std::set<std::string> groups(const Plan& plan) {
  std::set<std::string> names;
  for (const ComponentPlan& source : plan.sources)
    if (const kafka::SourceParams* params = kafka::source_params(source))
      names.insert(kafka::group(*params, source.info));
  return names;
}

}  // namespace

void log_start(const Plan& plan) {
  std::set<std::string> brokers;
  for (const ComponentPlan& source : plan.sources) add_brokers(source, brokers);
  for (const SinkPlan& sink : plan.sinks) add_brokers(sink, brokers);
  const ordered_json digests = models(plan);
  ordered_json fields{{"version", RADFLOW_VERSION}, {"graph", plan.info.name}, {"digest", plan.info.digest}};
  std::string line =
      fmt::format("radflow {}, graph {}, digest {}", RADFLOW_VERSION, plan.info.name, plan.info.digest);
  for (const auto& [name, digest] : digests.items())
    line += fmt::format(", {} {}", name, digest.get<std::string>());
  if (!digests.empty()) fields["models"] = digests;
  if (const std::set<std::string> names = groups(plan); !names.empty()) {
    line += fmt::format(", group {}", fmt::join(names, " and "));
    fields["group"] = fmt::format("{}", fmt::join(names, ","));
  }
  if (!brokers.empty()) {
    line += fmt::format(", brokers {}", fmt::join(brokers, " and "));
    fields["brokers"] = fmt::format("{}", fmt::join(brokers, ","));
  }
  log_info(line, fields);
  for (const Diagnostic& warning : plan.warnings) log_warning(warning.str(), place_fields(warning));
}

}  // namespace radflow::cli
