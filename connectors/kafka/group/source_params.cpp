#include "connectors/kafka/group/source_params.hpp"

#include <fmt/format.h>

#include <chrono>

#include "connectors/claim_check/credentials.hpp"
#include "connectors/kafka/client/pattern.hpp"
#include "connectors/kafka/client/range.hpp"
#include "connectors/kafka/librdkafka/shared_block.hpp"
#include "connectors/kafka/librdkafka_bugs/fetch_ahead.hpp"

namespace radflow::kafka {

Choices<From> choices_of(From) {
  return {{From::Earliest, "earliest", "At the oldest record."},
          {From::Latest, "latest", "Behind the newest record."}};
}

Choices<OnGap> choices_of(OnGap) {
  return {{OnGap::Warn, "warn", "Goes on at the oldest, with a warning."},
          {OnGap::Stop, "stop", "Ends with code 1 before anything behind them is read."}};
}

Fields<ClaimParams> ClaimParams::fields() {
  return Fields<ClaimParams>{}
      .param(
          &ClaimParams::allow, "allow", any(),
          "Prefixes of addresses, each ending in /, from which the value of a record without one may be "
          "fetched: its header ce_dataref has the address (file:, http:, https:), ce_datarefsha256 the "
          "SHA-256; radflow-mask-dataref and radflow-mask-datarefsha256 say the same of a mask. Nothing else "
          "may.")
      .param(&ClaimParams::max_bytes, "max_bytes", at_least(1), "What is fetched for a record, at most.")
      .param(&ClaimParams::timeout, "timeout", at_least(1),
             "To connect, and without a byte; then it is tried again.")
      .param(&ClaimParams::ca, "ca", {.file = true},
             "Certificates (PEM) to trust for https: instead of the system's.")
      .param(
          &ClaimParams::netrc, "netrc", {.file = true},
          "User and password by host, in netrc's form (machine HOST login NAME password WORD), for http: and "
          "https:; read anew for each claim. Over http: they travel readable.")
      .param(&ClaimParams::parallel, "parallel", range(1, 64), "Fetches at the same time.");
}

SpecBuilder source_spec() {
  return SourceSpec{"kafka",
                    "Reads the records of Kafka topics as a member of a consumer group; at least once, or in "
                    "transactions."}
      .param(&SourceParams::topic, "topic", any(), "The topic to read.")
      .param(&SourceParams::topics, "topics", any(),
             "More topics to read; a name that begins with ^ is a pattern. `topic.blacklist`, patterns with "
             "commas between, leaves topics out.")
      .param(&SourceParams::group, "group", any(), "The consumer group; default: the graph's name.")
      .param(
          &SourceParams::from, "from", any(),
          "Where a group begins that has no position in the topic. Partitions and topics that are made later "
          "are read from their beginning.")
      .param(&SourceParams::on_gap, "on_gap", any(),
             "When records were deleted before they were read, or the topic was made again.")
      .param(&SourceParams::until_caught_up, "until_caught_up", any(),
             "Ends at the offsets that were the ends when a partition was assigned.")
      .param(
          &SourceParams::max_uncommitted, "max_uncommitted", range(1, 1e9),
          "Records read beyond what is committed, at most: what a crash repeats. Members of open groups do "
          "not count: `group` bounds them.")
      .param(&SourceParams::skip, "skip", any(),
             "Records that are not computed but go to the dead letters: TOPIC:PARTITION:OFFSET, or FROM-TO. "
             "Usually given by radflow run --skip.")
      .param(&SourceParams::claim_check, "claim_check", any(),
             "How the value of a record without one is fetched: its header ce_dataref has the address.")
      .any_of({"topic", "topics"})
      .free_params(plain_properties)
      .shared_block(shared_block())
      .goes_on()
      .transactional()
      .example("kafka: {topic: frames, bootstrap.servers: 'localhost:9092'}");
}

std::vector<std::string> topics(const SourceParams& params) {
  std::vector<std::string> all = params.topics;
  if (!params.topic.empty()) all.push_back(params.topic);
  if (all.empty()) throw ParamError{"topic", "no topic is named: set 'topic: NAME' or 'topics: [NAME, ...]'"};
  for (const std::string& name : all) {
    const std::string param = &name == &all.back() && !params.topic.empty() ? "topic" : "topics";
    // librdkafka would refuse a pattern only when it subscribes.
    name.starts_with('^') ? check_pattern(name, param) : check_topic(name, param);
  }
  return all;
}

const SourceParams* source_params(const ComponentPlan& source) {
  if (!source.spec || source.spec->name != "kafka" || !source.sound) return nullptr;
  return static_cast<const SourceParams*>(source.params.get());
}

std::string group(const SourceParams& params, const BuildInfo& info) {
  return params.group.empty() ? property(info.properties, "group.id", info.graph) : params.group;
}

namespace {

Properties given(const SourceParams& params, const BuildInfo& info) {
  Properties properties = info.properties;
  if (!params.group.empty()) properties.emplace_back("group.id", params.group);
  return properties;
}

Properties consumer_defaults(const SourceParams& params, const BuildInfo& info) {
  Properties defaults{
      {"client.id", "radflow"},
      {"group.id", group(params, info)},
      {"partition.assignment.strategy", "cooperative-sticky"},
      {"auto.offset.reset", "earliest"},
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"enable.partition.eof", "true"},
      {"statistics.interval.ms", "1000"},
      {"session.timeout.ms", "10000"},                   // how long a member that died stalls its partitions
      {"heartbeat.interval.ms", "1000"},                 // how soon a member hears that others come or go
      {"reconnect.backoff.max.ms", "2000"},              // a broker that comes back is found by then
      {"topic.metadata.refresh.interval.ms", "10000"}};  // a topic made later is found by then
  defaults.insert(defaults.end(), fetch_defaults().begin(), fetch_defaults().end());
  return defaults;
}

}  // namespace

ConfPtr consumer_conf(const SourceParams& params, const BuildInfo& info) {
  return make_conf(consumer_defaults(params, info), given(params, info));
}

std::vector<ParamError> check_source(const SourceParams& params, const BuildInfo& info) {
  std::vector<ParamError> wrong =
      check_conf(RD_KAFKA_CONSUMER, consumer_defaults(params, info), given(params, info));
  collect(wrong, [&] { topics(params); });
  collect(wrong, [&] { claim_check(params, info); });
  for (const std::string& range : params.skip) collect(wrong, [&] { parse_range(range, "skip"); });
  return wrong;
}

ClaimCheck claim_check(const SourceParams& params, const BuildInfo& info) {
  const auto path = [&](const std::string& name) { return name.empty() ? "" : info.path(name); };
  const ClaimParams& claims = params.claim_check;
  const std::string ca = path(claims.ca), netrc = path(claims.netrc);
  if (!ca.empty()) check_certificates(ca, "claim_check.ca");
  if (!netrc.empty()) check_netrc(netrc, "claim_check.netrc");
  return {{claims.allow, "claim_check.allow"},
          {claims.max_bytes.bytes, std::chrono::milliseconds{claims.timeout.ms}, ca, netrc},
          claims.parallel};
}

}  // namespace radflow::kafka
