// Stats: what a running pipeline counts, as one consistent-enough snapshot. Counts are exact; durations are
// sampled. Taken by the metrics page, the status page and the progress bar.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "graph/connector.hpp"
#include "graph/duration_sketch.hpp"
#include "graph/node_metrics.hpp"

namespace radflow {

// Counts of observations in buckets with these upper bounds, in seconds; the last bucket is +Inf.
struct DurationHistogram {
  static constexpr std::array<double, 18> bounds{1e-6, 2.5e-6, 1e-5, 2.5e-5, 1e-4, 2.5e-4, 1e-3, 2.5e-3, 5e-3,
                                                 1e-2, 2.5e-2, 5e-2, 0.1,    0.25, 0.5,    1,    2.5,    10};
  std::array<std::uint64_t, bounds.size() + 1> counts{};
  double sum = 0;  // seconds

  std::uint64_t count() const;
  // Interpolates linearly within a bucket, in seconds; 0 if nothing was observed. It may be more than the longest
  // duration, so the quantiles that a run tells come from a DurationSketch.
  double quantile(double q) const;
};

// Messages of which a value came though something about them is odd.
struct WarningStats {
  std::string reason;  // one word of a small fixed set, as an error's
  std::uint64_t count = 0;
  std::string first;  // the first one, with its record's position: "frames:0:17: the file holds ..."
};

struct NodeStats {
  std::string name;
  std::string type;
  std::uint64_t calls = 0;    // messages the node was called for
  std::uint64_t results = 0;  // messages it made
  std::uint64_t filtered = 0;
  std::vector<std::pair<std::string, std::uint64_t>> failed;  // the key is Error::reason
  DurationHistogram duration;                                 // sampled
  std::vector<WarningStats> warnings;                         // one for each reason
  std::vector<WarningStats> failures;                         // `failed` with the first one of each reason
  std::vector<NodeMetrics::Value> metrics;                    // its own, see graph/node_metrics.hpp
};

struct StageStats {
  std::string name;         // the first node gives it
  std::int64_t queued = 0;  // messages that wait for the stage
};

struct SourceStats {
  std::string name;
  std::string type;
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
  std::string not_ready;  // why it cannot deliver for now; "": it can
  std::vector<PartitionStatus> partitions;
  std::vector<std::pair<std::string, std::uint64_t>> refused;  // records it could not read, by Error::reason
  std::int64_t uncommitted = 0;  // after the end: records of a transaction that was not committed
  Gone gone;
  std::vector<WarningStats> failures;  // `refused` with the first one of each reason
};

struct SinkStats {
  std::string name;
  std::string type;
  bool errors = false;  // a dead-letter sink
  std::uint64_t submitted = 0;
  std::uint64_t written = 0;   // readers can see them: acknowledged, with exactly_once committed
  std::uint64_t rejected = 0;  // outputs the sink can never take
  std::string not_ready;       // why it cannot write for now; "": it can
  std::vector<std::pair<std::string, std::uint64_t>> failed;  // the rejected ones, by Error::reason
  // Lasts from admission to acknowledgement, with exactly_once without the wait for the commit;
  // sampled while it is brief.
  DurationHistogram latency;
  DurationSketch latency_sketch;       // the same, for quantiles
  std::vector<WarningStats> failures;  // `failed` with the first one of each reason
};

// A partition whose frontier stands still, and the record that holds it.
struct Stall {
  std::string source;
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  double seconds = 0;
  std::string node;   // the node that was called last for it, or the sink or source it waits for; a label
  std::string where;  // the same as a sentence
  std::string key_digest;  // "" if the record has no key; keys themselves are shown nowhere
};

// A group that is open: the oldest of its node.
struct OpenGroupStats {
  std::string node;
  std::string key_digest;  // keys themselves are shown nowhere
  std::string topic;       // its members come from this partition
  std::int32_t partition = 0;
  std::int64_t offset = 0;  // its first member's
  std::uint64_t members = 0;
  double age_s = 0;
  double idle_s = 0;      // how long a member could have come and did not
  std::string waits_for;  // a sentence
};

// The groups of a node that gathers.
struct GroupStats {
  std::string node;
  std::uint64_t open = 0;
  std::uint64_t members = 0;  // of the open ones
  std::int64_t bytes = 0;     // what the open ones take of the node's `group.memory`
  std::int64_t memory_bytes = 0;
  std::vector<std::pair<std::string, std::uint64_t>> ended;  // the key is label(GroupEnd)
};

// The calls of a node for several messages at once.
struct BatchStats {
  static constexpr std::array<std::size_t, 9> bounds{1, 2, 4, 8, 16, 32, 64, 128, 256};
  using Sizes = std::array<std::uint64_t, bounds.size() + 1>;

  std::string node;
  Sizes sizes{};               // calls by the number of their messages, in buckets with these upper bounds
  std::uint64_t messages = 0;  // in all calls together
};

struct PipelineStats {
  std::string graph;
  std::string digest;
  std::vector<SourceStats> sources;
  std::vector<NodeStats> nodes;
  std::vector<StageStats> stages;
  std::vector<SinkStats> sinks;
  std::vector<Stall> stalls;                // frontiers that have stood still for a second or more
  std::vector<OpenGroupStats> open_groups;  // the oldest 20 of each node
  std::vector<GroupStats> groups;           // one for each node that gathers
  std::vector<BatchStats> batches;          // one for each node that the graph gives `batch`
  std::int64_t bytes_in_flight = 0;
  std::int64_t memory_bytes = 0;
  std::int64_t records_in_flight = 0;   // admitted and not ended
  std::uint64_t records_delivered = 0;  // ended with everything acknowledged (filtered ones too); with
                                        // exactly_once the frontiers say what is committed
  std::uint64_t records_failed = 0;     // ended as a dead letter, dropped, or stopped the graph
  std::uint64_t records_revoked = 0;    // ended unsent, or not all sent: their partition was given up
  std::uint64_t groups_dropped = 0;     // groups that were open at a stop
  std::uint64_t records_dropped = 0;    // their records: the next start computes them
  std::uint64_t calls_retried = 0;      // transient failures of nodes that were tried again
  std::uint64_t records_abandoned = 0;  // a defect of radflow: destroyed without an outcome
  bool running = false;
};

}  // namespace radflow
