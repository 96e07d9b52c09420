// What the YAML says to a source `kafka`, with the defaults of its consumer group; source.cpp says what it
// does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "connectors/claim_check/claim_queue.hpp"
#include "connectors/kafka/librdkafka/properties.hpp"
#include "graph/spec.hpp"

namespace radflow::kafka {

struct SourceParams {
  std::string topic;
  std::vector<std::string> topics;
  std::string group;
  std::string from = "earliest";
  std::string on_gap = "warn";
  bool until_caught_up = false;
  std::int64_t max_uncommitted = 4000;
  std::vector<std::string> skip;
  std::vector<std::string> claims_allowed;
  ByteSize claim_bytes{std::int64_t{256} << 20};
  Duration claim_timeout{30'000};
  std::string claim_ca, claim_netrc;
  int claims_at_once = 4;
};

// Name, parameters with their limits and sentences: what `radflow describe kafka` says.
SpecBuilder source_spec();

// All that are named. Throws ParamError if none is, or not by Kafka's rule.
std::vector<std::string> topics(const SourceParams& params);
std::string group(const SourceParams& params, const BuildInfo& info);
// A consumer's configuration: radflow's defaults, then what the YAML says. Throws ParamError.
ConfPtr consumer_conf(const SourceParams& params, const BuildInfo& info);
// All that the making of a source would refuse; asks no broker.
std::vector<ParamError> check_source(const SourceParams& params, const BuildInfo& info);
// Throws ParamError.
ClaimCheck claim_check(const SourceParams& params, const BuildInfo& info);

}  // namespace radflow::kafka
