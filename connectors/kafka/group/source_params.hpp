// What the YAML says to a source `kafka`, with the defaults of its consumer group; source.cpp says what it
// does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "connectors/claim_check/claim_queue.hpp"
#include "connectors/kafka/librdkafka/properties.hpp"
#include "graph/plan.hpp"
#include "graph/spec_builder.hpp"

namespace radflow::kafka {

enum class From { Earliest, Latest };
Choices<From> choices_of(From);
enum class OnGap { Warn, Stop };
Choices<OnGap> choices_of(OnGap);

// Where the value of a record without one may be fetched, and how.
struct ClaimParams {
  std::vector<std::string> allow;
  ByteSize max_bytes{std::int64_t{256} << 20};
  Duration timeout{30'000};
  std::string ca, netrc;
  int parallel = 4;

  static Fields<ClaimParams> fields();
};

struct SourceParams {
  std::string topic;
  std::vector<std::string> topics;
  std::string group;
  From from = From::Earliest;
  OnGap on_gap = OnGap::Warn;
  bool until_caught_up = false;
  std::int64_t max_uncommitted = 4000;
  std::vector<std::string> skip;
  ClaimParams claim_check;
};

// Name, parameters with their limits and sentences: what `radflow describe kafka` says.
SpecBuilder source_spec();

// The parameters of a source of a plan; null if it is none of Kafka's, or not made because something is wrong with it.
const SourceParams* source_params(const ComponentPlan& source);

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
