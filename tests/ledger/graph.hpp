// The graph that the ledger's frames go through, and what is asked of its topics afterwards.
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "tests/integration/real_broker.hpp"
#include "tests/ledger/silence.hpp"
#include "tests/ledger/verify.hpp"

namespace radflow::ledger {

// The consumer group is named after the topic of the frames.
struct Topics {
  std::string frames, results, dead_letters;
};

struct GraphOptions {
  std::string delivery = "at_least_once";
  std::string memory = "512MiB";
  std::uint64_t max_uncommitted = 4000;
  std::uint64_t group = 0;  // see Frames::group
};

// What the group waits for a member that says nothing.
inline constexpr std::chrono::seconds session_timeout{6};

// Its results are what Verify expects: the pixels of every frame whose modality is not left out.
inline std::string graph(const std::string& servers, const Topics& topics, const GraphOptions& options = {}) {
  return fmt::format(
      R"(graph: ledger
memory: {}
delivery: {}
drain: 20s
kafka:
  bootstrap.servers: {}
  session.timeout.ms: {}
  heartbeat.interval.ms: 500
sources:
  - kafka: {{topic: {}, group: {}, max_uncommitted: {}}}
nodes:
  - decode:
  - filter: {{modality: [CT, MR]}}
  - pixels:
{}sinks:
  - kafka: {{topic: {}}}
  - kafka: {{topic: {}}}
    name: dead-letters
    from: errors
)",
      options.memory, options.delivery, servers, std::chrono::milliseconds{session_timeout}.count(),
      topics.frames, topics.frames, options.max_uncommitted,
      options.group > 0
          ? fmt::format("  - collect: {{by: key, count: {}, group: {{idle: 60s}}}}\n", options.group)
          : "",
      topics.results, topics.dead_letters);
}

// How long nothing came of the frames: both topics have to say when the broker took what is in them.
inline void measure(RealBroker& broker, const Topics& topics, Silence& silence) {
  broker.read(topics.frames, [&](const Record& record) {
    silence.frame(std::stoull(std::string{record.header(number_header).value()}),
                  Silence::Ms{record.timestamp_ms});
  });
  broker.read(topics.results, [&](const Record& record) {
    const auto values = nlohmann::json::parse(record.value.text()).at("values").get<std::vector<double>>();
    silence.result(record.position.partition, number_in(values), Silence::Ms{record.timestamp_ms});
  });
}

// False also while the broker does not say: it may just be starting.
inline bool committed_to_the_end(RealBroker& broker, const Topics& topics) {
  try {
    return broker.committed(topics.frames, topics.frames) == broker.ends(topics.frames);
  } catch (const std::runtime_error&) {
    return false;
  }
}

inline Counts count(RealBroker& broker, const Frames& frames, Verify::What what, const Topics& topics) {
  Verify verify{frames, what};
  broker.read(what == Verify::What::Frames    ? topics.frames
              : what == Verify::What::Results ? topics.results
                                              : topics.dead_letters,
              [&](const Record& record) { verify.take(record); });
  return verify.counts();
}

}  // namespace radflow::ledger
